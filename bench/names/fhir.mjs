// FHIR REST over TLS, signed in, every access recorded.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, load } from '../drive/programs.mjs';
import { withServer } from '../drive/hospital.mjs';
import { filledFolder, remove } from '../drive/stores.mjs';

const HALF_LOAD = 4_000; // creates per second: half of what the bar asks for

export const fhirCreate = {
  about: 'Observations created through /fhir over TLS by 64 clients; latency at half the bar',
  figures: [
    { key: 'per_second', name: 'created', unit: 'resources/s', atLeast: 8_000 },
    { key: 'half_p99_ms', name: 'p99 at 4,000/s', unit: 'ms', atMost: 10 },
    { key: 'half_p50_ms', name: 'p50 at 4,000/s', unit: 'ms' },
    { key: 'half_per_second', name: 'created when 4,000/s are due', unit: 'resources/s' },
    { key: 'server_cpu_us', name: 'CPU of the server', unit: 'us/resource' },
    { key: 'client_cpu_us', name: 'CPU of the client', unit: 'us/resource' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  async run({ seconds }) {
    const common = ['--connections', 64, '--patients', 5_000, '--warm-up', 1, '--seconds', seconds];
    const full = await withServer(async ({ https }) => load('create', ...(await https('system')), ...common));
    const half = await withServer(async ({ https }) => load('create', ...(await https('system')), ...common, '--rate', HALF_LOAD));
    return {
      ...full,
      half_p50_ms: half.p50_ms,
      half_p99_ms: half.p99_ms,
      half_per_second: half.per_second,
      wrong: full.wrong + half.wrong + full.unanswered + half.unanswered,
    };
  },
};

/** The Bundles unpacked, those that the others refer to in a folder of their own; null without a corpus. */
function syntheaBundles() {
  const archive = join(process.env.WARDLIGHT_CORPUS ?? '', 'fhir/synthea/synthea-120-patients.tar.zst');
  if (!process.env.WARDLIGHT_CORPUS || !existsSync(archive)) return null;
  const folder = join(build, 'data/synthea');
  if (existsSync(folder)) return folder;
  const making = `${folder}.partial`;
  remove(making);
  mkdirSync(join(making, 'first'), { recursive: true });
  mkdirSync(join(making, 'patients'));
  execFileSync('tar', ['--zstd', '-xf', archive, '-C', join(making, 'patients')]);
  for (const name of readdirSync(join(making, 'patients')).filter((file) => file.startsWith('0-'))) {
    // Batches there; their entries do not refer to each other, so that a transaction is the same.
    const bundle = JSON.parse(readFileSync(join(making, 'patients', name), 'utf8'));
    writeFileSync(join(making, 'first', name), JSON.stringify({ ...bundle, type: 'transaction' }));
    remove(join(making, 'patients', name));
  }
  renameSync(making, folder);
  return folder;
}

export const fhirBundle = {
  about: 'Synthea transaction Bundles (WARDLIGHT_CORPUS) posted by 4 clients',
  figures: [
    { key: 'resources_per_second', name: 'stored', unit: 'resources/s', atLeast: 12_000 },
    { key: 'resources', name: 'resources', unit: '' },
    { key: 'answered', name: 'Bundles', unit: '' },
    { key: 'server_cpu_per_resource_us', name: 'CPU of the server', unit: 'us/resource' },
    { key: 'wrong', name: 'Bundles refused', unit: '', atMost: 0 },
  ],
  missing: () => (syntheaBundles() === null ? 'skipped: no corpus (set WARDLIGHT_CORPUS)' : null),
  run: () =>
    withServer(async ({ https }) => {
      const folder = syntheaBundles();
      const to = await https('system');
      await load('bundles', ...to, '--connections', 1, '--folder', join(folder, 'first'));
      const outcome = await load('bundles', ...to, '--connections', 4, '--folder', join(folder, 'patients'));
      const cpu = (outcome.server_cpu_us * outcome.answered) / outcome.resources;
      return { ...outcome, server_cpu_per_resource_us: cpu, wrong: outcome.wrong + outcome.unanswered };
    }),
};

export const fhirRead = {
  about: 'Observations read by id through /fhir over TLS by 64 clients',
  figures: [
    { key: 'per_second', name: 'read', unit: 'resources/s', atLeast: 25_000 },
    { key: 'p50_ms', name: 'p50', unit: 'ms' },
    { key: 'p99_ms', name: 'p99', unit: 'ms' },
    { key: 'server_cpu_us', name: 'CPU of the server', unit: 'us/read' },
    { key: 'client_cpu_us', name: 'CPU of the client', unit: 'us/read' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: ({ seconds, scale }) => {
    const size = { patients: 1_000, observations: Math.ceil(1_000_000 * scale) };
    return withServer(
      async ({ https }) =>
        load('get', ...(await https('system')), '--connections', 64, '--warm-up', 1, '--seconds', seconds,
          '--observations', size.observations, '--target', '/fhir/Observation/{observation}'),
      filledFolder(size),
    );
  },
};
