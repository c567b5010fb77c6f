// Keeps the house in order: who may include whom (the arrows in section 3 of docs/architecture.md), no
// file over 600 lines, coroutines only in net/, no folder named for nothing in particular.
// `node tools/check_arrows.mjs [ROOT]` prints what is wrong and ends with 1 when anything is.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MOST_LINES = 600;
const SOURCE = /\.(h|cpp|ts|tsx|mjs|css)$/;
const NAMELESS_FOLDERS = new Set(['util', 'utils', 'common', 'core', 'misc', 'helpers', 'manager']);
const GENERATED = /^(\/\/|\/\*) ?Generated (by|from) /;
const NOT_OURS = new Set(['node_modules', 'dist', 'build', 'generated', '.git']);

/**
 * The arrows: folder to the folders it may include, everything reached through them included.
 * "-> all above" and "-> all" mean every folder listed before; "-> nothing" none.
 */
export function readArrows(architecture) {
  const direct = new Map();
  for (const line of architecture.split('\n')) {
    const match = /^ {2}([a-z0-9_]+)\/ .*->\s*([^;(]+)/.exec(line);
    if (!match) continue;
    const [, folder, text] = match;
    const earlier = [...direct.keys()];
    const wanted = text.trim();
    direct.set(folder, new Set(/^all\b/.test(wanted) ? earlier : wanted === 'nothing' ? [] : wanted.split(/\s+/)));
  }
  for (const [folder, targets] of direct) {
    for (const target of targets) {
      if (!direct.has(target)) throw new Error(`docs/architecture.md: ${folder}/ points to unknown ${target}/`);
    }
  }
  const reach = (folder, seen = new Set()) => {
    for (const target of direct.get(folder)) {
      if (!seen.has(target)) reach(target, seen.add(target));
    }
    return seen;
  };
  return new Map([...direct.keys()].map((folder) => [folder, reach(folder)]));
}

export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    })
    .sort();
}

function checkIncludes(root, file, text, arrows) {
  const folder = relative(join(root, 'src'), file).split(sep)[0];
  const allowed = arrows.get(folder);
  if (!allowed) return [`src/${folder}/ has no arrow in docs/architecture.md`];
  const problems = [];
  for (const [, included] of text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)) {
    const target = included.split('/')[0];
    if (!arrows.has(target) || !included.includes('/')) {
      // Test programs use what stands in tests/; everything else is named from src/.
      if (!existsSync(join(root, 'tests', included))) problems.push(`includes "${included}", which is not "folder/file.h"`);
    } else if (target !== folder && !allowed.has(target)) {
      problems.push(`includes "${included}", but ${folder}/ may not use ${target}/`);
    }
  }
  if (folder !== 'net' && /\bco_(await|return|yield)\b/.test(text)) problems.push('has a coroutine outside net/');
  return problems;
}

export function check(root) {
  const arrows = readArrows(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
  const problems = new Set();
  for (const file of ['src', 'web', 'tests', 'tools', 'fuzz', 'bench'].flatMap((folder) => filesUnder(join(root, folder)))) {
    const name = relative(root, file);
    const nameless = name.split(sep).slice(0, -1).find((part) => NAMELESS_FOLDERS.has(part));
    if (nameless) problems.add(`${name}: a folder called ${nameless} says nothing`);
    if (!SOURCE.test(file)) continue;
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n').length - 1;
    if (lines > MOST_LINES && !GENERATED.test(text)) problems.add(`${name}: ${lines} lines, at most ${MOST_LINES}`);
    if (name.startsWith(`src${sep}`) && /\.(h|cpp)$/.test(file)) {
      for (const problem of checkIncludes(root, file, text, arrows)) problems.add(`${name}: ${problem}`);
    }
  }
  return [...problems];
}

if (process.argv[1] && basename(process.argv[1]) === 'check_arrows.mjs') {
  const problems = check(resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url))));
  for (const problem of problems) console.log(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
