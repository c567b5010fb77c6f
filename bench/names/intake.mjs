// HL7 v2 in: acknowledgements, and alerts made of results.
import { load } from '../drive/programs.mjs';
import { withServer } from '../drive/hospital.mjs';

const HALF_LOAD = 5_000; // messages per second: half of what the bar asks for

export const mllp = {
  about: 'messages in, durable, ACK out over 64 connections; ACK latency at half the bar',
  figures: [
    { key: 'per_second', name: 'acknowledged', unit: 'messages/s', atLeast: 10_000 },
    { key: 'half_p99_ms', name: 'ACK p99 at 5,000/s', unit: 'ms', atMost: 20 },
    { key: 'half_p50_ms', name: 'ACK p50 at 5,000/s', unit: 'ms' },
    { key: 'half_per_second', name: 'acknowledged when 5,000/s are due', unit: 'messages/s' },
    { key: 'applied_per_second', name: 'acknowledged and applied', unit: 'messages/s' },
    { key: 'applied_server_cpu_us', name: 'CPU of the server to the chart', unit: 'us/message' },
    { key: 'client_cpu_us', name: 'CPU of the client', unit: 'us/message' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  async run({ seconds }) {
    const common = ['--kind', 'adt', '--connections', 64, '--patients', 5_000, '--warm-up', 1, '--seconds', seconds];
    const full = await withServer(({ mllp: to, data }) => load('mllp', ...to, ...common, '--until-applied', data));
    const half = await withServer(({ mllp: to }) => load('mllp', ...to, ...common, '--rate', HALF_LOAD));
    return {
      ...full,
      half_p50_ms: half.p50_ms,
      half_p99_ms: half.p99_ms,
      half_per_second: half.per_second,
      wrong: full.wrong + half.wrong + full.unanswered + half.unanswered,
    };
  },
};

export const mllpOne = {
  about: 'the same over one connection, each message waiting for the ACK of the one before',
  figures: [
    { key: 'per_second', name: 'acknowledged', unit: 'messages/s', atLeast: 1_000 },
    { key: 'p50_ms', name: 'ACK p50', unit: 'ms' },
    { key: 'p99_ms', name: 'ACK p99', unit: 'ms' },
    { key: 'fsync_p50_ms', name: 'of it fsync of 4 KB, p50', unit: 'ms' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: ({ seconds }) =>
    withServer(async ({ mllp: to, data }) => {
      const sync = await load('fsync', '--folder', data, '--rounds', 1_000);
      const one = await load('mllp', ...to, '--connections', 1, '--patients', 1_000, '--warm-up', 1, '--seconds', seconds);
      return { ...one, fsync_p50_ms: sync.p50_ms, wrong: one.wrong + one.unanswered };
    }),
};

export const alerts = {
  about: 'ORU messages mapped, judged by the rules and made alerts of, until the last is done',
  figures: [
    { key: 'applied_per_second', name: 'received to judged', unit: 'ORU/s', atLeast: 4_000 },
    { key: 'per_second', name: 'of it acknowledged', unit: 'ORU/s' },
    { key: 'alerts', name: 'alerts opened', unit: '' },
    { key: 'applied_server_cpu_us', name: 'CPU of the server', unit: 'us/ORU' },
    { key: 'quarantined', name: 'in quarantine', unit: '', atMost: 0 },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  async run({ scale }) {
    const patients = Math.ceil(10_000 * scale);
    return withServer(({ mllp: to, data }) =>
      load('mllp', ...to, '--kind', 'oru', '--connections', 64, '--requests', 4 * patients, '--patients', patients,
        '--critical-every', 100, '--until-applied', data),
    );
  },
};

export const alertLatency = {
  about: 'last byte of a critical result sent to its alert on the live stream, at 500 ORU/s',
  figures: [
    { key: 'p99_ms', name: 'result to alert, p99', unit: 'ms', atMost: 50 },
    { key: 'p50_ms', name: 'result to alert, p50', unit: 'ms' },
    { key: 'most_ms', name: 'result to alert, longest', unit: 'ms' },
    { key: 'samples', name: 'alerts', unit: '' },
    { key: 'alerts_missed', name: 'alerts not told', unit: '', atMost: 0 },
    { key: 'resets', name: 'of it told as "fetch all again"', unit: '' },
    { key: 'acknowledged_p99_ms', name: 'ACK p99', unit: 'ms' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: ({ seconds }) =>
    withServer(async ({ server, mllp: to, signIn }) => {
      const [, cookie] = await signIn('doctor');
      return load('alert-latency', ...to, '--live', server.http, '--cookie', cookie, '--rate', 500, '--connections', 64,
        '--patients', 2_000, '--critical-every', 20, '--warm-up', 2, '--seconds', seconds);
    }),
};
