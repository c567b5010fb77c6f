// The present program on the data of earlier releases: each *.db.gz here is a backup made by such a
// release (make_data.mjs), and its *.json.gz says what could be seen in it then. Layout and
// migrations are the store's affair; what people and other systems see must be what it was.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Session } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission, result, hoursAgo } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { newDataFolder, program, removeFolder, run, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const releases = readdirSync(folder)
  .filter((name) => name.endsWith('.db.gz'))
  .map((name) => name.slice(0, -'.db.gz'.length));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const temporary = [];
let server = null;

after(async () => {
  await server?.stop();
  for (const one of temporary) removeFolder(one);
});

/** The release's data as they were, in a folder of their own. */
function restored(release) {
  const data = newDataFolder();
  temporary.push(data);
  const backup = join(data, 'backup.db');
  writeFileSync(backup, gunzipSync(readFileSync(join(folder, `${release}.db.gz`))));
  run(['backup', 'verify', backup]);
  run(['backup', 'restore', backup, '--data', data]);
  return data;
}

const alertsOf = (data) =>
  run(['export', 'alerts', '--data', data]).trim().split('\n').map((line) => JSON.parse(line));
const openAlerts = (data) => query(data, "SELECT 1 FROM alert WHERE state = 'open'").length;
const keyOf = (alert) => [alert.patient, alert.rule, alert.analyte, alert.taken_at, alert.level].join(' ');

async function checkResources(lab, expected) {
  const wrong = [];
  for (const [reference, hash] of Object.entries(expected)) {
    const [type, id, version] = reference.split('/');
    const answer = await lab.call('GET', `/fhir/${type}/${id}/_history/${version}`);
    if (answer.status !== 200) wrong.push(`${reference}: ${answer.status}`);
    else if (sha256(answer.text).slice(0, 12) !== hash) wrong.push(`${reference}: not the same text`);
  }
  assert.deepEqual(wrong, []);
}

/** Search must find what reading finds: a lost index row would hide a result from the chart. */
async function checkSearch(lab, expected) {
  const observations = new Map(); // patient -> ids
  for (const reference of Object.keys(expected)) {
    const [type, id] = reference.split('/');
    if (type !== 'Observation') continue;
    const subject = (await lab.do('GET', `/fhir/Observation/${id}`)).subject?.reference;
    if (!observations.has(subject)) observations.set(subject, new Set());
    observations.get(subject).add(id);
  }
  assert.ok(observations.size > 1, 'results of several patients');
  for (const [patient, ids] of observations) {
    const { entry = [] } = await lab.do('GET', `/fhir/Observation?subject=${patient}&_count=1000`);
    const found = new Set(entry.map(({ resource }) => resource.id));
    assert.deepEqual([...ids].filter((id) => !found.has(id)), [], patient);
  }
}

async function feedState(admin) {
  const { feeds } = await admin.do('GET', '/api/admin/feeds');
  return feeds.reduce((sum, feed) => sum + feed.quarantined_open + feed.oldest_unprocessed_seconds, 0);
}

test('there is data of an earlier release', () => assert.ok(releases.length > 0));

for (const release of releases) {
  test(`data of ${release}: all of it readable, alerts intact, timers fire, the feed goes on`, async () => {
    const data = restored(release);
    const expected = JSON.parse(gunzipSync(readFileSync(join(folder, `${release}.json.gz`))));
    assert.ok(Object.keys(expected.resources).length > 100 && expected.armed_timers > 0 && expected.messages[0] > 0);
    server = await startServer(data);
    assert.doesNotMatch(server.log, /"level":"(error|critical)"/);

    const lab = await Session.signIn(server.http, 'lab');
    await checkResources(lab, expected.resources);
    await checkSearch(lab, expected.resources);

    const admin = await Session.signIn(server.http, 'admin');
    await until('what was not applied is applied', async () => (await feedState(admin)) === expected.messages[2]);

    // Every armed timer was due long ago: each chain goes on to its end, and who acknowledged and gave
    // no outcome has had the time for it.
    const site = await Session.signIn(server.http, 'site');
    const lapsed = (alert) => (alert.state === 'acknowledged' ? { ...alert, state: 'open' } : alert);
    const before = new Map(expected.alerts.map((alert) => [keyOf(alert), lapsed(alert)]));
    assert.ok(expected.alerts.some(({ state }) => state === 'open'));
    await until('every open alert is at the end of its chain', async () => {
      const { alerts } = await site.do('GET', '/api/switchboard');
      return query(data, 'SELECT 1 FROM timer').length === 0 && alerts.length === openAlerts(data);
    });
    assert.ok(openAlerts(data) > 0);

    const connection = await MllpConnection.open(server.mllp[0]);
    const who = { mrn: '9600001' };
    for (const message of [admission(who, 'N1'), result(who, 'N2', { analyte: 'K', value: '7.1', takenAt: hoursAgo(0.1) })])
      assert.equal(readAnswer(await connection.send(message)).code, 'AA');
    connection.close();
    await until('a new alert opens', () => alertsOf(data).some(({ mrn, state }) => mrn === who.mrn && state === 'open'));

    const now = new Map(alertsOf(data).map((alert) => [keyOf(alert), alert]));
    for (const [key, alert] of before) assert.deepEqual(now.get(key), alert, key);
    await server.stop();
    server = null;
    assert.match(run(['verify-audit', '--data', data]), /^\d+ entries, [1-9]\d* of them sealed, .*: sound$/m);
    const doctor = spawnSync(program, ['doctor', '--data', data], { encoding: 'utf8' });
    assert.match(doctor.stdout, /^ok +store /m, doctor.stdout);
    assert.match(doctor.stdout, /^ok +schema /m, doctor.stdout);
  });
}
