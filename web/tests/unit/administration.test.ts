import assert from "node:assert/strict";
import { test } from "node:test";
import { endsAtSwitchboard, isSoundWindow, minutesUntil, withStepAdded } from "../../src/admin/policy-steps.ts";
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

const kSwitchboard = { after_seconds: 300, to: "switchboard" };
const kFirst = { after_seconds: 0, to: "renal" };

test("a chain must end at the switchboard screen, and pass it nowhere else", () => {
  assert.equal(endsAtSwitchboard([kFirst, kSwitchboard]), true);
  assert.equal(endsAtSwitchboard([kFirst]), false);
  assert.equal(endsAtSwitchboard([kSwitchboard, kFirst]), false);
  assert.equal(endsAtSwitchboard([kSwitchboard, kFirst, kSwitchboard]), false);
  assert.equal(endsAtSwitchboard([]), false);
});
test("waits add up: each is counted from the step before", () => {
  const steps = [kFirst, { after_seconds: 300, to: "medical" }, { after_seconds: 600, to: "site" }, kSwitchboard];
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => minutesUntil(steps, index)),
    [0, 5, 15, 20],
  );
});
test("a step added stands before the switchboard", () => {
  const steps = withStepAdded([kFirst, kSwitchboard], "medical");
  assert.deepEqual(
    steps.map((step) => step.to),
    ["renal", "medical", "switchboard"],
  );
});

const route = (from: number | null, until: number | null) => ({
  rule: "aki",
  severity: "*",
  ward: null,
  from_minute: from,
  until_minute: until,
  team: "renal",
  policy: "aki_1",
});
for (const [from, until, isSound] of [
  [null, null, true],
  [1200, 420, true],
  [1200, null, false],
  [null, 420, false],
  [420, 420, false],
] as const) {
  test(`a window from ${from} until ${until} is ${isSound ? "sound" : "refused"}`, () => {
    assert.equal(isSoundWindow(route(from, until)), isSound);
  });
}
