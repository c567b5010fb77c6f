// A large hospital's day, as fast as the machine takes it: the feeds of simulated hospitals, each on
// a floor of its own, and a crowd of signed-in people who read lists and charts, see to alerts and
// hold live streams. Memory, descriptors, the log and the latencies are written down along the way;
// at the end they must be flat. Short here; script/soak day is the long form.
//   WARDLIGHT_DAY_MESSAGES (400), WARDLIGHT_DAY_USERS (8), WARDLIGHT_DAY_SAMPLE seconds (1)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Session, call } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { descriptorsOf, memoryOf, percentile, sizeOf, socketsOf } from '../live/process.mjs';
import { generator, seedOfRun } from '../live/random.mjs';
import { addUser, newDataFolder, program, removeFolder, run, startServer } from '../live/server.mjs';
import { until, within } from '../live/wait.mjs';

const MESSAGES = Number(process.env.WARDLIGHT_DAY_MESSAGES ?? 400);
const USERS = Number(process.env.WARDLIGHT_DAY_USERS ?? 8);
const SAMPLE = Number(process.env.WARDLIGHT_DAY_SAMPLE ?? 1);
const IS_LONG = MESSAGES > 100_000;
const ACCOUNTS = Math.min(USERS, 40); // a sign-in costs a tenth of a second of a core
const STREAMS_EACH = 8; // limits::kLiveStreamsPerAccount
const FLOORS = IS_LONG ? 8 : 2;
const FEEDS_EACH = IS_LONG ? 4 : 1; // a sender waits for each acknowledgement
const PATIENTS_EACH_DAY = IS_LONG ? 15 : 10; // of a feed; about ten messages each
/** Milliseconds at most between two rounds of one person. */
const THINKING = IS_LONG ? 120_000 : 100;
/** A floor has wards of its own, so that each holds about as many people as wards do. */
const wardOn = (floor, ward) => `${ward}-${floor}`;
const WARDS = Array.from({ length: FLOORS }, (_, floor) => ['7A', '7B', 'AMU'].map((ward) => wardOn(floor, ward))).flat();

const seed = seedOfRun();
const random = generator(seed);
const data = newDataFolder();
let server = null;
let isOver = false;
const home = new AbortController(); // ends everybody's thinking
setMaxListeners(0, home.signal);
let received = 0;
const requests = []; // milliseconds since the last sample
const failures = [];
const samples = [];
let taken = 0;
let dealtWith = 0;
let rounds = 0;

before(async () => {
  console.log(`day: seed ${seed}, ${MESSAGES} messages, ${USERS} people`);
  for (let i = 0; i < ACCOUNTS; ++i) addUser(data, `nurse${i}`, 'ward_nurse', ['--ward', WARDS[i % WARDS.length]]);
  addUser(data, 'medic', 'doctor', ['--team', 'medical', '--team', 'renal']);
  for (const role of ['medical_oncall', 'renal_oncall'])
    run(['rota', 'assign', '--data', data, '--role', role, '--user', 'medic', '--hours', '100']);
  server = await startServer(data);
});

after(async () => {
  isOver = true;
  await server?.stop();
  removeFolder(data);
});

const toFloor = (message, floor) => message.replace(/^(PV1\|[^|]*\|[^|]*\|)(\w+)\^/gm, (_, before, ward) => `${before}${wardOn(floor, ward)}^`);

/** On each floor one simulated hospital's day after the other, until enough has come. */
async function feed() {
  let hospital = seed % 1_000_000;
  await Promise.all(
    Array.from({ length: FLOORS * FEEDS_EACH }, async (_, feed) => {
      const connection = await MllpConnection.open(server.mllp[0]);
      while (received < MESSAGES) await dayOfFloor(connection, feed % FLOORS, ++hospital);
      connection.close();
    }),
  );
}

