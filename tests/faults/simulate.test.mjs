// A simulated hospital's day into the running server, scored against what should have alerted: none
// missed, none false.
//   WARDLIGHT_SIMULATE_SEEDS (7), comma separated
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { query } from '../live/database.mjs';
import { addUser, newDataFolder, program, removeFolder, run, startServer } from '../live/server.mjs';
import { until, within } from '../live/wait.mjs';

const SEEDS = (process.env.WARDLIGHT_SIMULATE_SEEDS ?? '7').split(',').map(Number);
const PATIENTS = 60;
const folders = [];
let server = null;
after(async () => {
  await server?.stop();
  for (const folder of folders) {
    if (process.env.WARDLIGHT_KEEP_DATA) console.log(`kept: ${folder}`);
    else removeFolder(folder);
  }
});

/** A command to its end, beside the server. */
function finish(args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  return within(args.slice(0, 2).join(' '), new Promise((done) => child.on('exit', (code) => done({ code, text }))), 300_000);
}

for (const seed of SEEDS) {
  test(`seed ${seed}: every alert that should be there is there, and no other`, async () => {
    const data = newDataFolder();
    folders.push(data);
    addUser(data, 'nurse', 'ward_nurse', ['--ward', '7A']);
    // The wards that the truth takes for renal and intensive care.
    const configuration = join(data, 'wardlight.toml');
    writeFileSync(configuration, '[site]\nkidney_wards = ["5C", "ICU"]\n');
    server = await startServer(data, { args: ['--config', configuration] });
    const [truth, alerts] = ['truth', 'alerts'].map((name) => join(data, `${name}.ndjson`));
    // The rules ring for what is news now: simulated time must be ours.
    const hospital = await finish([
      'simulate', '--to', `127.0.0.1:${server.mllp[0]}`, '--seed', String(seed), '--patients', String(PATIENTS),
      '--speed', 'max', '--start', 'now', '--truth', truth,
    ]);
    assert.equal(hospital.code, 0, hospital.text);
    await until('everything is applied', () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0').length === 0, 120_000);
    assert.deepEqual(query(data, 'SELECT number, type, reason_code, reason_where FROM raw_message WHERE state = 2'), []);
    await server.stop();
    server = null;
    writeFileSync(alerts, run(['export', 'alerts', '--data', data]));
    assert.ok(readFileSync(alerts, 'utf8').length > 0, 'no alerts at all');
    const score = await finish(['simulate', 'score', '--truth', truth, '--alerts', alerts]);
    console.log(score.text.trim());
    assert.equal(score.code, 0, `seed ${seed}`);
  });
}
