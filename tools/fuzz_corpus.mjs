// Keeps what the fuzzer has found worth trying: one file per fuzz program, fuzz/corpus/NAME, one
// input per line in base64, sorted, so that a change reads as lines added and removed.
// usage: node tools/fuzz_corpus.mjs pack|unpack NAME FOLDER
// Inputs that stand among the seeds are left out; so is what does not fit into kMostBytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const kMostBytes = 96 * 1024;

/** Lines for as many inputs as fit, the small ones first: they reach most for their size. */
export function pack(inputs, seeds, most = kMostBytes) {
  const known = new Set(seeds.map((seed) => seed.toString('base64')));
  const lines = [];
  let bytes = 0;
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    const line = input.toString('base64');
    if (input.length === 0 || known.has(line)) continue;
    bytes += line.length + 1;
    if (bytes > most) break;
    known.add(line);
    lines.push(line);
  }
  return lines.sort().map((line) => line + '\n').join('');
}

export function unpack(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
}

function files(folder) {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
}

function main([action, name, folder]) {
  const kept = join('fuzz', 'corpus', name);
  if (action === 'pack') {
    mkdirSync(join('fuzz', 'corpus'), { recursive: true });
    const text = pack(files(folder), files(join('fuzz', 'seeds', name)));
    writeFileSync(kept, text);
    console.log(`${name}: ${text.split('\n').length - 1} inputs kept, ${text.length} bytes`);
  } else if (existsSync(kept)) {
    for (const input of unpack(readFileSync(kept, 'utf8'))) {
      // The name that the fuzzer itself would give it.
      writeFileSync(join(folder, createHash('sha1').update(input).digest('hex')), input);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
