import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, testNames } from './check_hazards.mjs';

const FILES = {
  'src/a/a_test.cpp': 'TEST_CASE("an alert is kept") {}\nTEST_CASE(\n    "one \\"quoted\\" "\n    "in two parts") {}\n',
  'web/tests/b.test.ts': 'test("a row is marked", () => {});\ntest(`${name}: each`, () => {});\n',
  'src/a/a.h': '',
};

const HAZARD = [
  '# Hazards',
  '### H01 An alert is lost',
  '**Cause.** A crash.',
  '**Effect.** Nobody acts.',
  '**Before:** Major x Medium = 3',
  '**Controls**',
  '- durable rows (`src/a/a.h`)',
  '**Shown by**',
  '- `src/a/a_test.cpp`: an alert is kept',
  '- `src/a/a_test.cpp`: one "quoted" in two parts',
  '- `web/tests/b.test.ts`: a row is marked',
  '- `web/tests/b.test.ts`: ${name}: each',
  '**After:** Major x Very low = 2',
];

function checkLog(lines) {
  const root = mkdtempSync(join(tmpdir(), 'hazards-'));
  try {
    for (const [name, text] of Object.entries({ ...FILES, 'docs/hazards.md': lines.join('\n') })) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function replaced(from, to) {
  assert.ok(HAZARD.includes(from));
  return HAZARD.map((line) => (line === from ? to : line));
}

test("this project's hazard log names only what exists", () => {
  assert.deepEqual(check(fileURLToPath(new URL('..', import.meta.url))), []);
});

test('a complete hazard passes', () => {
  assert.deepEqual(checkLog(HAZARD), []);
});

test('a test that does not exist is named, and so is a missing file', () => {
  const gone = replaced('- `src/a/a_test.cpp`: an alert is kept', '- `src/a/a_test.cpp`: an alert is');
  assert.deepEqual(checkLog(gone), ['H01 An alert is lost: src/a/a_test.cpp has no test "an alert is"']);
  const elsewhere = replaced('- `web/tests/b.test.ts`: a row is marked', '- `web/tests/c.test.ts`: a row is marked');
  assert.ok(checkLog(elsewhere).includes('H01 An alert is lost: there is no file web/tests/c.test.ts'));
  const control = replaced('- durable rows (`src/a/a.h`)', '- durable rows (`src/a/b.h`)');
  assert.deepEqual(checkLog(control), ['H01 An alert is lost: there is no src/a/b.h']);
});

test('a rating must be that of the matrix', () => {
  assert.deepEqual(checkLog(replaced('**Before:** Major x Medium = 3', '**Before:** Major x High = 3')), [
    'H01 An alert is lost: Before: Major x High is 4, not 3',
  ]);
  assert.match(checkLog(replaced('**After:** Major x Very low = 2', '**After:** Awful x Very low = 2'))[0], /unknown severity/);
});

test('a hazard without test, control, cause or order is named', () => {
  assert.match(checkLog(HAZARD.filter((line) => !/_test|\.test/.test(line)))[0], /no test, and no reason/);
  assert.deepEqual(checkLog([...HAZARD.filter((line) => !/_test|\.test/.test(line)).slice(0, 8), '- no test: needs a real phone', HAZARD.at(-1)]), []);
  assert.match(checkLog(HAZARD.filter((line) => !line.startsWith('- durable')))[0], /no control/);
  assert.match(checkLog(HAZARD.filter((line) => !line.startsWith('**Cause')))[0], /no "\*\*Cause/);
  assert.match(checkLog(replaced('### H01 An alert is lost', '### H02 An alert is lost'))[0], /not in order/);
  assert.deepEqual(checkLog(['# Hazards']), ['docs/hazards.md holds no hazard']);
});

test('a name that only appears in a comment is no test', () => {
  assert.equal(testNames('// an alert is kept\n', 'a_test.cpp').size, 0);
  assert.equal(testNames('const text = "an alert is kept";', 'a.test.ts').size, 0);
});
