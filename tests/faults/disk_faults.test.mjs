// Writes, syncs and reads of the disk fail under live load. Nothing that was acknowledged may be
// missing afterwards; the fault must show where people look; and when a sync failed the server must
// stop instead of asking again, for the second answer would be false.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { Session, call } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { addUser, newDataFolder, program, removeFolder } from '../live/server.mjs';
import { until, within } from '../live/wait.mjs';
import { Faults, Load, allApplied, checkMessages, startFaulty } from './faulty_server.mjs';

const STOPPED_BY_DISK = 74; // src/base/stop.h
const EIO = 5;
const ENOSPC = 28;
const folders = [];
let server = null;
let load = null;

// Also after a test that failed half way.
afterEach(async () => {
  await load?.end();
  await server?.kill();
  load = server = null;
});

after(() => {
  for (const folder of folders) removeFolder(folder);
});

let template = null;
before(() => {
  template = newDataFolder();
  folders.push(template);
  addUser(template, 'admin', 'administrator');
  addUser(template, 'lab', 'integration');
});

/** A server with some history, its faults and its load. */
async function begin() {
  const data = newDataFolder();
  folders.push(data);
  spawnSync('cp', ['-r', `${template}/.`, data]);
  const faults = new Faults(join(data, 'faults'));
  server = await startFaulty(data, faults);
  load = new Load(server.mllp[0]);
  await until('the load runs', () => load.acknowledged.size > 30);
  return { data, faults };
}

const more = (count = 30) => {
  const goal = load.acknowledged.size + count;
  return until('messages are acknowledged', () => load.acknowledged.size >= goal);
};

