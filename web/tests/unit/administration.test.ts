import assert from "node:assert/strict";
import { test } from "node:test";
import { stepsAreInOrder, withStepAdded } from "../../src/admin/policy-steps.ts";
import { coveredTime, gapsOf, startsSoon } from "../../src/admin/rota-gaps.ts";
import type { Shift } from "../../src/shared/api-types.ts";

const kHour = 3_600_000;
const start = Date.parse("2026-11-21T00:00:00Z");
const at = (hour: number) => new Date(start + hour * kHour).toISOString();
const shift = (from: number, until: number, person = "p1"): Shift => ({
  role: "renal",
  person,
  from: at(from),
  until: at(until),
});
const gaps = (...shifts: Shift[]) =>
  gapsOf(["renal"], shifts, start, start + 24 * kHour).map((gap) => [gap.from, gap.until]);

test("a role nobody holds is one long gap", () => assert.deepEqual(gaps(), [[at(0), at(24)]]));
test("shifts that meet leave no gap", () => assert.deepEqual(gaps(shift(-2, 8), shift(8, 16), shift(16, 30)), []));
test("a minute between two shifts is a gap", () => {
  assert.deepEqual(gaps(shift(0, 8), { ...shift(8, 24), from: new Date(start + 8 * kHour + 60_000).toISOString() }), [
    [at(8), new Date(start + 8 * kHour + 60_000).toISOString()],
  ]);
});
test("overlapping shifts count once", () => assert.deepEqual(gaps(shift(0, 12), shift(6, 10), shift(12, 24)), []));
test("a shift without a person covers nothing", () => assert.deepEqual(gaps(shift(0, 24, "")), [[at(0), at(24)]]));
test("a shift that ends before it starts covers nothing", () =>
  assert.deepEqual(gaps(shift(20, 4)), [[at(0), at(24)]]));
test("a shift of another role covers nothing", () => {
  assert.deepEqual(gapsOf(["renal"], [{ ...shift(0, 24), role: "medical" }], start, start + 24 * kHour).length, 1);
});
test("covered time", () =>
  assert.equal(coveredTime("renal", [shift(-4, 6), shift(12, 40)], start, start + 24 * kHour), 18 * kHour));

test("a gap is soon when it begins within 24 hours", () => {
  assert.equal(startsSoon({ role: "renal", from: at(23.99), until: at(30) }, start), true);
  assert.equal(startsSoon({ role: "renal", from: at(24), until: at(30) }, start), false);
});

const kSwitchboard = { after_seconds: 1800, to: "switchboard" };
const kFirst = { after_seconds: 0, to: "renal" };

test("a chain must end at the switchboard screen", () => {
  assert.equal(stepsAreInOrder([kFirst, kSwitchboard]), true);
  assert.equal(stepsAreInOrder([kFirst]), false);
  assert.equal(stepsAreInOrder([kSwitchboard, kFirst]), false);
  assert.equal(stepsAreInOrder([]), false);
});
test("each step must be later than the one before", () => {
  assert.equal(stepsAreInOrder([kFirst, { after_seconds: 1800, to: "medical" }, kSwitchboard]), false);
  assert.equal(stepsAreInOrder([kFirst, { after_seconds: 1799, to: "medical" }, kSwitchboard]), true);
});
test("a step added keeps the chain sound", () => {
  let steps = [kFirst, kSwitchboard];
  for (let round = 0; round < 5; round++) {
    steps = withStepAdded(steps, "medical");
    assert.equal(stepsAreInOrder(steps), true);
  }
});
