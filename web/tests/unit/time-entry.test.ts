import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { parseDateTime, parseTimeOfDay, writeTimeOfDay } from "../../src/shared/typed-time.ts";
import { instantOf, siteZone, wallTime } from "../../src/shared/zone.ts";

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

beforeEach(() => {
  siteZone.value = "Europe/London";
});

for (const [typed, instant] of [
  ["21-Nov-2026 08:00", "2026-11-21T08:00:00.000Z"],
  ["21-Jul-2026 08:00", "2026-07-21T07:00:00.000Z"],
  [" 1 jul 2026, 8:05 ", "2026-07-01T07:05:00.000Z"],
  ["31-Jun-2026 08:00", null],
  ["29-Feb-2026 08:00", null],
  ["21-Nov-2026 24:00", null],
  ["21-Nov-2026 08:60", null],
  ["21-11-2026 08:00", null],
  ["11/12/2026 08:00", null],
  ["21-Nov-26 08:00", null],
  ["", null],
] as const) {
  test(`“${typed}” is ${instant ?? "refused"}`, () => assert.equal(iso(parseDateTime(typed)), instant));
}

test("a time that the clock change skips is the time after the change", () => {
  assert.equal(iso(parseDateTime("29-Mar-2026 01:30")), "2026-03-29T01:30:00.000Z");
});

test("a time that the clock change repeats is the first of the two", () => {
  assert.equal(iso(parseDateTime("25-Oct-2026 01:30")), "2026-10-25T00:30:00.000Z");
});

for (const zone of ["Europe/London", "Asia/Hong_Kong", "America/St_Johns", "Australia/Lord_Howe", "UTC"]) {
  test(`wall time and instant agree through a year in ${zone}`, () => {
    for (let hour = 0; hour < 366 * 24; hour += 7) {
      const instant = Date.UTC(2026, 0, 1) + hour * 3_600_000;
      const wall = wallTime(instant, zone);
      const again = wallTime(instantOf(wall, zone), zone);
      assert.deepEqual({ ...again }, { ...wall });
    }
  });
}

for (const [typed, minutes] of [
  ["00:00", 0],
  ["7:30", 450],
  ["23:59", 1439],
  ["24:00", null],
  ["0730", null],
] as const) {
  test(`time of day “${typed}” is ${minutes ?? "refused"}`, () => assert.equal(parseTimeOfDay(typed), minutes));
}

test("a time of day is written with two digits", () => assert.equal(writeTimeOfDay(450), "07:30"));
