// Keeps docs/hazards.md honest: every test and file it names exists, every rating is that of the
// matrix, nothing is left out. `node tools/check_hazards.mjs [ROOT]` prints what is wrong and ends with
// 1 when anything is.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SEVERITIES = ['Minor', 'Significant', 'Considerable', 'Major', 'Catastrophic'];
/** Clinical risk matrix of NHS Digital's DCB0129 guidance: likelihood to ratings by severity. */
const MATRIX = {
  'Very low': [1, 1, 2, 2, 3],
  Low: [1, 2, 2, 3, 4],
  Medium: [2, 2, 3, 3, 4],
  High: [2, 3, 3, 4, 5],
  'Very high': [3, 4, 4, 5, 5],
};

/** The sections "### H01 Title" of the log with their lines. */
export function readHazards(text) {
  const hazards = [];
  for (const line of text.split('\n')) {
    const head = /^### (H\d+) (.+)$/.exec(line);
    if (head) hazards.push({ id: head[1], title: head[2], lines: [] });
    else if (/^#{1,3} /.test(line)) hazards.push(null);
    else hazards.at(-1)?.lines.push(line);
  }
  return hazards.filter(Boolean);
}

function unescaped(text) {
  return text.replace(/\\(.)/g, '$1');
}

/** Names of the tests of a file: doctest's TEST_CASE, node's test, it and Playwright's test. */
export function testNames(text, file) {
  const names = new Set();
  if (file.endsWith('.cpp')) {
    for (const [, literals] of text.matchAll(/\bTEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g)) {
      names.add([...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => unescaped(part)).join(''));
    }
  } else {
    const calls = /\b(?:test|it)(?:\.\w+)?\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
    for (const [, single, double, back] of text.matchAll(calls)) names.add(unescaped(single ?? double ?? back));
  }
  return names;
}

function checkRating(lines, when) {
  const pattern = new RegExp(`^\\*\\*${when}:\\*\\* (.+) x (.+) = (\\d)`);
  const match = lines.map((line) => pattern.exec(line)).find(Boolean);
  if (!match) return [`no line "**${when}:** severity x likelihood = rating"`];
  const [, severity, likelihood, rating] = match;
  const expected = MATRIX[likelihood]?.[SEVERITIES.indexOf(severity)];
  if (expected === undefined) return [`${when}: unknown severity or likelihood "${severity} x ${likelihood}"`];
  return expected === Number(rating) ? [] : [`${when}: ${severity} x ${likelihood} is ${expected}, not ${rating}`];
}

function checkTests(root, lines) {
  const from = lines.indexOf('**Shown by**');
  if (from < 0) return ['no "**Shown by**"'];
  const problems = [];
  let shown = 0;
  for (const line of lines.slice(from + 1)) {
    if (/^\*\*/.test(line)) break;
    if (!line.startsWith('- ')) continue;
    ++shown;
    if (/^- no test: .{10,}/.test(line)) continue;
    const match = /^- `([^`]+)`: (.+)$/.exec(line);
    if (!match) {
      problems.push(`cannot read "${line}": write - \`file\`: name of the test`);
      continue;
    }
    const [, file, name] = match;
    if (!existsSync(join(root, file))) problems.push(`there is no file ${file}`);
    else if (!testNames(readFileSync(join(root, file), 'utf8'), file).has(name)) {
      problems.push(`${file} has no test "${name}"`);
    }
  }
  if (shown === 0) problems.push('no test, and no reason why there is none');
  return problems;
}

function checkFiles(root, lines) {
  const prose = lines.filter((line) => !/^- `[^`]+`: /.test(line)).join('\n');
  const named = prose.matchAll(/`((?:src|web|docs|tests|tools|script)\/[\w./-]+)`/g);
  return [...named].map(([, file]) => file).filter((file) => !existsSync(join(root, file))).map((file) => `there is no ${file}`);
}

export function check(root) {
  const hazards = readHazards(readFileSync(join(root, 'docs/hazards.md'), 'utf8'));
  const problems = new Set();
  if (hazards.length === 0) problems.add('docs/hazards.md holds no hazard');
  hazards.forEach(({ id, title, lines }, index) => {
    const say = (problem) => problems.add(`${id} ${title}: ${problem}`);
    if (id !== `H${String(index + 1).padStart(2, '0')}`) say('ids are not in order');
    for (const part of ['Cause', 'Effect']) {
      if (!lines.some((line) => line.startsWith(`**${part}.** `))) say(`no "**${part}.**"`);
    }
    const controls = lines.indexOf('**Controls**');
    if (controls < 0 || !lines[controls + 1]?.startsWith('- ')) say('no control');
    [...checkRating(lines, 'Before'), ...checkRating(lines, 'After'), ...checkTests(root, lines), ...checkFiles(root, lines)].forEach(say);
  });
  return [...problems];
}

if (process.argv[1] && basename(process.argv[1]) === 'check_hazards.mjs') {
  const problems = check(resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url))));
  for (const problem of problems) console.log(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
