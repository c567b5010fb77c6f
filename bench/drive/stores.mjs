// Data folders: new ones, and filled ones that are kept under build/bench/data until what they
// depend on (tables, way of filling) changes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, dataFolder, schemaOfStore } from './programs.mjs';

const BYTES_PER_OBSERVATION = 1_500; // generous, for the check of free space only
const FILLED = 'filled.json';
const NOTED = 'bytes'; // what that file says of a folder; a folder that says less is filled anew

export function newFolder() {
  mkdirSync(dataFolder, { recursive: true });
  return mkdtempSync(join(dataFolder, 'run-'));
}

export const remove = (folder) => rmSync(folder, { recursive: true, force: true });

function checkSpace(bytes) {
  const disk = statfsSync(dataFolder);
  const free = disk.bavail * disk.bsize;
  if (free < 2 * bytes) {
    throw new Error(`${(bytes / 1e9).toFixed(1)} GB are to be written and only ${(free / 1e9).toFixed(1)} GB are free`);
  }
}

/** A folder with so many patients, observations and messages; filled when there is none yet. */
export function filledFolder({ patients, observations = 0, messages = 0, creatinineDays = 0 }) {
  mkdirSync(dataFolder, { recursive: true });
  const schema = createHash('sha256').update(`${schemaOfStore()} ${NOTED}`).digest('hex').slice(0, 8);
  const size = `filled-${patients}-${observations}-${messages}-${creatinineDays}`;
  const folder = join(dataFolder, `${size}-${schema}`);
  if (existsSync(join(folder, FILLED))) return folder;
  for (const old of readdirSync(dataFolder)) {
    if (old.startsWith(`${size}-`)) remove(join(dataFolder, old));
  }
  checkSpace((patients + observations + messages) * BYTES_PER_OBSERVATION);
  const making = `${folder}.partial`;
  remove(making);
  console.error(`filling ${size} ...`);
  const made = spawnSync(
    join(build, 'bench/wardlight_fill'),
    ['--data', making, '--patients', patients, '--observations', observations, '--messages', messages, '--creatinine-days', creatinineDays].map(String),
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`wardlight_fill ended with ${made.status ?? made.signal}`);
  // Runs on the folder add accounts and audit entries to it.
  const { size: bytes } = statSync(join(making, 'wardlight.db'));
  writeFileSync(join(making, FILLED), JSON.stringify({ ...JSON.parse(made.stdout), bytes }) + '\n');
  renameSync(making, folder);
  return folder;
}

/** Size of the data file when it had just been filled. */
export const filledBytes = (size) => JSON.parse(readFileSync(join(filledFolder(size), FILLED), 'utf8')).bytes;

/** A copy to be written to. */
export function copyOf(folder) {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}
