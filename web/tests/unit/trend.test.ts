import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResultValue } from "../../src/shared/api-types.ts";
import { periodWindow, plottable, usefulPeriod, yRange } from "../../src/shared/components/trend-data.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const kDay = 24 * 3_600_000;

function point(daysAgo: number, number: number | null, more: Partial<ResultValue> = {}): ResultValue {
  return {
    id: String(daysAgo),
    value: { text: String(number), number, unit: "umol/L", comparator: null },
    text: null,
    flag: "normal",
    reference: null,
    reference_low: null,
    reference_high: null,
    taken_at: new Date(now - daysAgo * kDay).toISOString(),
    taken_quality: "collected",
    reported_at: null,
    status: "final",
    comments: [],
    ...more,
  };
}

test("withdrawn, cancelled and awaited results are not drawn", () => {
  for (const status of ["entered-in-error", "cancelled", "registered"] as const) {
    assert.equal(plottable([point(1, 5, { status })]).length, 0);
  }
});

test("results without a number or a time are not drawn", () => {
  assert.equal(plottable([point(1, null), point(1, 5, { taken_at: null }), point(1, 5, { value: null })]).length, 0);
});

test("points are in order of time whatever order they came in", () => {
  const drawn = plottable([point(1, 2), point(3, 1)]);
  assert.deepEqual(
    drawn.map((one) => one.number),
    [1, 2],
  );
});

test("GTAB-067, 072: the range holds the reference range and every value", () => {
  const [bottom, top] = yRange(plottable([point(1, 212), point(2, 88)]), 45, 84);
  assert.ok(bottom <= 45 && top >= 212);
});

test("a range never invents negative values", () => {
  const [bottom] = yRange(plottable([point(1, 0.1), point(2, 50)]), null, null);
  assert.equal(bottom, 0);
});

test("one value alone still has a range", () => {
  const [bottom, top] = yRange(plottable([point(1, 5)]), null, null);
  assert.ok(bottom < 5 && top > 5);
});

test("the shortest period with three points is chosen", () => {
  assert.equal(usefulPeriod(plottable([point(0, 1), point(1, 1), point(2, 1)]), now), "3d");
  assert.equal(usefulPeriod(plottable([point(0, 1), point(1, 1), point(10, 1)]), now), "2w");
  assert.equal(usefulPeriod(plottable([point(0, 1)]), now), "1y");
});

test("GTAB-188: a period ends now, so the newest is at the right", () => {
  const { from, to } = periodWindow("3d", now);
  assert.equal(from, now - 3 * kDay);
  assert.ok(to >= now && to < now + kDay);
});
