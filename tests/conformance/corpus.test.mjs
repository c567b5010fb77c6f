// Every message of the corpus over MLLP into the running server: none crashes it, none is lost. Prints
// a table per folder.
//   WARDLIGHT_CORPUS           where the corpus lies
//   WARDLIGHT_CORPUS_TABLE     also writes the table to this file (docs/corpus.md)
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { MESSAGE_STATES, query } from '../live/database.mjs';
import { frame, MllpConnection } from '../live/mllp.mjs';
import { newDataFolder, removeFolder, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { corpusFolder, messageFiles } from './corpus.mjs';

const folder = corpusFolder();
const data = newDataFolder();
let server = null;
after(async () => {
  await server?.stop();
  removeFolder(data);
});

/** The messages of a file as a sender would send them: frames as they are, else one per MSH. */
function framesOf(bytes) {
  if (bytes[0] === 0x0b) return { bytes, count: bytes.toString('latin1').split('\x1c\r').length - 1 };
  const text = bytes.toString('latin1').replace(/^\xef\xbb\xbf(?=MSH)/, '');
  const starts = [...text.matchAll(/(?:^|[\r\n]+)(?=MSH[^A-Za-z0-9])/g)].map((match) => match.index + match[0].length);
  const pieces = starts.length === 0 ? [text] : starts.map((start, i) => text.slice(start, starts[i + 1]));
  const messages = pieces.map((piece) => piece.replace(/\r?\n/g, '\r')).filter((piece) => piece.trim() !== '');
  // Acknowledgements that a feed sends are read and not kept: they tell nothing of a patient.
  const acknowledgements = messages.filter((one) => /^MSH.([^|]*\|){7}ACK\b/.test(one)).length;
  return {
    bytes: Buffer.concat(messages.map((one) => frame(Buffer.from(one, 'latin1')))),
    count: messages.length - acknowledgements,
  };
}

/** One feed for each folder, so that what became of its messages can be told apart. */
async function send(files, port) {
  const connection = await MllpConnection.open(port);
  let sent = 0;
  for (const { path } of files) {
    const { bytes, count } = framesOf(readFileSync(path));
    connection.write(bytes);
    sent += count;
  }
  await connection.finish();
  return sent;
}

function countRows(rows) {
  const count = { messages: 0, applied: 0, duplicate: 0, quarantined: {} };
  for (const row of rows) {
    const state = MESSAGE_STATES[row.state];
    count.messages += row.number;
    if (state === 'quarantined') count.quarantined[row.reason_code] = row.number;
    else count[state] += row.number;
  }
  return count;
}

function tableOf(counts) {
  const lines = ['| folder | messages | applied | the same again | in quarantine |', '|---|---:|---:|---:|---|'];
  for (const [name, { messages, applied, duplicate, quarantined }] of counts) {
    const reasons = Object.entries(quarantined).sort(([, a], [, b]) => b - a);
    const text = reasons.map(([code, number]) => `${number} ${code}`).join(', ');
    lines.push(`| ${name} | ${messages} | ${applied} | ${duplicate} | ${text || '–'} |`);
  }
  return lines.join('\n') + '\n';
}

const HEAD = `# The corpus

What becomes of every message of the test corpus when it is sent over MLLP to a server with the default feed profile.
Written by \`WARDLIGHT_CORPUS_TABLE=docs/corpus.md node --test tests/conformance/corpus.test.mjs\`. A message in quarantine
is kept as it came, with its reason, and can be replayed.

`;

test('every message of the corpus is kept, and applied or in quarantine with a reason', async (context) => {
  if (!folder) {
    console.log('skipped: no test corpus (set WARDLIGHT_CORPUS)');
    return context.skip('no corpus');
  }
  const groups = new Map();
  for (const file of messageFiles(folder)) groups.set(file.group, [...(groups.get(file.group) ?? []), file]);
  const names = [...groups.keys()];
  assert.ok(names.length > 3);
  server = await startServer(data, { feeds: names.length });
  const sent = [];
  for (const [index, name] of names.entries()) {
    sent.push(await send(groups.get(name), server.mllp[index]));
    assert.equal(server.exit, null, `${name} ended the server: ${server.log}`);
  }
  await until('everything is applied', () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0').length === 0, 120_000);
  const counts = names.map((name, index) => {
    const feed = index === 0 ? 'main' : `feed${index + 1}`;
    const rows = query(data, `SELECT state, reason_code, count(*) AS number FROM raw_message WHERE feed = '${feed}' GROUP BY 1, 2`);
    return [name, countRows(rows)];
  });
  const table = tableOf(counts);
  console.log(table);
  if (process.env.WARDLIGHT_CORPUS_TABLE) writeFileSync(process.env.WARDLIGHT_CORPUS_TABLE, HEAD + table);
  for (const [index, [name, count]] of counts.entries()) {
    assert.ok(count.messages >= sent[index], `${name}: ${sent[index]} sent, ${count.messages} kept`);
    assert.ok(!Object.keys(count.quarantined).some((code) => !code || code === 'null'), `${name}: quarantine without a reason`);
    assert.ok(!('internal' in count.quarantined), `${name}: a failure of our own`);
  }
  assert.ok(counts.some(([, count]) => count.applied > 0));
});
