import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesFilter, ordered } from "../../src/clinician/patient-list-order.ts";
import type { PatientRow } from "../../src/shared/api-types.ts";

function row(family: string, given: string, bed: string, newest: string | null = null): PatientRow {
  return {
    patient: {
      id: family + given,
      family,
      given,
      title: null,
      born: null,
      deceased: false,
      died: null,
      gender: "unknown",
      mrn: "QM7001",
      nhs_number: "9434765919",
      merged_into: null,
    },
    place: { ward: "7B", room: null, bed, facility: null },
    reason: "Sepsis, chest",
    admitted_at: null,
    news2: null,
    open_alerts: [],
    newest_result_at: newest,
    similar_name: false,
    starred: false,
  };
}

const rows = [
  row("Müller", "Anna", "12", "2026-11-20T10:00:00Z"),
  row("Chan", "Mei", "2"),
  row("Abbott", "Zoe", "9", "2026-11-21T10:00:00Z"),
];
const families = (list: readonly PatientRow[]) => list.map((one) => one.patient.family);

test("need is the server's order", () =>
  assert.deepEqual(families(ordered(rows, "need")), ["Müller", "Chan", "Abbott"]));
test("bed 2 comes before bed 12", () => assert.deepEqual(families(ordered(rows, "bed")), ["Chan", "Abbott", "Müller"]));
test("by name", () => assert.deepEqual(families(ordered(rows, "name")), ["Abbott", "Chan", "Müller"]));
test("newest result first, none at the end", () =>
  assert.deepEqual(families(ordered(rows, "newest")), ["Abbott", "Müller", "Chan"]));

for (const [typed, isFound] of [
  ["", true],
  ["mull", true],
  ["MÜLLER, anna", true],
  ["anna mull", true],
  ["943 476", true],
  ["9434765919", true],
  ["qm7001", true],
  ["sepsis", true],
  ["chan", false],
  ["anna chan", false],
] as const) {
  test(`“${typed}” ${isFound ? "finds" : "does not find"} Anna Müller`, () => {
    assert.equal(matchesFilter(rows[0] as PatientRow, typed), isFound);
  });
}
