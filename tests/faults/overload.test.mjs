// Far more than the server can take: a flood on the feed, a crowd of idle connections, senders and
// readers that crawl. Memory stays bounded, senders wait, who is refused is told when to come again,
// people at work still get answers, and afterwards everything is as before.
//   WARDLIGHT_OVERLOAD_SECONDS (4), WARDLIGHT_OVERLOAD_CONNECTIONS (200), WARDLIGHT_OVERLOAD_MESSAGES (3000)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Session, call } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { VT } from '../live/mllp.mjs';
import { memoryOf, percentile, sizeOf, socketsOf } from '../live/process.mjs';
import { addUser, newDataFolder, removeFolder, startServer } from '../live/server.mjs';
import { until, within } from '../live/wait.mjs';

const SECONDS = Number(process.env.WARDLIGHT_OVERLOAD_SECONDS ?? 4);
const MESSAGES = Number(process.env.WARDLIGHT_OVERLOAD_MESSAGES ?? 3_000);
const CROWD = Number(process.env.WARDLIGHT_OVERLOAD_CONNECTIONS ?? 200);
const SLOW = 20;
const SPARE = 4; // connections that the test's own agent keeps
const MEMORY_MOST = 1_024; // MiB; src/net/net_limits.h and src/base/limits.h allow no more than this
const data = newDataFolder();
let server = null;
let nurse = null;

before(async () => {
  addUser(data, 'nurse', 'ward_nurse', ['--ward', '7B']);
  addUser(data, 'lab', 'integration');
  addUser(data, 'admin', 'administrator');
  server = await startServer(data);
  nurse = await Session.signIn(server.http, 'nurse');
});

// Also after a test that failed half way.
const floods = new Set();
afterEach(() => {
  for (const child of floods) child.kill('SIGKILL');
  floods.clear();
});

after(async () => {
  await server?.stop();
  removeFolder(data);
});

/** A flood until end() is called or so many messages were sent. */
async function startFlood(prefix, connections, window, { ward = 'FLOOD', most = MESSAGES } = {}) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('flood.mjs', import.meta.url)), server.mllp[0], connections, window, prefix, ward, most].map(String),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  floods.add(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => (text += more));
  const exited = new Promise((done) => child.on('exit', done));
  await until('the flood has begun', () => text.includes('begun\n'), 60_000);
  return {
    end: async () => {
      child.stdin.end();
      await within('the flood ends', exited, 120_000);
      return JSON.parse(text.slice('begun\n'.length));
    },
  };
}

/** What a nurse does on a round, again and again; milliseconds of each request. */
async function work(seconds) {
  const times = [];
  const end = Date.now() + seconds * 1_000;
  const [ward] = (await nurse.do('GET', '/api/lists')).lists;
  while (Date.now() < end) {
    for (const path of ['/api/alerts?group=to_see', `/api/lists/${encodeURIComponent(ward.id)}/patients`]) {
      const started = performance.now();
      const answer = await nurse.call('GET', path);
      times.push(performance.now() - started);
      assert.equal(answer.status, 200, answer.text);
    }
    await pause(5); // people do not click without end
  }
  return times;
}

const shown = (times) => `median ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`;
const allApplied = () => query(data, 'SELECT 1 FROM raw_message WHERE state = 0 LIMIT 1').length === 0;
const port = () => Number(new URL(server.http).port);

/** Closed by the server, whatever it sent before. */
const closed = (socket) =>
  new Promise((done) => {
    socket.on('error', () => {});
    socket.on('close', done);
    socket.resume();
  });

/** A TLS connection from an address of its own: one address has too few ports for a crowd. */
function openTls(number) {
  return new Promise((done, failed) => {
    const socket = connectTls({
      port: port(),
      host: '127.0.0.1',
      localAddress: `127.0.0.${2 + (number % 50)}`,
      rejectUnauthorized: false,
    });
    socket.once('secureConnect', () => done(socket));
    socket.once('error', failed);
  });
}

test('a flood on the feed is slowed down, not lost, and people go on working', async () => {
  const pid = server.child.pid;
  // Something on the lists, and the usual load beside it.
  const usual = await startFlood('U', 2, 1, { ward: '7B', most: 200 });
  const calm = await work(SECONDS / 2);
  const normal = await usual.end();
  await until('everything is applied', allApplied, 120_000);
  const memoryBefore = memoryOf(pid);
  const socketsBefore = socketsOf(pid);

  const flood = await startFlood('F', 64, 64);
  let memoryMost = 0;
  let isFlooding = true;
  const watched = (async () => {
    while (isFlooding) {
      memoryMost = Math.max(memoryMost, memoryOf(pid));
      await pause(50);
    }
  })();
  const busy = await work(SECONDS);
  const told = await flood.end();
  isFlooding = false;
  await watched;
  const started = performance.now();
  await until('everything is applied', allApplied, 600_000);
  console.log(
    `usual feed: ${normal.acknowledged} messages, ACK p99 ${normal.p99} ms; people: ${shown(calm)}\n` +
      `flood: ${told.acknowledged} acknowledged, codes ${JSON.stringify(told.codes)}, ACK median ${told.median} ms, p99 ${told.p99} ms; ` +
      `people: ${shown(busy)}\n` +
      `memory ${memoryBefore.toFixed(0)} MiB before, ${memoryMost.toFixed(0)} at most, log ${sizeOf(data, 'wardlight.db-wal').toFixed(0)} MiB; ` +
      `all applied ${((performance.now() - started) / 1000).toFixed(1)} s after its end, then ${memoryOf(pid).toFixed(0)} MiB`,
  );
  assert.ok(told.acknowledged > 64, 'several of each sender');
  assert.ok(memoryMost < MEMORY_MOST, `${memoryMost} MiB`);
  const [{ kept }] = query(data, "SELECT COUNT(DISTINCT control_id) AS kept FROM raw_message WHERE control_id LIKE 'F%' AND state = 1");
  assert.ok(kept >= told.acknowledged, `${kept} kept of ${told.acknowledged} acknowledged`);
  await until('connections are given back', () => socketsOf(pid) <= socketsBefore + SPARE);
});

