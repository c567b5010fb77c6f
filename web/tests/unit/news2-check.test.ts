// The phone scores with the server's rule code. Skips with a clear line when the module is not built.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ClinicalRules } from "../../src/clinical/clinical.ts";
import { disagreements } from "../../src/clinical/news2-check.ts";
import type { Observations, ObservationSet } from "../../src/shared/api-types.ts";

const path = new URL("../../src/clinical/clinical.wasm", import.meta.url);
const skip = existsSync(path) ? false : "no clinical.wasm: run script/wasm first";
const rules = skip === false ? await ClinicalRules.load(readFileSync(path)) : null;

const kValues: [parameter: ObservationSet["values"][number]["parameter"], value: string][] = [
  ["rr", "24"],
  ["spo2", "93"],
  ["air_oxygen", "oxygen"],
  ["sbp", "102"],
  ["pulse", "112"],
  ["acvpu", "A"],
  ["temp", "38.4"],
];

function set(total: number | null, at = "2026-11-21T06:00:00Z", leaveOut: string[] = []): ObservationSet {
  return {
    at,
    entered_at: null,
    total,
    partial_minimum: total ?? 0,
    incomplete: total === null,
    band: "high",
    red: false,
    min_monitoring: "continuous",
    values: kValues.map(([parameter, value]) => ({
      parameter,
      value: leaveOut.includes(parameter) ? null : value,
      unit: parameter === "temp" ? "Cel" : null,
      points: null,
      dbp: null,
    })),
  };
}
const answer = (...sets: ObservationSet[]) => ({ scale: 1, sets }) as unknown as Observations;
const found = (...sets: ObservationSet[]) => disagreements(rules as ClinicalRules, answer(...sets));

test("phone and server agree on a right score", { skip }, () => assert.deepEqual(found(set(10)), []));

test("a wrong total is found, with its time", { skip }, () => {
  assert.deepEqual(found(set(10, "2026-11-21T05:00:00Z"), set(9)), ["2026-11-21T06:00:00Z"]);
});

test("a score for a set that misses a value is found", { skip }, () => {
  assert.equal(found(set(9, undefined, ["temp"])).length, 1);
});

test("a set both call incomplete is no disagreement", { skip }, () => {
  assert.deepEqual(found(set(null, undefined, ["temp"])), []);
});

test("calling a complete set incomplete is found", { skip }, () => assert.equal(found(set(null)).length, 1));

test("a single red that only one of them sees is found", { skip }, () => {
  assert.equal(found({ ...set(10), red: true }).length, 1);
});

test("an earlier set may have been scored on the other oxygen scale, the newest may not", { skip }, () => {
  // 93 % on oxygen: 2 points on scale 1, 1 point on scale 2.
  assert.deepEqual(found(set(9, "2026-11-21T05:00:00Z"), set(10)), []);
  assert.equal(found(set(9)).length, 1);
});
