// Reads what llvm-cov exports and says, per module, how many lines and branches the tests reach, and
// whether the bars of docs/reliability.md are met.
//
// A branch is one condition with two arms; a condition within a macro (TRY) counts where the macro is
// used. An inline function that many sources compile counts once, with all their counts together.
// CHECK_INVARIANT is left out by design: its failing arm stops the process, and a contract that
// the tests could break would be none. So is "no case fits" of a switch without default: the compiler
// refuses one that does not name every enumerator.
//
// usage: node tools/coverage.mjs EXPORT.json [--check] [--missing PATH_PREFIX]
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');

/** What must be reached in full; a path is a file or a folder. */
const fullBranches = [
  ['parsers', ['src/hl7v2/', 'src/json/', 'src/net/http_parser.cpp', 'src/net/percent.cpp']],
  ['rules', ['src/clinical/']],
  [
    'escalation',
    ['state', 'state_text', 'escalation', 'actions', 'timer_runner'].map((name) => `src/alerts/${name}.cpp`),
  ],
  ['store', ['src/store/']],
];
const lineBar = 90;

/** Not ours, not the server's, or made for the tests. */
const leftOut = /^(?!src\/)|_test\.cpp$|_test_support\.h$|\/test_\w+\.h$|\/(intake_test|generated\/)|case_cells\.h$/;

/** The kind of region of llvm-cov in which a macro stands. */
const expansion = 1;

/** Where the text of a region stands once every macro around it is taken for the text it replaces. */
function siteOf(fn, fileId) {
  for (;;) {
    const site = fn.regions.find((region) => region[7] === expansion && region[6] === fileId);
    if (!site) return { fileId, line: null };
    if (!fn.regions.some((region) => region[7] === expansion && region[6] === site[5]))
      return { fileId: site[5], line: site[0], column: site[1] };
    fileId = site[5];
  }
}

/** Lines of `#define CHECK_INVARIANT`, by file. */
export function invariantLines(text) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('#define CHECK_INVARIANT'));
  if (start < 0) return [0, -1];
  let end = start;
  while (lines[end].endsWith('\\')) ++end;
  return [start + 1, end + 1];
}

