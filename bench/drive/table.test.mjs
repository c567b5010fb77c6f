import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdown, median, rowsWithBars, summarise, verdictOf } from './table.mjs';

test('the median is the middle run, or the mean of the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 6]), 5.5);
});

test('a figure exactly at its bar has met it, one beyond has missed it', () => {
  assert.equal(verdictOf({ atLeast: 100 }, 100), 'met by 1');
  assert.equal(verdictOf({ atLeast: 100 }, 50), 'missed by 2');
  assert.equal(verdictOf({ atMost: 20 }, 20), 'met by 1');
  assert.equal(verdictOf({ atMost: 20 }, 40), 'missed by 2');
});

test('nothing at all where something is wanted is missed, not met', () => {
  assert.match(verdictOf({ atLeast: 100 }, 0), /^missed/);
});

test('a single wrong answer misses a bar of none', () => {
  assert.equal(verdictOf({ atMost: 0 }, 0), 'met');
  assert.equal(verdictOf({ atMost: 0 }, 1), 'missed');
});

test('a figure without a bar gets no verdict', () => {
  assert.equal(verdictOf({}, 5), '');
});

test('runs become one row with median, spread and bar', () => {
  const rows = summarise([{ key: 'rate', name: 'acknowledged', unit: '/s', atLeast: 10 }], [{ rate: 12 }, { rate: 40 }, { rate: 20 }]);
  assert.equal(rows.length, 1);
  assert.match(markdown(rows), /\| acknowledged \| 20 \/s \| 12 to 40 \| ≥ 10 \/s \| met by 2 \|$/);
});

test('a figure that no run has reported is no row', () => {
  assert.deepEqual(summarise([{ key: 'absent', name: 'x', unit: '' }], [{}, {}]), []);
});

test('the page shows bars and broken checks, not checks that held', () => {
  const figures = [
    { key: 'rate', name: 'rate', unit: '/s', atLeast: 10 },
    { key: 'fine', name: 'fine', unit: '', atMost: 0 },
    { key: 'wrong', name: 'wrong', unit: '', atMost: 0 },
    { key: 'aside', name: 'aside', unit: '' },
  ];
  const runs = [{ rate: 20, fine: 0, wrong: 3, aside: 1 }];
  const result = {
    name: 'mllp',
    machine: { at: '2026-11-21T09:00:00Z', load_before: 0.1 },
    options: { scale: 1, seconds: 10 },
    rows: summarise(figures, runs),
    runs,
  };
  const names = rowsWithBars(result).map((row) => row.split(' | ')[1]);
  assert.deepEqual(names, ['rate', 'wrong']);
});
