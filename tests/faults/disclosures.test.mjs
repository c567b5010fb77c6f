// Completeness of the audit log: a count of what was shown, made by those who were shown it, is the
// count of the log's entries, for each person and patient, while the server is killed and its disk
// fills up. What counts as shown is read from the answers' text alone, not from what the server
// says about itself. Short here; script/soak disclosures is the long form.
//   WARDLIGHT_DISCLOSURE_REQUESTS (1500), WARDLIGHT_DISCLOSURE_FAULTS (6)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Session } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { generator, seedOfRun } from '../live/random.mjs';
import { addUser, newDataFolder, program, removeFolder } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { Faults, startFaulty } from './faulty_server.mjs';

const REQUESTS = Number(process.env.WARDLIGHT_DISCLOSURE_REQUESTS ?? 1_500);
const FAULTS = Number(process.env.WARDLIGHT_DISCLOSURE_FAULTS ?? 6);
const ENOSPC = 28;
const PATIENTS = 8;
const AT_ONCE = 3; // of each person
const PEOPLE = {
  nurse: ['ward_nurse', ['--ward', '7A']],
  other: ['ward_nurse', ['--ward', '7B']],
  doctor: ['doctor', ['--team', 'renal', '--ward', '7B']],
  coordinator: ['site_coordinator', []],
  outsider: ['ward_nurse', ['--ward', '9C']],
  system: ['integration', []],
};

const seed = seedOfRun();
const random = generator(seed);
const pick = (list) => list[random.below(list.length)];
const data = newDataFolder();
const faults = new Faults(join(data, 'faults'));
let server = null;
let patients = [];
let alerts = [];
const sessions = {};
const shown = new Map(); // "account patient" -> answers that name the patient
const refused = new Map(); // the same -> refusals
const unanswered = new Map(); // account -> requests whose answer nobody got
let answered = 0;
let failures = 0;

const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

before(async () => {
  console.log(`disclosures: seed ${seed}, ${REQUESTS} requests, ${FAULTS} faults`);
  for (const [name, [role, more]] of Object.entries(PEOPLE)) addUser(data, name, role, more);
  addUser(data, 'officer', 'privacy_officer');
  server = await startFaulty(data, faults);
  const feed = await MllpConnection.open(server.mllp[0]);
  for (let i = 0; i < PATIENTS; ++i) {
    const who = { mrn: `D10${i}`, ward: i % 2 ? '7A' : '7B' };
    const messages = [admission(who, `A${i}`), result(who, `B${i}`, { value: '80', takenAt: hoursAgo(30) })];
    if (i < 3) messages.push(result(who, `C${i}`, { value: '260', takenAt: hoursAgo(1) }));
    for (const message of messages) assert.equal(readAnswer(await feed.send(message)).code, 'AA');
  }
  feed.close();
  alerts = await until('the alerts', () => {
    const rows = query(data, 'SELECT id FROM alert');
    return rows.length >= 3 && rows.map((row) => row.id);
  });
  patients = query(data, "SELECT DISTINCT patient FROM resource WHERE patient <> ''").map((row) => row.patient);
  assert.equal(patients.length, PATIENTS);
  for (const name of [...Object.keys(PEOPLE), 'officer']) sessions[name] = await Session.signIn(server.http, name);
});

after(async () => {
  await server?.kill();
  removeFolder(data);
});

function somethingToRead(name) {
  const patient = pick(patients);
  if (name === 'system')
    return pick([
      ['GET', `/fhir/Patient/${patient}`],
      ['GET', `/fhir/Observation?patient=${patient}`],
      ['GET', '/fhir/Encounter?status=in-progress'],
      ['GET', `/fhir/Patient/${patient}/_history`],
    ]);
  return pick([
    ['GET', `/api/patients/${patient}`],
    ['GET', `/api/patients/${patient}`],
    ['GET', `/api/patients/${patient}/results`],
    ['GET', `/api/patients/${patient}/results/a.creatinine`],
    ['GET', `/api/patients/${patient}/observations`],
    ['GET', `/api/lists/${pick(['ward:7A', 'ward:7B', 'team:renal', 'starred'])}/patients`],
    ['GET', '/api/alerts?group=to_see'],
    ['GET', `/api/alerts/${pick(alerts)}`],
    ['POST', '/api/patients/find', { text: 'D10' + random.below(PATIENTS) }],
  ]);
}

