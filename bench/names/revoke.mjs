// From "this device is signed out" to a device that is refused everywhere.
import { execFile } from 'node:child_process';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { percentile } from '../../tests/live/process.mjs';
import { Session } from '../../tests/live/api.mjs';
import { addUser, program } from '../../tests/live/server.mjs';
import { within } from '../../tests/live/wait.mjs';
import { withServer } from '../drive/hospital.mjs';

const USER = 'lost';
const BY_COMMAND_LINE = 10;

// Not blocking: connections that the server ends meanwhile must be noticed.
const command = (what, data) => promisify(execFile)(program, ['user', what, '--data', data, '--name', USER]);

/** Resolves when the server has told the stream that its session has ended. */
function listen(session) {
  const { hostname, port } = new URL(session.address);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  socket.write(`GET /api/live HTTP/1.1\r\nHost: x\r\nCookie: ${session.cookie}\r\n\r\n`);
  let text = '';
  let opened;
  const isOpen = new Promise((done) => (opened = done));
  const told = new Promise((done, failed) => {
    socket.on('error', failed);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (text.includes('event: heartbeat')) opened();
      if (text.includes('event: signed_out')) done(performance.now());
    });
  });
  return { isOpen, told, close: () => socket.destroy() };
}

/** Milliseconds from the begin of `revoke` to the first refused call, and to the stream's end. */
async function timeOne(address, revoke) {
  const lost = await Session.signIn(address, USER);
  const stream = listen(lost);
  await stream.isOpen;
  const from = performance.now();
  let refusedAfter = null;
  const asking = (async () => {
    for (;;) {
      const { status } = await lost.call('GET', '/api/me');
      if (status === 401) break;
    }
    refusedAfter = performance.now() - from;
  })();
  await revoke();
  const toldAfter = (await within('the stream to be told', stream.told, 30_000)) - from;
  await within('a refused call', asking, 30_000);
  stream.close();
  return { refusedAfter, toldAfter };
}

export const revoke = {
  about: 'a device signed out from another one, and by the command line, to refused everywhere',
  figures: [
    { key: 'told_p99_ms', name: 'stream told, p99', unit: 'ms', atMost: 1_000 },
    { key: 'told_p50_ms', name: 'stream told, p50', unit: 'ms' },
    { key: 'refused_p99_ms', name: 'call refused, p99', unit: 'ms', atMost: 1_000 },
    { key: 'command_told_p99_ms', name: 'ended by `wardlight user disable`: stream told, longest', unit: 'ms', atMost: 1_000 },
    { key: 'samples', name: 'devices signed out', unit: '' },
  ],
  run: ({ scale }) =>
    withServer(async ({ server, data }) => {
      addUser(data, USER, 'ward_nurse', ['--ward', '7A']);
      const own = await Session.signIn(server.http, USER);
      const times = [];
      for (let i = 0; i < Math.ceil(100 * Math.min(scale, 1)); ++i)
        times.push(await timeOne(server.http, () => own.do('DELETE', '/api/devices')));
      const byCommand = [];
      for (let i = 0; i < Math.ceil(BY_COMMAND_LINE * Math.min(scale, 1)); ++i) {
        byCommand.push(await timeOne(server.http, () => command('disable', data)));
        await command('enable', data);
      }
      const of = (list, key) => list.map((time) => time[key]);
      return {
        told_p50_ms: percentile(of(times, 'toldAfter'), 0.5),
        told_p99_ms: percentile(of(times, 'toldAfter'), 0.99),
        refused_p99_ms: percentile(of(times, 'refusedAfter'), 0.99),
        command_told_p99_ms: Math.max(...of(byCommand, 'toldAfter')),
        samples: times.length + byCommand.length,
      };
    }),
};
