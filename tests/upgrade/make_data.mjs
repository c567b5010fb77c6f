// Makes the data of one release for upgrade.test.mjs: a simulated ward with open, acknowledged and
// ended alerts, a message that nobody applied yet, and one in quarantine. Run it with the program
// of that release before the layout of the store changes:
//   WARDLIGHT_PROGRAM=PATH node tests/upgrade/make_data.mjs NAME
// writes NAME.db.gz (a backup) and NAME.json.gz (what could be seen in it). Nobody in it is real.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Session } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { addUser, newDataFolder, program, removeFolder, run, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const [name] = process.argv.slice(2);
if (!name) throw new Error('usage: make_data.mjs NAME');

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const data = newDataFolder();
let server = null;

async function send(connection, message) {
  const answer = readAnswer(await connection.send(message));
  assert.equal(answer.code, 'AA', answer.text);
}

const allApplied = () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0').length === 0;

/** Kills the server between an acknowledgement and its message's way into the charts. */
async function leaveSomeUnapplied(who) {
  for (let attempt = 0; ; ++attempt) {
    const connection = await MllpConnection.open(server.mllp[0]);
    const messages = Array.from({ length: 12 }, (_, i) =>
      result(who, `U${attempt}-${i}`, { value: '4.1', analyte: 'K', takenAt: hoursAgo(0.2) }),
    );
    // All at once: when the last is acknowledged, not all are applied.
    await Promise.all(messages.map((message) => connection.send(message)));
    await server.kill();
    connection.close();
    if (!allApplied()) return;
    server = await startServer(data);
  }
}

/** The second step waits long enough to be armed in the backup; the rest follows at once. */
const STEPS = [
  { after_seconds: 0, to: 'ward_nurse' },
  { after_seconds: 300, to: 'medical_oncall' },
  { after_seconds: 1, to: 'site_coordinator' },
  { after_seconds: 1, to: 'switchboard' },
];

async function fill() {
  addUser(data, 'nurse', 'ward_nurse', ['--ward', '7B']);
  addUser(data, 'medic', 'doctor', ['--team', 'medical', '--team', 'renal']);
  addUser(data, 'admin', 'administrator');
  addUser(data, 'lab', 'integration');
  addUser(data, 'site', 'site_coordinator');
  run(['rota', 'assign', '--data', data, '--role', 'medical_oncall', '--user', 'medic', '--hours', '100']);
  server = await startServer(data);
  const admin = await Session.signIn(server.http, 'admin');
  const policies = await admin.do('GET', '/api/admin/policies');
  for (const policy of policies.policies) policy.steps = STEPS;
  await admin.do('PUT', '/api/admin/policies', policies);
  const simulated = spawnSync(program, [
    'simulate', '--to', `127.0.0.1:${server.mllp[0]}`, '--seed', '7', '--patients', '3', '--duration', '5h', '--speed', 'max', '--start', 'now',
  ]);
  assert.equal(simulated.status, 0, String(simulated.stderr));
  const connection = await MllpConnection.open(server.mllp[0]);
  const ill = ['9500001', '9500002', '9500003'].map((mrn) => ({ mrn }));
  for (const [index, who] of ill.entries()) {
    await send(connection, admission(who, `A${index}`));
    await send(connection, result(who, `B${index}`, { value: '80', takenAt: hoursAgo(40) }));
    await send(connection, result(who, `C${index}`, { value: '190', takenAt: hoursAgo(2) }));
  }
  const broken = admission({ mrn: '' }, 'Q1').replace(/PID\|1\|\|[^|]*/, 'PID|1||');
  await connection.send(broken);
  await until('everything is applied', allApplied);
  const medic = await Session.signIn(server.http, 'medic');
  const { alerts } = await medic.do('GET', '/api/alerts?group=to_see');
  const [first] = alerts;
  await medic.do('POST', `/api/alerts/${first.id}/acknowledge`, { version: first.version });
  connection.close();
  await leaveSomeUnapplied(ill[2]);
}

const TYPES = [
  'AllergyIntolerance', 'Communication', 'Condition', 'DetectedIssue', 'DiagnosticReport', 'DocumentReference',
  'Encounter', 'Location', 'Observation', 'Organization', 'Patient', 'Practitioner', 'ServiceRequest', 'Task',
];

/** Every version in the backup, by the hash of its text; asked through the front door of a restored copy. */
async function resourcesOf(copy) {
  const [{ newest }] = query(copy, 'SELECT MAX(at) / 1000 AS newest FROM change_log');
  const living = await startServer(copy);
  try {
    const lab = await Session.signIn(living.http, 'lab');
    const versions = {};
    for (const type of TYPES) {
      const { entry = [] } = await lab.do('GET', `/fhir/${type}?_count=1000`);
      for (const { resource } of entry) {
        for (let number = 1; number <= Number(resource.meta.versionId); ++number) {
          const answer = await lab.call('GET', `/fhir/${type}/${resource.id}/_history/${number}`);
          assert.equal(answer.status, 200, answer.text);
          if (Date.parse(answer.json().meta.lastUpdated) > newest) break; // by the start of the copy
          versions[`${type}/${resource.id}/${number}`] = sha256(answer.text).slice(0, 12);
        }
      }
    }
    return versions;
  } finally {
    await living.stop();
  }
}

const counted = (sql) => Object.fromEntries(query(data, sql).map(({ key, n }) => [key, n]));

await fill();
const backup = join(data, 'backup.db');
run(['backup', '--data', data, '--to', backup]);
const copy = newDataFolder();
run(['backup', 'restore', backup, '--data', copy]);
const expected = {
  alerts: run(['export', 'alerts', '--data', data]).trim().split('\n').map((line) => JSON.parse(line)),
  messages: counted('SELECT state AS key, COUNT(*) AS n FROM raw_message GROUP BY state'),
  armed_timers: query(data, 'SELECT COUNT(*) AS n FROM timer')[0].n,
  resources: await resourcesOf(copy),
};
writeFileSync(join(folder, `${name}.db.gz`), gzipSync(readFileSync(backup), { level: 9 }));
writeFileSync(join(folder, `${name}.json.gz`), gzipSync(JSON.stringify(expected, null, 1), { level: 9 }));
removeFolder(copy);
removeFolder(data);
