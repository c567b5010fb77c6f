// One running server with its accounts, as the benchmarks need it.
import { readFileSync } from 'node:fs';
import { Session } from '../../tests/live/api.mjs';
import { addUser, run, startServer } from '../../tests/live/server.mjs';
import { query } from '../../tests/live/database.mjs';
import { newFolder, remove } from './stores.mjs';

const ACCOUNTS = [
  ['system', 'integration', []],
  ['doctor', 'doctor', ['--team', 'renal', '--ward', '7B']],
];

/** Bytes of memory that the process holds. */
export function residentBytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes[1]) * 1024;
}

function addAccounts(data) {
  run(['user', 'list', '--data', data]); // makes the tables
  const known = new Set(query(data, 'SELECT user_name FROM account').map((row) => row.user_name));
  for (const [name, role, more] of ACCOUNTS) {
    if (!known.has(name)) addUser(data, name, role, more);
  }
  for (const role of ['renal_oncall', 'medical_oncall']) {
    run(['rota', 'assign', '--data', data, '--role', role, '--user', 'doctor', '--hours', '168']);
  }
}

/**
 * Starts a server on `data` (a new folder without), gives it to `use` and stops it again. Accounts
 * are there; what is passed on is ready for the options of wardlight_load.
 */
export async function withServer(use, data) {
  const folder = data ?? newFolder();
  try {
    addAccounts(folder);
    const server = await startServer(folder);
    try {
      const pid = server.child.pid;
      const signIn = async (user) => {
        const session = await Session.signIn(server.http, user);
        return ['--cookie', session.cookie, '--csrf', session.csrf];
      };
      return await use({
        server,
        data: folder,
        pid,
        mllp: ['--to', `127.0.0.1:${server.mllp[0]}`, '--server-pid', pid],
        https: async (user) => ['--to', server.http, '--server-pid', pid, ...(await signIn(user))],
        signIn,
      });
    } finally {
      await server.stop();
    }
  } finally {
    if (data === undefined) remove(folder);
  }
}
