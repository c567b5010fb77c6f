// Golden tests of the display rules, by their NHS CUI ids.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { Amount, Banner } from "../../src/shared/api-types.ts";
import * as format from "../../src/shared/format.ts";
import { language } from "../../src/shared/i18n.ts";
import { siteZone } from "../../src/shared/zone.ts";

const kMinute = 60_000;
const kHour = 60 * kMinute;

const patient: Banner = {
  id: "0001",
  family: "Chan",
  given: "Mei-ling",
  title: "Mrs",
  born: "1945-07-14",
  deceased: false,
  died: null,
  gender: "female",
  mrn: null,
  nhs_number: null,
  merged_into: null,
};
const number = (text: string, comparator: Amount["comparator"] = null, unit: string | null = null): Amount => ({
  text,
  number: Number(text),
  unit,
  comparator,
});

beforeEach(() => {
  siteZone.value = "Europe/London";
  language.value = "en";
});

describe("dates (D+Ta)", () => {
  test("D+Ta-0006..0010: two-digit day, three-letter month, four-digit year, hyphens", () => {
    assert.equal(format.date("2026-11-05T10:00:00Z"), "05-Nov-2026");
  });
  test("the hospital's zone decides which day it is", () => {
    siteZone.value = "Asia/Hong_Kong";
    assert.equal(format.dateTime("2026-11-20T17:30:00Z"), "21-Nov-2026 01:30");
  });
  test("the language does not change a clinical date", () => {
    language.value = "zh-Hant";
    assert.equal(format.date("2026-11-05T10:00:00Z"), "05-Nov-2026");
  });
  for (const [known, shown] of [
    ["1945", "1945"],
    ["1945-07", "Jul-1945"],
    ["1945-07-14", "14-Jul-1945"],
  ] as const) {
    test(`D+Ta-0013: ${known} is shown no more precisely than it is known`, () => {
      assert.equal(format.partialDate(known), shown);
    });
  }
  test("D+Ta-0018: today is a time, any other day a date and a time", () => {
    const now = Date.parse("2026-11-21T00:20:00Z");
    assert.equal(format.whenShort("2026-11-21T00:05:00Z", now), "00:05");
    assert.equal(format.whenShort("2026-11-20T23:55:00Z", now), "20-Nov-2026 23:55");
  });
});

describe("times (D+Tb)", () => {
  test("D+Tb-0002..0009: 24 hours with a leading zero, midnight is 00:00", () => {
    assert.equal(format.time("2026-01-05T09:05:59Z"), "09:05");
    assert.equal(format.time("2026-01-05T00:00:00Z"), "00:00");
  });
  test("summer time is the hospital's", () => {
    assert.equal(format.time("2026-07-05T23:30:00Z"), "00:30");
  });
  for (const [elapsed, shown] of [
    [0, "0min"],
    [59 * kMinute, "59min"],
    [kHour, "1hr"],
    [2 * kHour + 40 * kMinute, "2hr 40min"],
    [13 * kHour + 40 * kMinute, "13hr"],
    [47 * kHour, "47hr"],
    [48 * kHour, "2d"],
    [-5 * kMinute, "0min"],
  ] as const) {
    test(`D+Tb-0026..0033: ${elapsed / kMinute} minutes are ${shown}`, () => {
      assert.equal(format.duration(elapsed), shown);
    });
  }
});

describe("age (PAB table 7)", () => {
  const at = Date.parse("2026-11-21T12:00:00Z");
  const cases: [born: string, age: string | null][] = [
    ["2026-11-20", "36hr"],
    ["2026-11-19", "2d"],
    ["2026-10-25", "27d"],
    ["2026-10-24", "4w"],
    ["2026-10-23", "4w 1d"],
    ["2025-11-22", "52w"],
    ["2025-11-21", "12m"],
    ["2024-11-22", "23m"],
    ["2024-11-21", "2y"],
    ["2024-10-21", "2y 1m"],
    ["2008-11-22", "17y 11m"],
    ["2008-11-21", "18y"],
    ["1945-07-14", "81y"],
    ["1945", null],
    ["1945-07", null],
    ["2027-01-01", null],
  ];
  for (const [born, age] of cases) {
    test(`born ${born} is ${age ?? "no age"}`, () => assert.equal(format.age(born, at), age));
  }
  test("below two hours in minutes", () => {
    assert.equal(format.age("2026-11-21", Date.parse("2026-11-21T01:59:00Z")), "119min");
    assert.equal(format.age("2026-11-21", Date.parse("2026-11-21T02:00:00Z")), "2hr");
  });
  test("MPB-0058: the deceased have no age beside their birth", () => {
    assert.equal(format.birth(patient, at), "14-Jul-1945 (81y)");
    assert.equal(format.birth({ ...patient, deceased: true }, at), "14-Jul-1945");
  });
  test("MPB-0022: an unknown birth is said in words", () => {
    assert.equal(format.birth({ ...patient, born: null }, at), "Not recorded");
  });
});

describe("names and numbers (MPB, NUM)", () => {
  test("MPB-0048..0054: family name in capitals, comma, given name, title in brackets", () => {
    assert.equal(format.patientName(patient), "CHAN, Mei-ling (Mrs)");
  });
  test("a missing part leaves no comma or bracket behind", () => {
    assert.equal(format.patientName({ ...patient, given: null, title: null }), "CHAN");
    assert.equal(format.patientName({ ...patient, family: null }), "Mei-ling (Mrs)");
  });
  test("MPB-0022: no name at all is said in words", () => {
    assert.equal(format.patientName({ ...patient, family: null, given: null }), "Name not recorded");
  });
  test("NUM-0001..0003: the NHS number in groups of three, three and four", () => {
    assert.equal(format.nhsNumber("9434765919"), "943 476 5919");
    assert.equal(format.nhsNumber("943 476 5919"), "943 476 5919");
    assert.equal(format.nhsNumber("12345"), "12345");
  });
});

describe("values (GTAB, MEDi)", () => {
  test("GTAB-054: the precision recorded is the precision shown", () => {
    assert.equal(format.amount(number("38.0")), "38.0");
    assert.equal(format.amount(number("6.40")), "6.40");
  });
  test("comparators are signs with a space, so that < 20 cannot be read as 420", () => {
    assert.equal(format.amount(number("20", "<")), "< 20");
    assert.equal(format.amount(number("1500", ">=")), "≥ 1500");
  });
  test("GTAB-027: the unit goes with the number", () => {
    assert.equal(format.amountWithUnit(number("212", null, "umol/L")), "212 µmol/L");
    assert.equal(format.amountWithUnit(number("38.4", null, "Cel")), "38.4 °C");
    assert.equal(format.amountWithUnit(number("1.1")), "1.1");
  });
  test("MEDi-017: a comma from one thousand", () => {
    assert.equal(format.count(999), "999");
    assert.equal(format.count(1000), "1,000");
    assert.equal(format.count(1234567), "1,234,567");
  });
});
