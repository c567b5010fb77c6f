// The phone's build of the rules against the tables of the server's build, and against the server's
// program on generated tables. Needs script/wasm to have run, and the program: WARDLIGHT_BIN, or
// build/release/src/app/wardlight.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.WARDLIGHT_BIN ?? join(root, "build/release/src/app/wardlight");
const wasmFile = join(root, "web/src/clinical/clinical.wasm");
const ZONE = "Europe/London";
const AKI_COLUMNS = "id,age,sex,llri,ulri,c1_umol_l,collected,history";
const NEWS2_COLUMNS = "id,rr,spo2,scale,on_o2,sbp,pulse,acvpu,temp";
const MONITORING = {
  none: "12-hourly",
  low: "4-6-hourly",
  low_medium: "1-hourly",
  medium: "1-hourly",
  high: "continuous",
};

let clinical;
let rules;
before(async () => {
  assert.ok(existsSync(wasmFile), "web/src/clinical/clinical.wasm is missing: run script/wasm");
  const file = join(root, "web/src/clinical/clinical.ts");
  const { code } = await transformWithOxc(readFileSync(file, "utf8"), file);
  clinical = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  rules = await clinical.ClinicalRules.load(readFileSync(wasmFile));
});

/** The tables hold no line break and no quote inside a cell except around commas. */
function readCsv(text) {
  const [header, ...lines] = text.trimEnd().split("\n");
  const names = cells(header);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i], cell])));
}
const cells = (line) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );

function creatinine(value, time) {
  const collectedMs = Date.parse(time);
  assert.ok(!Number.isNaN(collectedMs), `not a time: ${time}`);
  return { value, collectedMs, localDay: clinical.localDay(collectedMs, ZONE) };
}

function akiRow(row) {
  const result = rules.akiWarning({
    index: creatinine(row.c1_umol_l, row.collected),
    history: row.history
      .split(";")
      .filter(Boolean)
      .map((entry) => creatinine(...entry.split("@"))),
    ageYears: row.age === "" ? null : Math.floor(Number(row.age)),
    sex: { M: "male", F: "female" }[row.sex] ?? "unknown",
    lowerLimit: row.llri || undefined,
    upperLimit: row.ulri || undefined,
  });
  return { stage: String(result.stage), flag: result.flag, comment: result.comment };
}

function news2Row(row) {
  const whole = (text) => (text === "" ? null : Number(text));
  const result = rules.news2({
    respirations: whole(row.rr),
    saturation: whole(row.spo2),
    scale: row.scale === "2" ? 2 : 1,
    onOxygen: row.on_o2 === "" ? null : row.on_o2 === "true",
    systolic: whole(row.sbp),
    pulse: whole(row.pulse),
    consciousness: row.acvpu || null,
    temperature: row.temp === "" ? null : { value: row.temp, unit: "Cel" },
  });
  const complete = result.state === "complete";
  const known = complete || !["none", "low"].includes(result.leastBand);
  return {
    total: String(result.leastTotal),
    red: String(result.isRed),
    band: known ? result.leastBand : "",
    min_monitoring: known ? MONITORING[result.leastBand] : "",
    incomplete: String(!complete),
  };
}

function checkTable(name, evaluate) {
  const rows = readCsv(readFileSync(join(root, "tests/tables", name), "utf8"));
  assert.ok(rows.length > 600);
  for (const row of rows) {
    const answer = evaluate(row);
    const wanted = Object.fromEntries(Object.keys(answer).map((k) => [k, row[`expect_${k}`]]));
    assert.deepEqual(answer, wanted, `${name} ${row.id}: ${row.why}`);
  }
}

test("the phone agrees with every row of the AKI table", () => checkTable("aki.csv", akiRow));
test("the phone agrees with every row of the NEWS2 table", () => checkTable("news2.csv", news2Row));

test("the module needs nothing from its host", () => {
  const module = new WebAssembly.Module(readFileSync(wasmFile));
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  assert.ok(readFileSync(wasmFile).length <= 30 * 1024, "at most 30 KB");
});

/** A small seeded generator, so that a failing table can be made again. */
function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, choose: (...values) => values[below(values.length)] };
}

function randomAki(random) {
  const { below, choose } = random;
  const index = Date.UTC(2025, below(12), 1 + below(28), below(24), below(60));
  const base = choose(300, 505, 666, 800, 1000, 1333, 2000, 2360);
  const value = (tenths) => (Math.max(1, Math.round(tenths)) / 10).toFixed(choose(1, 1, 2));
  const back = () =>
    choose(
      choose(1, 24, 47, 48, 49) * 3600e3,
      48 * 3600e3 + choose(-1, 0, 1) * 60e3,
      choose(6, 7, 8, 9) * 86400e3 + (below(1441) - 720) * 60e3,
      choose(30, 200, 364, 365, 366) * 86400e3 + (below(1441) - 720) * 60e3,
      -3600e3,
      0,
    );
  const history = Array.from(
    { length: choose(0, 1, 1, 2, 3, 4, 8, 15) },
    () =>
      `${choose("", "", "", "", "<", ">")}${value(base + choose(0, 0, 1, -1, 50, -50, 500))}@` +
      new Date(index - back()).toISOString().slice(0, 19) +
      "Z",
  );
  const factor = choose(1, 1.1, 1.3, 1.5, 1.5, 2, 2, 3, 3);
  const given = choose(true, false);
  return [
    choose("", "0.5", "2", "9", "12", "14", "16", "17.9", "18", "60"),
    choose("M", "F", "U", ""),
    given ? value(450) : "",
    given ? value(choose(570, 840, 1040)) : "",
    value(base * factor + choose(0, 0, 0, 1, -1, 260, 261)),
    new Date(index).toISOString().slice(0, 19) + "Z",
    history.join(";"),
  ];
}