/** All branches of ours: file -> key -> { line, column, taken, refused, isMacro }. */
export function collectBranches(functions, readText, nameOf) {
  const files = new Map();
  const invariants = new Map();
  const texts = new Map();
  const lineOf = (file, line) => {
    if (!texts.has(file)) texts.set(file, readText(file).split('\n'));
    return texts.get(file)[line - 1] ?? '';
  };
  const isInvariant = (file, line) => {
    if (!invariants.has(file)) invariants.set(file, invariantLines(readText(file)));
    const [first, last] = invariants.get(file);
    return line >= first && line <= last;
  };
  for (const fn of functions) {
    for (const [line, column, endLine, endColumn, taken, refused, fileId] of fn.branches) {
      const site = siteOf(fn, fileId);
      const file = nameOf(fn.filenames[site.fileId]);
      if (leftOut.test(file)) continue;
      const isMacro = site.line !== null;
      if (isMacro && isInvariant(fn.filenames[fileId], line)) continue;
      const before = lineOf(fn.filenames[fileId], line).slice(0, column - 1);
      if (/\bswitch \($/.test(before)) continue;
      const key = [site.line, site.column, isMacro ? fn.filenames[fileId] : '', line, column, endLine, endColumn].join(':');
      if (!files.has(file)) files.set(file, new Map());
      const branches = files.get(file);
      const known = branches.get(key) ?? {
        line: site.line ?? line,
        column: site.column ?? column,
        taken: 0,
        refused: 0,
        isMacro,
      };
      known.taken += taken;
      known.refused += refused;
      branches.set(key, known);
    }
  }
  return files;
}

export function armsOf(branches) {
  let reached = 0;
  for (const branch of branches) reached += (branch.taken > 0) + (branch.refused > 0);
  return { reached, all: 2 * branches.length };
}

const percent = ({ reached, all }) => (all === 0 ? 100 : (100 * reached) / all);
/** Never rounded up: 100.0 means all. */
const shown = (count) => (Math.floor(percent(count) * 10) / 10).toFixed(1).padStart(6);
const sum = (counts) =>
  counts.reduce((a, b) => ({ reached: a.reached + b.reached, all: a.all + b.all }), { reached: 0, all: 0 });

function moduleOf(file) {
  return file.split('/').slice(0, -1).join('/');
}

function main(args) {
  const data = JSON.parse(readFileSync(args[0], 'utf8')).data[0];
  const nameOf = (path) => relative(root, path);
  const branches = collectBranches(data.functions, (file) => readFileSync(file, 'utf8'), nameOf);
  const files = data.files
    .map((file) => ({
      name: nameOf(file.filename),
      lines: { reached: file.summary.lines.covered, all: file.summary.lines.count },
      branches: armsOf([...(branches.get(nameOf(file.filename))?.values() ?? [])]),
    }))
    .filter((file) => !leftOut.test(file.name));

  const missing = args.indexOf('--missing');
  if (missing > 0) {
    for (const file of files.filter((one) => one.name.startsWith(args[missing + 1]))) {
      const source = readFileSync(join(root, file.name), 'utf8').split('\n');
      const arms = [...(branches.get(file.name)?.values() ?? [])].sort((a, b) => a.line - b.line || a.column - b.column);
      for (const arm of arms.filter((one) => one.taken === 0 || one.refused === 0)) {
        const never = arm.taken + arm.refused === 0 ? 'never reached' : arm.taken === 0 ? 'never true' : 'never false';
        console.log(`${file.name}:${arm.line}:${arm.column}: ${never}${arm.isMacro ? ' (macro)' : ''}: ${source[arm.line - 1].trim()}`);
      }
    }
    return true;
  }

  console.log('module                         lines             branches');
  for (const name of [...new Set(files.map((file) => moduleOf(file.name)))].sort()) {
    const own = files.filter((file) => moduleOf(file.name) === name);
    const lines = sum(own.map((file) => file.lines));
    const arms = sum(own.map((file) => file.branches));
    console.log(
      `${name.padEnd(24)} ${shown(lines)} % of ${String(lines.all).padStart(5)}  ${shown(arms)} % of ${String(arms.all).padStart(5)}`,
    );
  }
  const all = { lines: sum(files.map((file) => file.lines)), arms: sum(files.map((file) => file.branches)) };
  console.log(
    `${'all'.padEnd(24)} ${shown(all.lines)} % of ${String(all.lines.all).padStart(5)}  ${shown(all.arms)} % of ${String(all.arms.all).padStart(5)}`,
  );

  console.log('\nbar                      reached');
  let isMet = true;
  const bar = (name, count, least, unit) => {
    const holds = percent(count) >= least;
    isMet &&= holds;
    console.log(
      `${name.padEnd(24)} ${shown(count)} % of ${count.all} ${unit}, at least ${least} %: ${holds ? 'met' : `MISSED, ${count.all - count.reached} not reached`}`,
    );
  };
  const isFull = (file) => fullBranches.some(([, paths]) => paths.some((path) => file.name.startsWith(path)));
  for (const [name, paths] of fullBranches) {
    const own = files.filter((file) => paths.some((path) => file.name.startsWith(path)));
    bar(name, sum(own.map((file) => file.branches)), 100, 'branch arms');
  }
  const rest = files.filter((file) => !isFull(file));
  bar('the rest', sum(rest.map((file) => file.lines)), lineBar, 'lines');

  const low = files.filter((file) => percent(file.lines) < lineBar || (isFull(file) && percent(file.branches) < 100));
  if (low.length > 0) console.log('\nfiles below their bar        lines    branches');
  for (const file of low.sort((a, b) => percent(a.lines) - percent(b.lines))) {
    const arms = isFull(file) ? `${shown(file.branches)} % (${file.branches.all - file.branches.reached} arms)` : '';
    console.log(`${file.name.padEnd(40)} ${shown(file.lines)} %  ${arms}`);
  }
  return isMet || !args.includes('--check');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main(process.argv.slice(2)) ? 0 : 1);
