// Other MLLP receivers that anybody can install, each with a durable write before its
// acknowledgement, and Wardlight, in turn, under the same load.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { within } from '../../tests/live/wait.mjs';
import { withServer } from '../drive/hospital.mjs';
import { load, root } from '../drive/programs.mjs';
import { newFolder, remove } from '../drive/stores.mjs';

const folderOfPeers = join(root, 'bench/peers');

/** Starts a receiver on a folder of its own and stops it again. */
async function withPeer(command, args, use) {
  const folder = newFolder();
  const child = spawn(command, [...args, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const ready = new Promise((done, failed) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more) => {
        const line = /^ready (\d+)$/m.exec((text += more));
        if (line) done(line[1]);
      });
      void ended.then(() => failed(new Error(`${args[0]} ended before it was ready`)));
    });
    const port = await within(`${args[0]} ready`, ready);
    return await use(['--to', `127.0.0.1:${port}`, '--server-pid', child.pid]);
  } finally {
    child.kill('SIGKILL');
    await ended;
    remove(folder);
  }
}

const RECEIVERS = [
  ['wardlight', 'Wardlight', (use) => withServer(({ mllp }) => use(mllp))],
  ['python', 'python3-hl7', (use) => withPeer('/usr/bin/python3', [join(folderOfPeers, 'python_receiver.py')], use)],
  ['node', 'node-hl7-server', (use) => withPeer(process.execPath, [join(folderOfPeers, 'node_receiver.mjs')], use)],
];
// node-hl7-server 2.5.0 answers every message of a connection after the first with the control id of
// the first; its own documentation expects a connection for each message. So that is measured too.
const WAYS = [
  ['kept', '64 connections kept open', []],
  ['new', 'a new connection for each message', ['--reconnect']],
];

export const peers = {
  about: 'messages in, durable, ACK out: Wardlight, python3-hl7 and node-hl7-server in turn',
  figures: WAYS.flatMap(([way, wayName]) =>
    RECEIVERS.flatMap(([receiver, name]) => [
      { key: `${way}_${receiver}`, name: `${name}, ${wayName}`, unit: 'right ACKs/s' },
      { key: `${way}_${receiver}_p99`, name: `${name}, ${wayName}, p99`, unit: 'ms' },
      { key: `${way}_${receiver}_cpu`, name: `${name}, ${wayName}, CPU`, unit: 'us/message' },
      { key: `${way}_${receiver}_wrong`, name: `${name}, ${wayName}, wrong answers`, unit: '' },
    ]),
  ),
  async run({ seconds }) {
    const figures = {};
    for (const [way, , options] of WAYS) {
      for (const [receiver, , withReceiver] of RECEIVERS) {
        const outcome = await withReceiver((to) =>
          load('mllp', ...to, '--kind', 'adt', '--connections', 64, '--warm-up', 1, '--seconds', seconds, ...options),
        );
        figures[`${way}_${receiver}`] = outcome.per_second;
        figures[`${way}_${receiver}_wrong`] = outcome.wrong + outcome.unanswered;
        if (outcome.answered > 64) {
          figures[`${way}_${receiver}_p99`] = outcome.p99_ms;
          figures[`${way}_${receiver}_cpu`] = outcome.server_cpu_us;
        }
      }
    }
    return figures;
  },
};
