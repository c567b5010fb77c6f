import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pack, unpack } from './fuzz_corpus.mjs';

const bytes = (...values) => Buffer.from(values);

test('inputs come back as they were, whatever their bytes', () => {
  const inputs = [bytes(0, 10, 255), bytes(1), Buffer.from('two\nlines')];
  const back = unpack(pack(inputs, []));
  assert.deepEqual(back.map(String).sort(), inputs.map(String).sort());
});

test('seeds, repetitions and the empty input are not kept', () => {
  assert.deepEqual(unpack(pack([bytes(1), bytes(2), bytes(2), bytes()], [bytes(1)])), [bytes(2)]);
});

test('what does not fit is left out, the longest first', () => {
  const kept = unpack(pack([Buffer.alloc(30, 7), bytes(1), bytes(2)], [], 20));
  assert.deepEqual(kept, [bytes(1), bytes(2)]);
});
