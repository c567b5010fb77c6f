// What stands above every table: without it no figure means anything.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dataFolder, load, root } from './programs.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

export async function describeMachine() {
  mkdirSync(dataFolder, { recursive: true });
  const busy = loadavg()[0];
  const sync = await load('fsync', '--folder', dataFolder);
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : ' with changes'),
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    load_before: busy,
    fsync_p50_ms: sync.p50_ms,
    fsync_p99_ms: sync.p99_ms,
  };
}

export const headerOf = (machine) =>
  `${machine.at}, commit ${machine.commit}; ${machine.cores} cores ${machine.processor}, ${machine.memory}, Linux ${machine.kernel}; ` +
  `load before ${machine.load_before.toFixed(2)}; fsync of 4 KB p50 ${machine.fsync_p50_ms.toFixed(2)} ms, p99 ${machine.fsync_p99_ms.toFixed(2)} ms`;
