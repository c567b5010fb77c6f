// Bad input on the feed, over real sockets: each kind gets the answer that its sender can act on,
// nothing that arrived is lost, and the next good message passes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MESSAGE_STATES, query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { END, frame, MllpConnection, readAnswer, VT } from '../live/mllp.mjs';
import { newDataFolder, removeFolder, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { corpusFolder } from './corpus.mjs';

const FRAME_LIMIT = 64 << 20; // base/limits.h
const data = newDataFolder();
let server = null;
let counter = 0;
const nextId = () => `B${++counter}`;

before(async () => {
  server = await startServer(data);
});
after(async () => {
  await server?.stop();
  removeFolder(data);
});

/** Runs `use` on a new connection; afterwards the server must still be the same process. */
async function connected(use) {
  const connection = await MllpConnection.open(server.mllp[0]);
  try {
    return await use(connection);
  } finally {
    connection.close();
    assert.equal(server.exit, null, server.log);
  }
}

async function passes(connection, why) {
  const id = nextId();
  const answer = readAnswer(await connection.send(admission({ mrn: '7200001' }, id)));
  assert.deepEqual([answer.code, answer.controlId], ['AA', id], `a good message after ${why}`);
}

/** What became of the newest message: waits until it is neither waiting nor absent. */
function settled(where) {
  return until(`a message ${where} is settled`, () => {
    const rows = query(data, `SELECT state, reason_code, hex(body) AS body FROM raw_message WHERE ${where} ORDER BY number DESC LIMIT 1`);
    return rows.length > 0 && rows[0].state !== 0 && { ...rows[0], state: MESSAGE_STATES[rows[0].state] };
  });
}
const idIs = (id) => `control_id = '${id}'`;
const newestNumber = () => query(data, 'SELECT coalesce(max(number), 0) AS newest FROM raw_message')[0].newest;

test('junk before a frame is skipped and logged', () =>
  connected(async (connection) => {
    connection.write('GET / HTTP/1.1\r\n\r\n\0\xff');
    await passes(connection, 'junk');
    await until('a line in the log', () => /bytes outside a frame/.test(server.log));
  }));

test('a frame that ends with its connection is kept in quarantine', () =>
  connected(async (connection) => {
    const id = nextId();
    const message = admission({ mrn: '7200002' }, id);
    const before = newestNumber();
    connection.write(VT + message.slice(0, -20));
    await connection.finish();
    const kept = await settled(`number > ${before}`);
    assert.deepEqual([kept.state, kept.reason_code], ['quarantined', 'frame_incomplete']);
    assert.equal(Buffer.from(kept.body, 'hex').toString(), message.slice(0, -20));
  }));

test('a start byte inside a frame: the first part is kept and not answered, the second is taken', () =>
  connected(async (connection) => {
    const [lost, good] = [nextId(), nextId()];
    const before = newestNumber();
    connection.write(VT + admission({ mrn: '7200003' }, lost).slice(0, -30));
    connection.write(frame(admission({ mrn: '7200003' }, good)));
    const answer = readAnswer(await connection.answer());
    assert.deepEqual([answer.code, answer.controlId], ['AA', good]);
    assert.equal((await settled(`number > ${before} AND state = 2`)).reason_code, 'frame_incomplete');
    await passes(connection, 'a lost end');
    assert.equal(connection.unread, 0);
  }));

test('an end byte inside the data does not end the frame', () =>
  connected(async (connection) => {
    const id = nextId();
    const message = result({ mrn: '7200004' }, id, { value: '80', takenAt: hoursAgo(1) }) + 'NTE|1||before\x1cafter\r';
    const answer = readAnswer(await connection.send(message));
    assert.deepEqual([answer.code, answer.controlId], ['AA', id]);
    assert.equal(Buffer.from((await settled(idIs(id))).body, 'hex').toString(), message);
  }));

test('one byte at a time is a message as well', () =>
  connected(async (connection) => {
    const id = nextId();
    for (const byte of frame(admission({ mrn: '7200005' }, id))) connection.write(Buffer.of(byte));
    assert.equal(readAnswer(await connection.answer()).code, 'AA');
  }));

test('several frames in one packet get their answers in order', () =>
  connected(async (connection) => {
    const ids = Array.from({ length: 100 }, nextId);
    connection.write(Buffer.concat(ids.map((id) => frame(admission({ mrn: '7200006' }, id)))));
    for (const id of ids) assert.equal(readAnswer(await connection.answer()).controlId, id);
  }));

test('two messages in one frame are two messages with two answers', () =>
  connected(async (connection) => {
    const ids = [nextId(), nextId()];
    connection.write(frame(ids.map((id) => admission({ mrn: '7200007' }, id)).join('')));
    for (const id of ids) {
      const answer = readAnswer(await connection.answer());
      assert.deepEqual([answer.code, answer.controlId], ['AA', id]);
      assert.equal((await settled(idIs(id))).state, 'applied');
    }
  }));

test('what is too large is refused, its beginning kept, and the feed goes on', () =>
  connected(async (connection) => {
    const before = newestNumber();
    connection.write(VT + admission({ mrn: '7200008' }, nextId()) + 'OBX|1|ED|x||');
    const block = Buffer.alloc(1 << 20, 'A');
    for (let sent = 0; sent <= FRAME_LIMIT; sent += block.length) connection.write(block);
    connection.write('\r' + END);
    const answer = readAnswer(await connection.answer(60_000));
    assert.equal(answer.code, 'AR');
    assert.match(answer.text, /larger than allowed/);
    const kept = await settled(`number > ${before}`);
    assert.deepEqual([kept.state, kept.reason_code], ['quarantined', 'frame_too_large']);
    assert.ok(kept.body.length > 1000);
    await passes(connection, 'a frame beyond the limit');
  }));

const head = (more) => `MSH|^~\\&|S|F|W|H|20260302060000||ADT^A01|${more}`;
const REFUSED = [
  { name: 'nothing', message: '', code: 'AR', condition: '100', reason: 'segment_sequence_error' },
  { name: 'no MSH', message: 'PID|1||7200009^^^WSH^MR\r', code: 'AR', condition: '100', reason: 'segment_sequence_error' },
  { name: 'MSH only', message: head('X1|P|2.4') + '\r', code: 'AE', condition: '100', reason: 'segment_sequence_error', id: 'X1' },
  { name: 'cut after MSH-2', message: 'MSH|^~\\&', code: 'AE', condition: '10[01]' },
  { name: 'MSH cut inside MSH-2', message: 'MSH|', code: 'AE', condition: '10[0-2]' },
  { name: 'version 3', message: head('X2|P|3.0') + '\rPID|1||1\r', code: 'AR', condition: '203', reason: 'unsupported_version_id', id: 'X2' },
  { name: 'unknown processing id', message: head('X3|Q|2.4') + '\rPID|1||1\r', code: 'AR', condition: '202', reason: 'unsupported_processing_id', id: 'X3' },
  { name: 'no type', message: 'MSH|^~\\&|S|F|W|H|20260302060000|||X4|P|2.4\rPID|1||1\r', code: 'AE', condition: '101', reason: 'required_field_missing', id: 'X4' },
];
test('what cannot be read is refused with its reason and waits in quarantine', () =>
  connected(async (connection) => {
    for (const { name, message, code, condition, reason, id } of REFUSED) {
      const before = newestNumber();
      const answer = readAnswer(await connection.send(message));
      assert.equal(answer.code, code, name);
      assert.equal(answer.controlId ?? '', id ?? '', name);
      assert.match(answer.errors[0]?.join('|') ?? '', new RegExp(`[|^]${condition}[&^|]`), name);
      const kept = await settled(`number > ${before}`);
      assert.equal(kept.state, 'quarantined', name);
      if (reason) assert.equal(kept.reason_code, reason, name);
      assert.equal(Buffer.from(kept.body, 'hex').toString(), message, name);
      await passes(connection, name);
    }
  }));

// MSH-15, MSH-16 and what a good and a bad message get.
const MODES = [
  ['', '', ['AA'], ['AR']],
  ['AL', 'NE', ['CA'], ['CR']],
  ['AL', 'AL', ['CA', 'AA'], ['CR', 'AR']],
  ['NE', 'AL', ['AA'], ['AR']],
  ['NE', 'NE', [], []],
  ['ER', 'NE', [], ['CR']],
  ['SU', 'NE', ['CA'], []],
  ['ER', 'ER', [], ['CR', 'AR']],
  ['SU', 'SU', ['CA', 'AA'], []],
];
test('enhanced mode: each wish is met', () =>
  connected(async (connection) => {
    for (const [accept, application, good, bad] of MODES) {
      for (const [version, wanted] of [['2.4', good], ['9.9', bad]]) {
        const id = nextId();
        connection.write(frame(`${head(`${id}|P|${version}|||${accept}|${application}`)}\rPID|1||7200010^^^WSH^MR||Test^Mode\r`));
        for (const code of wanted) {
          const answer = readAnswer(await connection.answer());
          assert.deepEqual([answer.code, answer.controlId], [code, id], `${accept}/${application} ${version}`);
        }
        // The next answer belongs to this one, so nothing else was in between.
        await passes(connection, `${accept}/${application} ${version}`);
        await settled(idIs(id));
      }
    }
  }));

test('an acknowledgement that arrives is not answered', () =>
  connected(async (connection) => {
    connection.write(frame(`MSH|^~\\&|S|F|W|H|20260302060000||ACK|${nextId()}|P|2.4\rMSA|AA|1\r`));
    await passes(connection, 'an ACK');
  }));

const manyResults = (id, count) => {
  const message = result({ mrn: '7200011' }, id, { value: '80', takenAt: hoursAgo(1) });
  const lines = [message];
  for (let i = 2; i <= count; ++i) lines.push(`OBX|${i}|NM|T${i}^Test ${i}^WSHLAB||${i}|mmol/L|||||F\r`);
  return lines.join('');
};
test('10,000 and 20,000 results in one message are applied', () =>
  connected(async (connection) => {
    const times = [];
    for (const count of [10_000, 20_000]) {
      const id = nextId();
      const started = performance.now();
      assert.equal(readAnswer(await connection.send(manyResults(id, count), 60_000)).code, 'AA');
      const row = await until('it is applied', () => {
        const [found] = query(data, `SELECT state FROM raw_message WHERE ${idIs(id)}`);
        return found.state !== 0 && found;
      }, 120_000);
      assert.equal(MESSAGE_STATES[row.state], 'applied');
      times.push(performance.now() - started);
    }
    console.log(`10,000 OBX: ${Math.round(times[0])} ms, 20,000 OBX: ${Math.round(times[1])} ms, ratio ${(times[1] / times[0]).toFixed(2)}`);
    assert.ok(times[1] / times[0] < 8, 'twice as many results take far more than twice as long');
  }));

test('a document of 6 MB passes', () =>
  connected(async (connection) => {
    const id = nextId();
    const message =
      `MSH|^~\\&|S|F|W|H|20260302060000||MDM^T02|${id}|P|2.4\rEVN|T02|20260302060000\rPID|1||7200012^^^WSH^MR||Test^Paper\r` +
      `TXA|1|DS|AP|20260302060000||||||||DOC${id}|||||AU\rOBX|1|ED|PDF^Letter^L||^application^pdf^Base64^${'QUJD'.repeat(1_500_000)}||||||F\r`;
    assert.equal(readAnswer(await connection.send(message, 60_000)).code, 'AA');
    assert.equal((await settled(idIs(id))).state, 'applied');
  }));

// After the README beside the files; those not named here want AA.
const NASTY = {
  '31_msh_only.hl7': ['AE'],
  '33_no_msh.hl7': ['AR'],
  '35_two_messages_in_one_frame.hl7': ['AA', 'AA'],
  '43_missing_end_then_vt.mllp': ['AA'],
};
test('the nasty messages of the corpus get what their README wants', async (context) => {
  const folder = corpusFolder();
  if (!folder) {
    console.log('skipped: no test corpus (set WARDLIGHT_CORPUS)');
    return context.skip('no corpus');
  }
  const readme = readFileSync(join(folder, 'derived-nasty/README.md'), 'utf8');
  const files = [...readme.matchAll(/^\| (\d\d_\S+) \|/gm)].map(([, name]) => name);
  assert.ok(files.length > 20);
  await connected(async (connection) => {
    for (const name of files) {
      const bytes = readFileSync(join(folder, 'derived-nasty', name));
      connection.write(name.endsWith('.mllp') ? bytes : frame(bytes));
      for (const code of NASTY[name] ?? ['AA']) assert.equal(readAnswer(await connection.answer(60_000)).code, code, name);
      await passes(connection, name);
    }
  });
});

test('nothing of a patient stands in the log', () => {
  assert.doesNotMatch(server.log, /72000\d\d|Test\^|Patient\^|ΑΒΓ/);
});
