// The server as a process: how fast it starts, what it holds.
import { setTimeout as pause } from 'node:timers/promises';
import { load } from '../drive/programs.mjs';
import { residentBytes, withServer } from '../drive/hospital.mjs';
import { filledFolder } from '../drive/stores.mjs';

const IDLE_SECONDS = 60;
const SMALL = { patients: 1_000, observations: 100_000 };

export const startup = {
  about: 'start of the process to its ready line with 10 million Observations',
  figures: [{ key: 'ready_ms', name: 'ready after', unit: 'ms', atMost: 1_000 }],
  run: ({ scale }) => {
    const observations = Math.ceil(10_000_000 * scale);
    const folder = filledFolder({ patients: Math.ceil(observations / 1_000), observations });
    return withServer(({ server }) => ({ ready_ms: server.readyAfter }), folder);
  },
};

export const idle = {
  about: 'memory of a server that nobody asks anything, at once and after a minute',
  figures: [
    { key: 'idle_megabytes', name: 'resident after a minute', unit: 'MB', atMost: 100 },
    { key: 'start_megabytes', name: 'resident when ready', unit: 'MB' },
  ],
  run: ({ seconds }) =>
    withServer(async ({ pid }) => {
      const start = residentBytes(pid);
      // A short run is for trying the benchmark, not for its figure.
      await pause(1_000 * (seconds < 5 ? seconds : IDLE_SECONDS));
      return { start_megabytes: start / 1e6, idle_megabytes: residentBytes(pid) / 1e6 };
    }, filledFolder(SMALL)),
};

export const idleTls = {
  about: 'memory of the server for each TLS client that has asked once and holds its connection',
  figures: [
    { key: 'bytes_per_client', name: 'resident per client', unit: 'bytes', atMost: 25_000 },
    { key: 'clients', name: 'clients', unit: '' },
    { key: 'server_cpu_us', name: 'CPU of the server to connect and answer once', unit: 'us/client' },
  ],
  run: ({ scale }) =>
    withServer(({ server, pid }) =>
      load('idle', '--to', server.http, '--server-pid', pid, '--clients', Math.ceil(5_000 * Math.min(scale, 1))),
    ),
};