/** One request, and what its answer has shown of whom. */
async function look(name) {
  const session = sessions[name];
  const [method, path, body] = somethingToRead(name);
  let answer;
  try {
    answer = await session.call(method, path, body);
  } catch (error) {
    // The server was killed meanwhile; what never reached it does not count.
    if (error.code !== 'ECONNREFUSED') add(unanswered, session.account);
    return false;
  }
  ++answered;
  const named = patients.filter((patient) => answer.text.includes(patient));
  if (answer.status === 200) {
    for (const patient of named) add(shown, `${session.account} ${patient}`);
    return true;
  }
  assert.deepEqual(named, [], `${method} ${path}: ${answer.status} names a patient`);
  assert.ok([403, 503, 404].includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`);
  if (answer.status === 503) ++failures;
  if (answer.status === 403 && /relationship/.test(answer.text)) add(refused, session.account);
  return true;
}

async function person(name) {
  while (answered < REQUESTS) {
    if (!(await look(name))) await until('the server is back', () => server.exit === null);
  }
}

async function killAndStart() {
  await server.kill();
  server = await startFaulty(data, faults);
  for (const session of Object.values(sessions)) session.movedTo(server.http);
}

async function fillDisk() {
  const before = failures;
  faults.set(`write wardlight.db-wal ${ENOSPC}`);
  await until('somebody is refused', () => failures > before + 3 || answered >= REQUESTS);
  faults.clear();
}

const READS = `action IN ('patient.read', 'results.read', 'observations.read', 'list.read', 'alerts.read', 'alert.read', 'patient.find') OR action LIKE 'fhir.%'`;

test('what was shown is what the log holds, through kills and full disks', async () => {
  const people = Object.keys(PEOPLE).flatMap((name) => Array.from({ length: AT_ONCE }, () => person(name)));
  for (let fault = 1; fault <= FAULTS; ++fault) {
    await until('the next fault is due', () => answered >= (REQUESTS * fault) / (FAULTS + 1), 600_000);
    await (fault % 2 ? killAndStart() : fillDisk());
  }
  await Promise.all(people);
  assert.ok(failures > 0, 'the full disk was felt');
  await server.stop();

  const entries = new Map();
  for (const row of query(data, `SELECT account, patient, COUNT(*) AS n FROM audit_entry WHERE decision = 1 AND patient <> '' AND (${READS}) GROUP BY account, patient`))
    entries.set(`${row.account} ${row.patient}`, row.n);
  let disclosures = 0;
  let lost = 0;
  for (const key of new Set([...shown.keys(), ...entries.keys()])) {
    const [account] = key.split(' ');
    const seen = shown.get(key) ?? 0;
    const logged = entries.get(key) ?? 0;
    assert.ok(logged >= seen, `${key}: shown ${seen} times, logged ${logged} times`);
    // Logged and never arrived: only what was under way when the server was killed.
    assert.ok(logged - seen <= (unanswered.get(account) ?? 0), `${key}: logged ${logged} times, shown ${seen} times`);
    disclosures += seen;
    lost += logged - seen;
  }
  const denied = new Map(query(data, "SELECT account, COUNT(*) AS n FROM audit_entry WHERE decision = 0 AND patient <> '' GROUP BY account").map((row) => [row.account, row.n]));
  for (const account of new Set([...refused.keys(), ...denied.keys()])) {
    const difference = (denied.get(account) ?? 0) - (refused.get(account) ?? 0);
    assert.ok(difference >= 0 && difference <= (unanswered.get(account) ?? 0), `${account}: ${difference} refusals too many in the log`);
  }
  const open = [...unanswered.values()].reduce((sum, n) => sum + n, 0);
  console.log(`disclosures: ${answered} answers, ${disclosures} disclosures, each with its entry; ${lost} entries for ${open} requests without an answer; ${failures} refused while the disk was full`);
  assert.ok(disclosures > REQUESTS / 2);
});

test('the log is sound, and the officer is shown just as many', async () => {
  server = await startFaulty(data, faults);
  sessions.officer.movedTo(server.http);
  for (const patient of patients.slice(0, 3)) {
    const [{ n }] = query(data, `SELECT COUNT(*) AS n FROM audit_entry WHERE patient = '${patient}' AND action <> 'audit.read'`);
    let count = 0;
    for (let before; ; ) {
      const page = (await sessions.officer.call('POST', '/api/audit/search', { patient, before })).json();
      count += page.entries.filter((entry) => entry.action !== 'audit.read').length;
      if (page.next === null) break;
      before = page.next;
    }
    assert.equal(count, n);
  }
  await server.stop();
  assert.match(execFileSync(program, ['verify-audit', '--data', data], { encoding: 'utf8' }), /sound|verified/i);
});
