// The disk is full: nothing is acknowledged that was not kept, the log says so, reading goes on, and
// when there is space again the feed goes on without a restart. Needs leave to mount a tmpfs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Session } from '../live/api.mjs';
import { MESSAGE_STATES, query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { addUser, newDataFolder, removeFolder, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';

const DISK = '24m';
const MESSAGES_MOST = 400;
const disk = newDataFolder();
const data = join(disk, 'data');
const filler = join(disk, 'filler');
let isMounted = false;
let server = null;
let connection = null;

before(async () => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'none', disk], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    console.log('skipped: a small disk for the test cannot be mounted here');
    return;
  }
  addUser(data, 'nurse', 'ward_nurse', ['--ward', '7B']);
  server = await startServer(data);
  connection = await MllpConnection.open(server.mllp[0]);
});

after(async () => {
  connection?.close();
  await server?.stop();
  if (isMounted) execFileSync('umount', [disk]);
  removeFolder(disk);
});

/** Takes what is left of the disk. */
function fill() {
  const block = Buffer.alloc(64 << 10);
  for (;;) {
    try {
      appendFileSync(filler, block);
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
      return;
    }
  }
}

const who = { mrn: '7100001' };
const answers = new Map(); // control id -> code
let counter = 0;
/** A result with a long note, so that the store must grow. */
async function sendOne(controlId = `D${++counter}`) {
  const message = `${result(who, controlId, { value: '80', takenAt: hoursAgo(20) })}NTE|1||${'long note '.repeat(5000)}\r`;
  const answer = readAnswer(await connection.send(message));
  answers.set(controlId, answer.code);
  return answer;
}

test('a full disk loses nothing and lies to nobody', async (context) => {
  if (!isMounted) return context.skip('no small disk');
  assert.equal(readAnswer(await connection.send(admission(who, 'A1'))).code, 'AA');
  assert.equal((await sendOne()).code, 'AA');
  const session = await Session.signIn(server.http, 'nurse');
  const [ward] = (await session.do('GET', '/api/lists')).lists ?? [];

  fill();
  let refused = null;
  for (let i = 0; i < MESSAGES_MOST && !refused; ++i) {
    const answer = await sendOne();
    if (answer.code !== 'AA') refused = answer;
  }
  assert.ok(refused, `the disk was never full: ${answers.size} messages`);
  assert.equal(refused.code, 'AE');
  assert.match(refused.text, /could not be stored/);
  assert.match(refused.errors[0].join('|'), /207/, 'ERR says that it is our fault');
  for (let i = 0; i < 3; ++i) assert.equal((await sendOne()).code, 'AE');
  assert.match(server.log, /could not be stored/);
  assert.match(server.log, /full/i, 'the log says why');
  assert.doesNotMatch(server.log, /long note|7100001/, 'no value of a message in the log');
  assert.ok(ward, 'the nurse has a list');
  const list = await session.call('GET', `/api/lists/${encodeURIComponent(ward.id)}/patients`);
  // Reading patients is recorded first; without space for the record there is no reading.
  assert.ok([200, 503].includes(list.status), `${list.status} ${list.text}`);
  assert.equal((await session.call('GET', '/livez')).status, 200);

  rmSync(filler);
  await until('messages are taken again', async () => (await sendOne()).code === 'AA');
  for (const [controlId, code] of [...answers]) if (code === 'AE') assert.equal((await sendOne(controlId)).code, 'AA');
  await until('everything is applied', () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0').length === 0);
  const kept = query(data, 'SELECT control_id, state FROM raw_message WHERE state <> 3');
  assert.equal(new Set(kept.map((row) => row.control_id)).size, kept.length, 'none twice');
  for (const controlId of ['A1', ...answers.keys()]) {
    const row = kept.find((one) => one.control_id === controlId);
    assert.equal(row && MESSAGE_STATES[row.state], 'applied', controlId);
  }
  assert.deepEqual(query(data, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
});
