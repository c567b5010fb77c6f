// The server is killed without warning, again and again, under mixed load: three feeds, another
// system creating resources, a nurse and a doctor acknowledging alerts. Nothing that was acknowledged
// to anybody may be missing afterwards, and nothing may be there twice.
//   WARDLIGHT_KILL_CYCLES (20), WARDLIGHT_SEED
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Session } from '../live/api.mjs';
import { MESSAGE_STATES, query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { generator, seedOfRun } from '../live/random.mjs';
import { addUser, newDataFolder, removeFolder, run, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';

const CYCLES = Number(process.env.WARDLIGHT_KILL_CYCLES ?? 20);
const FEEDS = 3;
const LONGEST_LIFE = 400; // milliseconds from ready to the kill
const READY_WITHIN = 20_000; // generous: a slow machine is no lost message
const IDENTIFIER_SYSTEM = 'urn:test:kill';
// Short waits, so that chains run, are cut and go on while the server dies and comes back.
const STEPS = [
  { after_seconds: 0, to: 'ward_nurse' },
  { after_seconds: 1, to: 'medical_oncall' },
  { after_seconds: 1, to: 'site_coordinator' },
  { after_seconds: 1, to: 'switchboard' },
];

const seed = seedOfRun();
const random = generator(seed);
const data = newDataFolder();
let server = null; // null while it is dead
let isFinishing = false;

const acknowledged = new Map(); // control id -> message bytes
const expectedAlerts = []; // { mrn, rule }
const created = []; // ids that the server gave
const attempted = []; // identifiers sent, answered or not
const taken = new Map(); // alert id -> account that acknowledged it

/** Waits for a living server; null when the test is over. */
async function living() {
  await until('the server is alive or the test over', () => server !== null || isFinishing, 120_000);
  return isFinishing ? null : server;
}

/** Sends until it is acknowledged, whatever dies in between. */
async function deliver(feed, connection, message, controlId) {
  for (;;) {
    const alive = await until('a living server', () => server, 120_000);
    try {
      connection.current ??= await MllpConnection.open(alive.mllp[feed]);
      const answer = readAnswer(await connection.current.send(message));
      assert.equal(answer.code, 'AA', answer.text);
      assert.equal(answer.controlId, controlId);
      acknowledged.set(controlId, message);
      return;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      connection.current?.close();
      connection.current = null;
    }
  }
}

/** Patient after patient; every third has nothing to tell, every fourth a critical potassium too. */
async function feed(number) {
  const connection = { current: null };
  let counter = 0;
  for (let patient = 0; !isFinishing; ++patient) {
    const who = { mrn: `9${number}${String(patient).padStart(5, '0')}` };
    const next = () => `F${number}-${String(++counter).padStart(7, '0')}`;
    const send = (make) => {
      const controlId = next();
      return deliver(number, connection, make(controlId), controlId);
    };
    const isIll = patient % 3 !== 0;
    await send((id) => admission(who, id));
    await send((id) => result(who, id, { value: '80', takenAt: hoursAgo(40) }));
    await send((id) => result(who, id, { value: isIll ? '190' : '84', takenAt: hoursAgo(2) }));
    if (isIll) expectedAlerts.push({ mrn: who.mrn, rule: 'aki' });
    if (patient % 4 === 1) {
      await send((id) => result(who, id, { analyte: 'K', value: '7.1', takenAt: hoursAgo(1) }));
      expectedAlerts.push({ mrn: who.mrn, rule: 'critical_result' });
    }
  }
  connection.current?.close();
}

async function createResources(session) {
  for (let counter = 0; await living(); ++counter) {
    const identifier = `R${counter}`;
    attempted.push(identifier);
    try {
      const answer = await session.movedTo(server.http).call('POST', '/fhir/Observation', {
        resourceType: 'Observation',
        status: 'final',
        identifier: [{ system: IDENTIFIER_SYSTEM, value: identifier }],
        code: { text: 'height' },
        valueQuantity: { value: 170, unit: 'cm' },
      });
      assert.equal(answer.status, 201, answer.text);
      created.push({ id: /Observation\/([^/]+)/.exec(answer.headers.location)[1], identifier });
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
  }
}

async function acknowledgeAlerts(session) {
  for (;;) {
    if (!(await living())) return;
    try {
      session.movedTo(server.http);
      const inbox = await session.do('GET', '/api/alerts?group=to_see');
      // One in four is left alone: its chain must run to the end.
      const free = inbox.alerts.filter(({ id }) => id.charCodeAt(id.length - 1) % 4 !== 0);
      if (free.length === 0) {
        await pause(20);
        continue;
      }
      const alert = free[random.below(free.length)];
      const answer = await session.call('POST', `/api/alerts/${alert.id}/acknowledge`, { version: alert.version });
      if (answer.status === 200) taken.set(alert.id, session.account);
      else assert.equal(answer.status, 409, answer.text);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
  }
}

async function setUp() {
  addUser(data, 'nurse', 'ward_nurse', ['--ward', '7B']);
  addUser(data, 'medic', 'doctor', ['--team', 'medical', '--team', 'renal']);
  addUser(data, 'site', 'site_coordinator');
  addUser(data, 'admin', 'administrator');
  addUser(data, 'lab', 'integration');
  run(['rota', 'assign', '--data', data, '--role', 'medical_oncall', '--user', 'medic', '--hours', '100']);
  run(['rota', 'assign', '--data', data, '--role', 'site_coordinator', '--user', 'site', '--hours', '100']);
  server = await startServer(data, { feeds: FEEDS });
  const admin = await Session.signIn(server.http, 'admin');
  const policies = await admin.do('GET', '/api/admin/policies');
  for (const policy of policies.policies) policy.steps = STEPS;
  await admin.do('PUT', '/api/admin/policies', policies);
}

const readyTimes = [];

before(async () => {
  console.log(`kill: seed ${seed}, ${CYCLES} cycles`);
  await setUp();
  const people = [];
  for (const user of ['lab', 'nurse', 'medic']) people.push(await Session.signIn(server.http, user));
  const [lab, nurse, medic] = people;
  const work = Promise.all([
    ...Array.from({ length: FEEDS }, (_, number) => feed(number)),
    createResources(lab),
    acknowledgeAlerts(nurse),
    acknowledgeAlerts(medic),
  ]);
  let failure = null;
  work.catch((error) => (failure = error));
  for (let cycle = 0; cycle < CYCLES && failure === null; ++cycle) {
    // Not a wait for something: the moment of the kill is the chance under test.
    await pause(random.next() * LONGEST_LIFE);
    const dying = server;
    server = null;
    assert.equal(dying.exit, null, `it ended by itself: ${dying.log}`);
    await dying.kill();
    const next = await startServer(data, { feeds: FEEDS });
    readyTimes.push(next.readyAfter);
    server = next;
  }
  isFinishing = true;
  await work;
  await until('everything is applied', () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0 LIMIT 1').length === 0, 120_000);
  await until(
    'every chain is at its end',
    () => query(data, "SELECT 1 FROM alert WHERE state = 'open' AND is_end_of_chain = 0 LIMIT 1").length === 0,
    120_000,
  );
});

after(async () => {
  await server?.stop();
  if (process.env.WARDLIGHT_KEEP_DATA) console.log(`kept: ${data}`);
  else removeFolder(data);
});

test('the run did enough to mean something', () => {
  console.log(
    `kill: ${acknowledged.size} messages, ${created.length} resources, ${expectedAlerts.length} alerts, ` +
      `${taken.size} acknowledged; ready again in ${Math.round(readyTimes.sort((a, b) => a - b)[readyTimes.length >> 1])} ms (median)`,
  );
  assert.ok(acknowledged.size > CYCLES, 'messages');
  assert.ok(expectedAlerts.length > 0, 'alerts');
  assert.ok(created.length > 0, 'resources');
  assert.ok(taken.size > 0, 'acknowledged alerts');
  assert.ok(Math.max(...readyTimes) < READY_WITHIN, `ready after ${Math.max(...readyTimes)} ms`);
});

test('every acknowledged message is kept once, byte for byte, and was applied', () => {
  const rows = query(data, 'SELECT control_id, state, hex(body) AS body FROM raw_message ORDER BY number');
  const kept = new Map();
  for (const row of rows) {
    if (MESSAGE_STATES[row.state] === 'duplicate') {
      assert.ok(kept.has(row.control_id), `${row.control_id}: a duplicate of nothing`);
      continue;
    }
    assert.ok(!kept.has(row.control_id), `${row.control_id} is there twice`);
    kept.set(row.control_id, row);
  }
  for (const [controlId, message] of acknowledged) {
    const row = kept.get(controlId);
    assert.ok(row, `${controlId} was acknowledged and is lost`);
    assert.equal(MESSAGE_STATES[row.state], 'applied', controlId);
    assert.equal(Buffer.from(row.body, 'hex').toString('utf8'), message, controlId);
  }
});

test('every acknowledged resource exists, none twice', async () => {
  const session = await Session.signIn(server.http, 'lab');
  const found = new Map();
  for (let i = 0; i < attempted.length; i += 40) {
    const values = attempted.slice(i, i + 40).map((value) => `${IDENTIFIER_SYSTEM}|${value}`);
    const bundle = await session.do('GET', `/fhir/Observation?_count=1000&identifier=${encodeURIComponent(values.join(','))}`);
    for (const { resource } of bundle.entry ?? []) {
      const { value } = resource.identifier[0];
      assert.ok(!found.has(value), `${value} is there twice`);
      found.set(value, resource.id);
    }
  }
  for (const { id, identifier } of created) assert.equal(found.get(identifier), id, identifier);
});

test('every expected alert exists once, and no other', async () => {
  const session = await Session.signIn(server.http, 'lab');
  const patients = new Map();
  for (const { id, patient, rule } of query(data, 'SELECT id, patient, rule FROM alert')) {
    const key = `${patient} ${rule}`;
    assert.ok(!patients.has(key), `${key}: a second alert ${id}`);
    patients.set(key, id);
  }
  const ids = new Map();
  for (const mrn of new Set(expectedAlerts.map((one) => one.mrn))) {
    const bundle = await session.do('GET', `/fhir/Patient?identifier=${mrn}`);
    assert.equal(bundle.entry?.length, 1, mrn);
    ids.set(mrn, bundle.entry[0].resource.id);
  }
  for (const { mrn, rule } of expectedAlerts)
    assert.ok(patients.delete(`${ids.get(mrn)} ${rule}`), `${mrn}: no alert of ${rule}`);
  assert.deepEqual([...patients.keys()], [], 'alerts that nothing explains');
});

/** The events of each alert, in order. */
function eventsByAlert() {
  const events = new Map();
  for (const row of query(data, 'SELECT alert, sequence, kind, actor, detail FROM alert_event ORDER BY alert, sequence')) {
    if (!events.has(row.alert)) events.set(row.alert, []);
    events.get(row.alert).push({ ...row, detail: JSON.parse(row.detail) });
  }
  return events;
}

const CHAIN = new Set(['notified', 'step_skipped', 'chain_ended']);

test('no step of a chain is doubled or lost, and each is one Communication', () => {
  const states = new Map(query(data, 'SELECT id, state FROM alert').map(({ id, state }) => [id, state]));
  const versions = new Map(query(data, 'SELECT id, version FROM resource').map(({ id, version }) => [id, version]));
  for (const [alert, events] of eventsByAlert()) {
    assert.deepEqual(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1), `${alert}: sequence`);
    const steps = events.filter(({ kind }) => CHAIN.has(kind));
    assert.deepEqual(steps.map(({ detail }) => detail.step ?? 0), steps.map((_, index) => index), `${alert}: steps`);
    if (states.get(alert) === 'open') {
      assert.equal(steps.length, STEPS.length, `${alert}: nobody took it, so every step`);
      assert.equal(steps.at(-1).kind, 'chain_ended');
    }
    const taking = events.findIndex(({ kind }) => kind === 'acknowledged');
    if (taking >= 0) assert.ok(!events.slice(taking).some(({ kind }) => CHAIN.has(kind)), `${alert}: told after it was taken`);
    for (const { kind, sequence } of events) {
      const expected = ['notified', 'chain_ended', 'informed'].includes(kind) ? 1 : undefined;
      assert.equal(versions.get(`${alert}-${sequence}`), expected, `${alert}-${sequence} ${kind}`);
    }
  }
});

test('what was acknowledged stays with who acknowledged it, once', () => {
  const alerts = new Map(query(data, 'SELECT id, state, owner FROM alert').map((row) => [row.id, row]));
  const events = eventsByAlert();
  for (const [id, account] of taken) {
    assert.equal(alerts.get(id).state, 'acknowledged', id);
    assert.equal(alerts.get(id).owner, account, id);
  }
  for (const [id, list] of events)
    assert.ok(list.filter(({ kind }) => kind === 'acknowledged').length <= 1, `${id}: acknowledged twice`);
});

test('the audit log is what was sealed, through every kill', () => {
  assert.match(run(['verify-audit', '--data', data]), / checkpoints: sound\n$/);
});

test('the store is sound', () => {
  assert.deepEqual(query(data, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
});