function randomNews2(random) {
  const { below, choose } = random;
  const row = [
    5 + below(30),
    78 + below(23),
    choose(1, 2, ""),
    choose("true", "false"),
    70 + below(170),
    30 + below(120),
    choose("A", "A", "A", "C", "V", "P", "U"),
    (33.9 + below(620) / 100).toFixed(2),
  ].map(String);
  if (choose(0, 0, 0, 1)) row[below(8)] = "";
  return row;
}

function compareWithProgram(rule, columns, makeRow, evaluate, resultColumns) {
  assert.ok(existsSync(program), `the program is missing at ${program}: build it`);
  const seed = Number(process.env.WARDLIGHT_SEED ?? Date.now() % 1_000_000);
  const random = generator(seed);
  const lines = Array.from({ length: 3000 }, (_, i) => [i + 1, ...makeRow(random)].join(","));
  const folder = mkdtempSync(join(tmpdir(), "wardlight-rules-"));
  try {
    const table = join(folder, "cases.csv");
    writeFileSync(table, [columns, ...lines, ""].join("\n"));
    const run = spawnSync(program, ["rule", rule, "--table", table, "--zone", ZONE], {
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
    assert.equal(run.stderr, "");
    assert.equal(run.status, 0);
    const rows = readCsv(run.stdout);
    assert.equal(rows.length, lines.length);
    for (const row of rows) {
      const server = Object.fromEntries(resultColumns.map((name) => [name, row[name]]));
      assert.deepEqual(evaluate(row), server, `seed ${seed}, row ${row.id}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("phone and server agree on a generated AKI table", () =>
  compareWithProgram("aki", AKI_COLUMNS, randomAki, akiRow, ["stage", "flag", "comment"]));

test("phone and server agree on a generated NEWS2 table", () =>
  compareWithProgram("news2", NEWS2_COLUMNS, randomNews2, news2Row, [
    "total",
    "red",
    "band",
    "min_monitoring",
    "incomplete",
  ]));

test("a result explains itself", () => {
  const at = (time, value) => creatinine(value, time);
  const result = rules.akiWarning({
    index: at("2026-03-10T09:00:00Z", "210"),
    history: [
      at("2026-03-09T09:00:00Z", "180"),
      at("2026-02-01T09:00:00Z", "104"),
      at("2026-01-01T09:00:00Z", "100.5"),
    ],
    ageYears: 60,
    sex: "male",
  });
  assert.equal(result.stage, 2);
  assert.equal(result.ratio, "median-of-8-to-365-days");
  assert.deepEqual(result.median, [2, 1]);
  assert.equal(result.doubledMedian, "204.5");
  assert.equal(result.riseIn48Hours, "30");
  assert.equal(result.lowestOf48Hours, 0);
  assert.equal(result.upperLimit, "104");
  assert.deepEqual(result.quality, ["limits-from-table"]);
});

test("what cannot be read is refused by name, never taken as normal", () => {
  const time = "2026-03-10T09:00:00Z";
  const base = { index: creatinine("100", time), history: [], ageYears: 60, sex: "male" };
  const unreadable = (changes, place) =>
    assert.throws(() => rules.akiWarning({ ...base, ...changes }), {
      name: "UnreadableValue",
      message: place,
    });
  unreadable({ index: creatinine("haemolysed", time) }, "index creatinine");
  unreadable({ index: creatinine("0", time) }, "index creatinine");
  unreadable({ index: creatinine("1".repeat(300), time) }, "index creatinine");
  unreadable({ upperLimit: "high" }, "upper limit");
  unreadable({ history: [creatinine("100", time), creatinine("", time)] }, "history entry 2");
  const tooLong = Array.from({ length: 4097 }, () => creatinine("100", time));
  assert.throws(() => rules.akiWarning({ ...base, history: tooLong }), RangeError);
  assert.equal(rules.akiWarning({ ...base, history: tooLong.slice(1) }).stage, 0);
  const set = {
    respirations: 16,
    saturation: 97,
    scale: 1,
    onOxygen: false,
    systolic: 120,
    pulse: 70,
    consciousness: "A",
    temperature: { value: "warm", unit: "Cel" },
  };
  assert.throws(() => rules.news2(set), { name: "UnreadableValue" });
  const fahrenheit = rules.news2({ ...set, temperature: { value: "98.6", unit: "[degF]" } });
  assert.equal(fahrenheit.total, 0);
  const unlabelled = rules.news2({ ...set, temperature: { value: "98.6", unit: "Cel" } });
  assert.equal(unlabelled.state, "invalid");
  assert.equal(unlabelled.total, null);
  assert.deepEqual(unlabelled.implausible, ["temperature"]);
});