/** Another process that reads the store, and goes on reading. */
async function holdOpen(data) {
  const child = spawn('sqlite3', [join(data, 'wardlight.db')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answered = new Promise((done) => child.stdout.once('data', done));
  child.stdin.write('BEGIN;\nSELECT COUNT(*) FROM raw_message;\n');
  await within('the other reader reads', answered);
  return child;
}

const ready = async () => call(server.http, 'GET', '/readyz');

/** The load ends, everything is applied and nothing is missing. */
async function finish(data) {
  await load.end();
  await until('everything is applied', () => allApplied(data));
  await server.stop();
  checkMessages(data, load.acknowledged);
  server = null;
  load = null;
}

for (const [name, rule, reason] of [
  ['a full disk', `write wardlight.db-wal ${ENOSPC}`, /the disk is full/],
  ['a failed write', `write wardlight.db-wal ${EIO}`, /disk I\/O error/],
  ['a failed write after some that passed', `write wardlight.db-wal ${EIO} 7`, /disk I\/O error/],
]) {
  test(`${name}: no false acknowledgement, an alarm, and it goes on by itself`, async () => {
    const { data, faults } = await begin();
    const admin = await Session.signIn(server.http, 'admin');
    faults.set(rule);
    const refusedBefore = load.refused;
    await until('messages are refused', () => load.refused > refusedBefore + 10);
    const told = await ready();
    assert.equal(told.status, 503);
    assert.match(told.text, /cannot be written/);
    assert.match(told.text, reason);
    assert.match(server.log, /"a commit failed"/);
    assert.match(server.log, reason);
    assert.equal((await call(server.http, 'GET', '/livez')).status, 200);
    const feeds = await admin.call('GET', '/api/admin/feeds');
    assert.equal(feeds.status, 200, feeds.text);
    assert.equal(feeds.json().store.state, 'failing');
    assert.match(feeds.json().store.reason, reason);
    // Not one of the acknowledged is missing while the fault lasts, either.
    const kept = new Set(query(data, 'SELECT control_id FROM raw_message').map((row) => row.control_id));
    for (const controlId of load.acknowledged.keys()) assert.ok(kept.has(controlId), controlId);

    faults.clear();
    await more();
    await until('the alarm ends', async () => (await ready()).status === 200);
    assert.equal((await admin.do('GET', '/api/admin/feeds')).store.state, 'ok');
    assert.equal(server.exit, null, 'the same process');
    await finish(data);
  });
}

test('writes that come short are completed', async () => {
  const { data, faults } = await begin();
  faults.set('write wardlight.db-wal short', 'write wardlight.db short');
  await more(60);
  await until('both files were written', () => ['wal short', 'db short'].every((end) => faults.noted.some((line) => line.includes(end))));
  assert.equal(load.refused, 0);
  faults.clear();
  await finish(data);
});

for (const [what, file] of [
  ['the log', 'wardlight.db-wal'],
  ['the store behind it', 'wardlight.db'],
]) {
  test(`a failed sync of ${what} stops the server at once, and the restart loses nothing`, async () => {
    const { data, faults } = await begin();
    faults.set(`sync ${file} ${EIO}`);
    const { code } = await within('the server stops', server.ended);
    assert.equal(code, STOPPED_BY_DISK, server.log);
    assert.match(server.log, /"level":"critical".*the disk did not confirm a write/);
    assert.equal(faults.noted.length, 1, `never asked again: ${faults.noted}`);
    const acknowledged = new Map(load.acknowledged);

    // What the former process left in memory is written anew before anything is acknowledged, also
    // while a backup reads and the log therefore stays.
    const reader = await holdOpen(data);
    faults.set('write wardlight.db-wal none', 'sync wardlight.db-wal none');
    server = await startFaulty(data, faults);
    load.movedTo(server.mllp[0]);
    await more();
    const written = faults.noted.filter((line) => line.startsWith('write'));
    const [, , , offset, size] = written[0].split(' ').map(Number);
    // A log that begins anew has a header of 32 bytes; here it is the old one as a whole.
    assert.ok(offset === 0 && size > 4096, written[0]);
    reader.kill();
    assert.equal((await ready()).status, 200);
    for (const [controlId, message] of acknowledged) assert.equal(load.acknowledged.get(controlId), message);
    faults.clear();
    await finish(data);
  });
}

test('a store that cannot be emptied of its log is trouble, and nothing is lost', async () => {
  const { data, faults } = await begin();
  faults.set(`write wardlight.db ${EIO}`);
  await until('the alarm', async () => (await ready()).status === 503);
  assert.match(server.log, /store maintenance failed/);
  await more(); // the log itself can still be written: messages are taken
  faults.clear();
  await until('the alarm ends', async () => (await ready()).status === 200);
  await finish(data);
});

test('a failed read while serving: an error, never an empty answer, and it passes', async () => {
  const { data, faults } = await begin();
  await load.end();
  await until('everything is applied', () => allApplied(data));
  await server.stop();
  // Pages come through read() where the file cannot be mapped.
  faults.set(`map wardlight.db ${ENOSPC}`);
  server = await startFaulty(data, faults);
  const lab = await Session.signIn(server.http, 'lab');
  const patients = () => lab.call('GET', '/fhir/Patient?_count=1000');
  const whole = (await patients()).json();
  assert.ok(whole.entry.length > 5);

  // Where the pages are kept in memory no read takes place: another server with nothing in memory.
  await server.stop();
  server = await startFaulty(data, faults);
  lab.movedTo(server.http);
  faults.set(`read wardlight.db ${EIO}`);
  for (let i = 0; i < 3; ++i) {
    const answer = await patients();
    assert.ok([500, 503].includes(answer.status), `${answer.status} ${answer.text}`);
  }
  assert.ok(faults.noted.some((line) => line.startsWith('read')));
  assert.equal((await ready()).status, 503);
  faults.set(`map wardlight.db ${ENOSPC}`);
  await until('reading works again', async () => (await patients()).status === 200);
  assert.deepEqual((await patients()).json().entry.length, whole.entry.length);
  await finish(data);
});

test('a store that cannot be read at the start is said so, and nothing is touched', async () => {
  const { data, faults } = await begin();
  await load.end();
  await server.kill();
  faults.set(`read wardlight.db ${EIO}`);
  await assert.rejects(startFaulty(data, faults), /the server ended \(1\).*disk I\/O error/s);
  const doctor = spawnSync(program, ['doctor', '--data', data], { encoding: 'utf8', env: faults.environment });
  assert.equal(doctor.status, 1);
  assert.match(doctor.stdout, /^FAIL +store .*disk I\/O error/m);
  faults.clear();
  server = await startFaulty(data, faults);
  await finish(data);
});

test('a page of the mapped index of the log that cannot be read stops the server with a word about the disk', async () => {
  const { data, faults } = await begin();
  await load.end();
  await until('everything is applied', () => allApplied(data));
  await server.stop();
  faults.set('map wardlight.db-shm hole');
  await assert.rejects(startFaulty(data, faults), new RegExp(`the server ended \\(${STOPPED_BY_DISK}\\).*look at the disk`, 's'));
  faults.clear();
  server = await startFaulty(data, faults);
  assert.equal((await ready()).status, 200);
  await finish(data);
});
