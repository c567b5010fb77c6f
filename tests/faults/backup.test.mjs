// A backup under a live feed: the copy holds every message that was acknowledged before it began,
// verifies, and a server starts on it and goes on. The feed does not notice.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Session } from '../live/api.mjs';
import { addUser, newDataFolder, program, removeFolder, run, startServer } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { Load, allApplied, checkMessages } from './faulty_server.mjs';

const data = newDataFolder();
const restored = newDataFolder();
const ROUNDS = 3;
let server = null;
let load = null;

after(async () => {
  await load?.end();
  await server?.kill();
  for (const folder of [data, restored]) removeFolder(folder);
});

test('a backup under load is whole, verifies, and a server starts on it', async () => {
  addUser(data, 'lab', 'integration');
  server = await startServer(data);
  load = new Load(server.mllp[0]);
  let acknowledged = null;
  let file = null;
  for (let round = 0; round < ROUNDS; ++round) {
    const goal = load.acknowledged.size + 150;
    await until('messages are acknowledged', () => load.acknowledged.size > goal);
    acknowledged = new Map(load.acknowledged);
    file = join(data, `backup-${round}.db`);
    // Not run(): the load goes on meanwhile.
    const { stdout } = await promisify(execFile)(program, ['backup', '--data', data, '--to', file]);
    assert.match(stdout, /every page checked/);
  }
  await until('the feed goes on', () => load.acknowledged.size > acknowledged.size + 30);
  assert.equal(load.refused, 0, 'the feed noticed nothing');
  await load.end();
  await until('everything is applied', () => allApplied(data));
  await server.stop();
  checkMessages(data, load.acknowledged);

  run(['backup', 'verify', file]);
  run(['backup', 'restore', file, '--data', restored]);
  server = await startServer(restored);
  await until('everything is applied', () => allApplied(restored));
  const lab = await Session.signIn(server.http, 'lab');
  assert.ok((await lab.do('GET', '/fhir/Patient?_count=1000')).entry.length > 10);
  await server.stop();
  checkMessages(restored, acknowledged);
  server = await startServer(restored);
  load = new Load(server.mllp[0], 1, 'N');
  await until('the restored server takes messages', () => load.acknowledged.size > 20);
  await load.end();
  await until('everything is applied', () => allApplied(restored));
  await server.stop();
  checkMessages(restored, new Map([...acknowledged, ...load.acknowledged]));
});