test('more sign-ins than can be worked on are told when to come again, and then work', async () => {
  const tries = await Promise.all(
    Array.from({ length: 200 }, async (_, number) => {
      const socket = await openTls(number);
      const body = JSON.stringify({ user: `nobody${number}`, password: 'wrong wrong wrong wrong' });
      socket.write(
        `POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (more) => (text += more));
      await closed(socket);
      return text;
    }),
  );
  const refused = tries.filter((text) => text.startsWith('HTTP/1.1 503'));
  assert.ok(refused.length > 0, 'the queue was never full');
  for (const text of refused) assert.match(text, /\r\nRetry-After: \d+\r\n/);
  assert.ok(tries.every((text) => /^HTTP\/1\.1 (401|429|503)/.test(text)), tries.find((text) => !/^HTTP\/1\.1 (401|429|503)/.test(text)));
  await until('a nurse can sign in', async () => Session.signIn(server.http, 'nurse').catch(() => null));
});

test('a crowd of idle connections leaves room for people, and goes without a trace', async () => {
  const pid = server.child.pid;
  const memoryBefore = memoryOf(pid);
  const socketsBefore = socketsOf(pid);
  const crowd = [];
  for (let i = 0; i < CROWD; i += 50) crowd.push(...(await Promise.all(Array.from({ length: Math.min(50, CROWD - i) }, (_, k) => openTls(i + k)))));
  const times = await work(Math.min(SECONDS, 10));
  const memory = memoryOf(pid);
  console.log(`${CROWD} idle connections: ${(((memory - memoryBefore) * 1024) / CROWD).toFixed(1)} KiB each; people: ${shown(times)}`);
  assert.ok(socketsOf(pid) >= socketsBefore + CROWD);
  for (const socket of crowd) socket.destroy();
  await until('connections are given back', () => socketsOf(pid) <= socketsBefore + SPARE);
});

test('senders that crawl are cut off and cost nobody anything', async () => {
  const pid = server.child.pid;
  const socketsBefore = socketsOf(pid);
  const crawl = (socket, bytes) => {
    let at = 0;
    const timer = setInterval(() => !socket.destroyed && socket.write(bytes[at++ % bytes.length]), 200);
    socket.on('close', () => clearInterval(timer));
  };
  // HTTP headers that never end.
  const headers = await Promise.all(Array.from({ length: SLOW }, (_, number) => openTls(number)));
  const ends = headers.map(closed);
  for (const socket of headers) crawl(socket, 'GET /livez HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
  // Frames that never end hold a connection of the feed, no more.
  const frames = Array.from({ length: SLOW }, () => connect({ port: server.mllp[0], host: '127.0.0.1' }));
  for (const socket of frames) {
    socket.on('error', () => {});
    socket.write(VT);
    crawl(socket, 'MSH|^~\\&|SLOW');
  }
  const times = await work(2);
  console.log(`${2 * SLOW} crawling senders: people: ${shown(times)}`);
  await within('crawling requests are cut off', Promise.all(ends), 30_000);
  for (const socket of frames) socket.destroy();
  await until('connections are given back', () => socketsOf(pid) <= socketsBefore + SPARE);
});

test('readers that do not read are cut off or waited for with bounded memory', async () => {
  const pid = server.child.pid;
  const socketsBefore = socketsOf(pid);
  const lab = await Session.signIn(server.http, 'lab');
  const memoryBefore = memoryOf(pid);
  const ask = async (number, path, session) => {
    const socket = await openTls(number);
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${session.cookie}\r\n\r\n`);
    return socket;
  };
  const readers = [];
  for (let i = 0; i < 8; ++i) readers.push(await ask(i, '/api/live', nurse));
  for (let i = 0; i < SLOW; ++i) readers.push(await ask(i, '/fhir/Observation?_count=1000', lab));
  const flood = await startFlood('S', 8, 20, { most: MESSAGES / 5 });
  const times = await work(SECONDS / 2);
  await flood.end();
  await until('everything is applied', allApplied, 120_000);
  const memory = memoryOf(pid);
  console.log(`${readers.length} readers that do not read: ${(memory - memoryBefore).toFixed(0)} MiB more; people: ${shown(times)}`);
  assert.ok(memory < MEMORY_MOST, `${memory} MiB`);
  assert.equal((await call(server.http, 'GET', '/readyz')).status, 200);
  for (const socket of readers) socket.destroy();
  await until('connections are given back', () => socketsOf(pid) <= socketsBefore + SPARE);
});
