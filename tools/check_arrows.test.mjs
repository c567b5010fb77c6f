import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, MOST_LINES, readArrows } from './check_arrows.mjs';

const ARCHITECTURE = [
  'src/',
  '  base/         Result, Error            -> nothing; knows nothing of health',
  '  clinical/     rules                    -> nothing; also builds to wasm',
  '  net/          sockets                  -> base (only home of co_await)',
  '  store/        resources                -> base',
  '  intake/       feeds                    -> store',
  '  alerts/       escalation               -> clinical store',
  '  api/          what is served           -> all above',
  '  app/          main                     -> all',
  '',
].join('\n');

/** Checks a small project of the given files. */
function checkProject(files) {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'));
  try {
    for (const [name, text] of Object.entries({ 'docs/architecture.md': ARCHITECTURE, ...files })) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('this project keeps its arrows', () => {
  assert.deepEqual(check(fileURLToPath(new URL('..', import.meta.url))), []);
});

test('the arrows are read with what they reach', () => {
  const arrows = readArrows(ARCHITECTURE);
  assert.deepEqual([...arrows.get('base')], []);
  assert.deepEqual([...arrows.get('alerts')].sort(), ['base', 'clinical', 'store']);
  assert.deepEqual([...arrows.get('api')].sort(), ['alerts', 'base', 'clinical', 'intake', 'net', 'store']);
});

test('an arrow to an unknown folder is an error', () => {
  assert.throws(() => readArrows('  base/   x  -> nowhere\n'), /unknown nowhere/);
});

test('an allowed include passes, one against the arrows is named', () => {
  const allowed = { 'src/alerts/a.cpp': '#include "clinical/aki.h"\n#include "base/result.h"\n#include <vector>\n' };
  assert.deepEqual(checkProject(allowed), []);
  assert.deepEqual(checkProject({ 'src/intake/a.cpp': '#include "alerts/b.h"\n' }), [
    'src/intake/a.cpp: includes "alerts/b.h", but intake/ may not use alerts/',
  ]);
  assert.deepEqual(checkProject({ 'src/clinical/a.h': '#include "base/result.h"\n' }), [
    'src/clinical/a.h: includes "base/result.h", but clinical/ may not use base/',
  ]);
});

test('an include that is not named from src/ is named, but for what tests share', () => {
  assert.deepEqual(checkProject({ 'src/base/a.cpp': '#include "b.h"\n' }), [
    'src/base/a.cpp: includes "b.h", which is not "folder/file.h"',
  ]);
  assert.deepEqual(checkProject({ 'src/base/a_test.cpp': '#include "corpus.h"\n', 'tests/corpus.h': '' }), []);
});

test('a folder without an arrow is named', () => {
  assert.deepEqual(checkProject({ 'src/extras/a.cpp': '' }), [
    'src/extras/a.cpp: src/extras/ has no arrow in docs/architecture.md',
  ]);
});

test('coroutines stay in net/', () => {
  assert.deepEqual(checkProject({ 'src/net/a.cpp': 'co_await x;\n' }), []);
  assert.deepEqual(checkProject({ 'src/api/a.cpp': 'co_await x;\n' }), ['src/api/a.cpp: has a coroutine outside net/']);
});

test('a file may have 600 lines and no more', () => {
  assert.deepEqual(checkProject({ 'web/a.ts': '\n'.repeat(MOST_LINES) }), []);
  assert.deepEqual(checkProject({ 'web/a.ts': '\n'.repeat(MOST_LINES + 1) }), ['web/a.ts: 601 lines, at most 600']);
  assert.deepEqual(checkProject({ 'web/a.ts': '// Generated from x.yaml\n' + '\n'.repeat(9999) }), []);
  assert.deepEqual(checkProject({ 'src/fhir/generated/a.h': '\n'.repeat(9999) }), []);
});

test('a folder must be named for what is in it', () => {
  assert.deepEqual(checkProject({ 'src/base/util/a.h': '' }), ['src/base/util/a.h: a folder called util says nothing']);
});