async function dayOfFloor(connection, floor, hospital) {
  const options = ['--seed', String(hospital), '--patients', String(PATIENTS_EACH_DAY), '--duration', '24h', '--start', 'now'];
  const printed = execFileSync(program, ['simulate', '--print', ...options], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const messages = printed.split('\n\n').filter((text) => text.startsWith('MSH'));
  for (const message of messages) {
    const sent = toFloor(message, floor).trimEnd().replaceAll('\n', '\r') + '\r';
    // The laboratory asks for accept acknowledgements.
    assert.match(readAnswer(await connection.send(sent)).code, /^(AA|CA)$/);
    ++received;
  }
  // Beds become free: else the wards would fill with more people than any hospital has.
  let number = 0;
  for (const [mrn, visit] of lastVisits(messages)) {
    const message = admission({ mrn, ward: 'LOUNGE' }, `X${hospital}-${++number}`)
      .replaceAll('A01', 'A03')
      .replace(`V${mrn}^^^WSH^VN`, visit);
    assert.equal(readAnswer(await connection.send(message)).code, 'AA');
    ++received;
  }
}

/** Where everybody of a simulated hospital lies in the end: MRN and number of the visit. */
function lastVisits(messages) {
  const visits = new Map();
  for (const message of messages) {
    const fields = (segment) => message.split('\n').find((line) => line.startsWith(`${segment}|`))?.split('|');
    const [mrn] = (fields('PID')?.[3] ?? '').split('^');
    const visit = fields('PV1')?.[19];
    if (mrn && visit) visits.set(mrn, visit);
  }
  return visits;
}

async function timed(session, method, path, body) {
  const started = performance.now();
  const answer = await session.call(method, path, body);
  requests.push(performance.now() - started);
  // 403: the patient went to another ward between the look and the tap.
  if (![200, 403, 409].includes(answer.status)) failures.push(`${method} ${path.split('/').slice(0, 4).join('/')}: ${answer.status}`);
  return answer.status === 200 ? answer.json() : null;
}

/** An alert is taken by one person and dealt with by the same, at the next look. */
async function seeTo(session, alert) {
  const may = (action) => alert.actions.includes(action);
  if (may('acknowledge')) {
    if (await timed(session, 'POST', `/api/alerts/${alert.id}/acknowledge`, { version: alert.version })) ++taken;
  } else if (may('triage')) {
    const done = await timed(session, 'POST', `/api/alerts/${alert.id}/triage`, { version: alert.version, outcome: 'treated' });
    if (done) ++dealtWith;
  }
}

const think = () => pause(random.below(THINKING), undefined, { signal: home.signal }).catch(() => {});

/** One person: looks at the list, opens a chart, sees to an alert. */
async function person(session) {
  await think(); // they do not all come at once
  while (!isOver) {
    const lists = (await timed(session, 'GET', '/api/lists'))?.lists ?? [];
    const list = lists[random.below(lists.length)];
    const patients = list ? (await timed(session, 'GET', `/api/lists/${encodeURIComponent(list.id)}/patients`))?.patients ?? [] : [];
    if (patients.length > 0) await timed(session, 'GET', `/api/patients/${patients[random.below(patients.length)].patient.id}`);
    const alerts = (await timed(session, 'GET', '/api/alerts?group=to_see'))?.alerts ?? [];
    const alert = alerts[random.below(alerts.length)];
    if (alert) await seeTo(session, alert);
    ++rounds;
    await think();
  }
}

/** A phone that listens; opened again when it was cut off. */
async function listen(session) {
  while (!isOver) {
    const { hostname, port } = new URL(server.http);
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
    streams.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.write(`GET /api/live HTTP/1.1\r\nHost: x\r\nCookie: ${session.cookie}\r\n\r\n`);
    await new Promise((done) => socket.on('close', done));
    streams.delete(socket);
  }
}
const streams = new Set();

function sample(started) {
  const times = requests.splice(0);
  const row = {
    seconds: Math.round((Date.now() - started) / 1_000),
    received,
    memory: Math.round(memoryOf(server.child.pid)),
    descriptors: descriptorsOf(server.child.pid),
    log: Math.round(sizeOf(data, 'wardlight.db-wal')),
    store: Math.round(sizeOf(data, 'wardlight.db')),
    requests: times.length,
    median: percentile(times, 0.5).toFixed(1),
    p99: percentile(times, 0.99).toFixed(1),
  };
  samples.push(row);
  if (IS_LONG || samples.length % 5 === 1) console.log(Object.values(row).map((value) => String(value).padStart(11)).join(''));
}

const mean = (rows, name) => rows.reduce((sum, row) => sum + Number(row[name]), 0) / Math.max(1, rows.length);

test('a day goes by: flat memory, flat latency, nothing leaks', async () => {
  const socketsBefore = socketsOf(server.child.pid);
  const sessions = await Promise.all(Array.from({ length: ACCOUNTS }, (_, i) => Session.signIn(server.http, `nurse${i}`)));
  // Nobody waits for them but the end: a failure of one is in `failures` or ends the run here.
  const people = Array.from({ length: USERS }, (_, i) => person(sessions[i % ACCOUNTS]));
  for (let i = 0; i < Math.min(USERS, ACCOUNTS * STREAMS_EACH); ++i) people.push(listen(sessions[i % ACCOUNTS]));
  const crowd = Promise.all(people);
  let failure = null;
  crowd.catch((error) => (failure = error));

  console.log(['seconds', 'received', 'memory MiB', 'descriptors', 'log MiB', 'store MiB', 'requests', 'median ms', 'p99 ms'].map((word) => word.padStart(11)).join(''));
  const started = Date.now();
  let isFed = false;
  const fed = feed().then(() => (isFed = true), (error) => (failure = error));
  while (!isFed && failure === null) {
    await Promise.race([fed, pause(SAMPLE * 1_000)]);
    sample(started);
  }
  if (failure) throw failure;
  await until('everything is applied', () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0 LIMIT 1').length === 0, 3_600_000);
  sample(started);
  isOver = true;
  home.abort();
  for (const socket of streams) socket.destroy();
  await within('everybody goes home', crowd, 120_000);

  const half = Math.floor(samples.length / 2);
  const [first, second] = [samples.slice(Math.floor(half / 2), half), samples.slice(half)];
  const change = (name) => `${mean(first, name).toFixed(1)} to ${mean(second, name).toFixed(1)}`;
  console.log(`verdict: ${received} messages in ${Math.round((Date.now() - started) / 1_000)} s, ${taken} alerts acknowledged, ${dealtWith} dealt with, ${rounds} rounds; ` +
      `second quarter to second half: memory ${change('memory')} MiB, p99 ${change('p99')} ms, descriptors ${change('descriptors')}`);
  assert.deepEqual(failures, [], 'every request was answered');
  assert.ok(received >= MESSAGES);
  const [{ wrong }] = query(data, 'SELECT COUNT(*) AS wrong FROM raw_message WHERE state NOT IN (1, 3)');
  assert.equal(wrong, 0, 'messages that are not applied');
  const [{ kept }] = query(data, 'SELECT COUNT(*) AS kept FROM raw_message WHERE state <> 3');
  assert.ok(kept >= received, `${kept} kept of ${received} acknowledged`);
  // Connections of the test's own agent stay open for a while; those of people and streams do not.
  const agents = 16;
  await until('connections are given back', () => socketsOf(server.child.pid) <= socketsBefore + agents);
  assert.equal((await call(server.http, 'GET', '/readyz')).status, 200);
  if (IS_LONG) assert.ok(mean(second, 'memory') < mean(first, 'memory') * 1.25 + 32, `memory grows: ${change('memory')} MiB`);
});
