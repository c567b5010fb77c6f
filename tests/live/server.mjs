// The real program as a child process on a data folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from './wait.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = resolve(process.env.WARDLIGHT_PROGRAM ?? join(root, 'build/release/src/app/wardlight'));
export const PASSWORD = 'correct horse battery staple';

export function newDataFolder(parent = tmpdir()) {
  return mkdtempSync(join(parent, 'wardlight-test-'));
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs one command to its end; its standard output. */
export function run(args, options = {}) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28, ...options });
}

export function addUser(data, name, role, more = []) {
  run(['user', 'add', '--data', data, '--name', name, '--role', role, '--password-file', '-', ...more], {
    input: PASSWORD + '\n',
  });
}

/** Starts the server and waits for its ready line. */
export async function startServer(data, { feeds = 1, args = [], env = process.env } = {}) {
  if (!existsSync(program)) throw new Error(`${program} is missing: run script/build`);
  const started = performance.now();
  const mllpOptions = Array.from({ length: feeds }, () => ['--mllp', '127.0.0.1:0']).flat();
  const child = spawn(
    program,
    ['serve', '--data', data, '--http', '127.0.0.1:0', '--tls', 'self-signed', '--zone', 'Europe/London', ...mllpOptions, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env },
  );
  const server = { child, data, log: '', exit: null };
  const ended = new Promise((done) => {
    child.on('exit', (code, signal) => {
      server.exit = { code, signal };
      done(server.exit);
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (server.log += text));
  const ready = new Promise((done, failed) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      const line = /^ready http=(\S+) mllp=(\S+)$/m.exec(text);
      if (line) done(line);
    });
    ended.then(({ code, signal }) => failed(new Error(`the server ended (${code ?? signal}): ${server.log}`)));
  });
  const [, http, mllp] = await within('the ready line', ready, 60_000);
  server.readyAfter = performance.now() - started;
  server.http = http;
  server.mllp = mllp.split(',').map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
  const end = async (signal) => {
    if (server.exit === null) child.kill(signal);
    return within(`the end after ${signal}`, ended, 30_000);
  };
  server.ended = ended;
  server.kill = () => end('SIGKILL');
  server.stop = () => end('SIGTERM');
  return server;
}
