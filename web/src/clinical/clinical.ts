// The server's clinical rules on this device: loads clinical.wasm (built by script/wasm) and wraps its
// flat C interface (src/clinical/wasm_exports.cpp) in plain values. No rule lives here: values go in as
// the text they were recorded with, and the module parses and compares them itself.
//
// One instance holds one case at a time and calls are synchronous, so one instance serves a whole page.

const INTERFACE_VERSION = 1;
const ABSENT = -2147483648;

interface Exports {
  readonly memory: WebAssembly.Memory;
  wl_interface_version(): number;
  wl_text(): number;
  wl_text_size(): number;
  wl_aki_begin(ageYears: number, sex: number, exactly48HoursCounts: number): void;
  wl_aki_limit(which: number, length: number): number;
  wl_aki_index(length: number, collectedMs: number, localDay: number): number;
  wl_aki_history(length: number, collectedMs: number, localDay: number): number;
  wl_aki_evaluate(): number;
  wl_aki_number(which: number): number;
  wl_temperature_tenths(length: number, unit: number): number;
  wl_news2(
    respiration: number,
    saturation: number,
    scale: number,
    onOxygen: number,
    systolic: number,
    pulse: number,
    consciousness: number,
    temperatureTenths: number,
  ): number;
}

export type Sex = "unknown" | "male" | "female";

/** One creatinine in µmol/L as reported ("103.4", "<20"), and when it was collected. */
export interface Creatinine {
  readonly value: string;
  readonly collectedMs: number;
  /** Calendar date at the hospital, in days since 1970-01-01: see `localDay`. */
  readonly localDay: number;
}

export interface AkiCase {
  readonly index: Creatinine;
  readonly history: readonly Creatinine[];
  /** Completed years on the day of collection; null if the birth date is not known. */
  readonly ageYears: number | null;
  readonly sex: Sex;
  readonly lowerLimit?: string | undefined;
  readonly upperLimit?: string | undefined;
  readonly exactly48HoursCounts?: boolean;
}

export type AkiComment = "" | "?AKI ?CKD – suggest repeat" | "rise – suggest repeat";

export interface AkiResult {
  readonly stage: number;
  readonly flag: "" | "L" | "H";
  readonly comment: AkiComment;
  readonly kdigoStage: number;
  readonly ratio: "none" | "lowest-of-7-days" | "median-of-8-to-365-days";
  /** Positions in the history given. */
  readonly lowestOf7Days: number | null;
  readonly median: readonly [number, number] | null;
  readonly lowestOf48Hours: number | null;
  readonly resultsIn7Days: number;
  readonly resultsIn8To365Days: number;
  /** Twice the median, and the rise in 48 h, as exact decimals. */
  readonly doubledMedian: string | null;
  readonly riseIn48Hours: string | null;
  readonly lowerLimit: string;
  readonly upperLimit: string;
  readonly quality: readonly AkiQuality[];
}

/** In the order of the bits of enum AkiQuality. */
const AKI_QUALITIES = [
  "approximate-index",
  "approximate-baseline",
  "unknown-birth-date",
  "unknown-sex",
  "limits-from-table",
  "infant-limits-from-table",
  "later-results-ignored",
  "same-time-ignored",
  "duplicates-ignored",
  "conflicting-duplicates",
  "invalid-history-ignored",
  "time-not-collection",
] as const;
export type AkiQuality = (typeof AKI_QUALITIES)[number];

export type Consciousness = "A" | "C" | "V" | "P" | "U";
const CONSCIOUSNESS: readonly Consciousness[] = ["A", "C", "V", "P", "U"];

/** null: not recorded. */
export interface Observations {
  readonly respirations: number | null;
  readonly saturation: number | null;
  readonly scale: 1 | 2;
  readonly onOxygen: boolean | null;
  readonly systolic: number | null;
  readonly pulse: number | null;
  readonly consciousness: Consciousness | null;
  /** As recorded; it is rounded by the rule. */
  readonly temperature: { readonly value: string; readonly unit: "Cel" | "[degF]" } | null;
}

export const NEWS2_PARAMETERS = [
  "respiration",
  "saturation",
  "oxygen",
  "systolic",
  "pulse",
  "consciousness",
  "temperature",
] as const;
export type News2Parameter = (typeof NEWS2_PARAMETERS)[number];
export type News2Band = "none" | "low" | "low_medium" | "medium" | "high";

export interface News2Result {
  readonly state: "complete" | "incomplete" | "invalid";
  /** The score; null unless the set is complete. */
  readonly total: number | null;
  /** The least the score can be; equals `total` if complete. */
  readonly leastTotal: number;
  readonly isRed: boolean;
  /** If not complete, the true band may be higher. */
  readonly leastBand: News2Band;
  readonly points: Readonly<Record<News2Parameter, number | null>>;
  readonly missing: readonly News2Parameter[];
  readonly implausible: readonly News2Parameter[];
}

/** A value the rules cannot read. Names the place, never the value. */
export class UnreadableValue extends Error {
  override readonly name = "UnreadableValue";
}

const SEXES: readonly Sex[] = ["unknown", "male", "female"];
const RATIOS = ["none", "lowest-of-7-days", "median-of-8-to-365-days"] as const;
const FLAGS = ["", "L", "H"] as const;
const COMMENTS = ["", "?AKI ?CKD – suggest repeat", "rise – suggest repeat"] as const;
const BANDS = ["none", "low", "low_medium", "medium", "high"] as const;
const STATES = ["complete", "incomplete", "invalid"] as const;

function pick<T>(values: readonly T[], position: number): T {
  const value = values[position];
  if (value === undefined) throw new Error("clinical.wasm answered outside its interface");
  return value;
}

const orNull = (position: number): number | null => (position < 0 ? null : position);
const orAbsent = (value: number | null): number => value ?? ABSENT;
const bits = <T>(names: readonly T[], set: number): T[] => names.filter((_, bit) => (set & (1 << bit)) !== 0);

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** Calendar date in a time zone, in days since 1970-01-01. */
export function localDay(instantMs: number, zone: string): number {
  let format = dayFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
    });
    dayFormats.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const part of format.formatToParts(instantMs)) parts[part.type] = Number(part.value);
  return Date.UTC(parts["year"] ?? NaN, (parts["month"] ?? NaN) - 1, parts["day"]) / 86_400_000;
}

export class ClinicalRules {
  readonly #wasm: Exports;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  private constructor(wasm: Exports) {
    this.#wasm = wasm;
  }

  /** From an address (the browser) or from the module's bytes (tests, a cache). */
  static async load(source: string | URL | BufferSource): Promise<ClinicalRules> {
    const bytes = typeof source === "string" || source instanceof URL ? await fetchBytes(source) : source;
    const { instance } = await WebAssembly.instantiate(bytes, {});
    const wasm = instance.exports as unknown as Exports;
    if (wasm.wl_interface_version() !== INTERFACE_VERSION)
      throw new Error("clinical.wasm does not belong to this version of the app");
    return new ClinicalRules(wasm);
  }

  akiWarning(given: AkiCase): AkiResult {
    const wasm = this.#wasm;
    wasm.wl_aki_begin(orAbsent(given.ageYears), SEXES.indexOf(given.sex), given.exactly48HoursCounts === false ? 0 : 1);
    [given.lowerLimit, given.upperLimit].forEach((limit, which) => {
      if (limit !== undefined && wasm.wl_aki_limit(which, this.#write(limit)) !== 0)
        throw new UnreadableValue(which === 0 ? "lower limit" : "upper limit");
    });
    const { index } = given;
    if (wasm.wl_aki_index(this.#write(index.value), index.collectedMs, index.localDay) !== 0)
      throw new UnreadableValue("index creatinine");
    given.history.forEach((entry, position) => {
      const answer = wasm.wl_aki_history(this.#write(entry.value), entry.collectedMs, entry.localDay);
      if (answer === 2) throw new RangeError("the history is longer than the module holds");
      if (answer !== 0) throw new UnreadableValue(`history entry ${position + 1}`);
    });
    return this.#akiResult(wasm.wl_aki_evaluate());
  }

  news2(set: Observations): News2Result {
    const answer = this.#numbers(
      this.#wasm.wl_news2(
        orAbsent(set.respirations),
        orAbsent(set.saturation),
        set.scale,
        set.onOxygen === null ? ABSENT : Number(set.onOxygen),
        orAbsent(set.systolic),
        orAbsent(set.pulse),
        set.consciousness === null ? ABSENT : CONSCIOUSNESS.indexOf(set.consciousness),
        this.#temperatureTenths(set.temperature),
      ),
      13,
    );
    const [state = -1, leastTotal = 0, red, band = -1, missing = 0, implausible = 0] = answer;
    const points = {} as Record<News2Parameter, number | null>;
    NEWS2_PARAMETERS.forEach((name, i) => (points[name] = orNull(answer[6 + i] ?? -1)));
    return {
      state: pick(STATES, state),
      total: state === 0 ? leastTotal : null,
      leastTotal,
      isRed: red === 1,
      leastBand: pick(BANDS, band),
      points,
      missing: bits(NEWS2_PARAMETERS, missing),
      implausible: bits(NEWS2_PARAMETERS, implausible),
    };
  }

  #temperatureTenths(temperature: Observations["temperature"]): number {
    if (temperature === null) return ABSENT;
    const unit = temperature.unit === "[degF]" ? 1 : 0;
    const tenths = this.#wasm.wl_temperature_tenths(this.#write(temperature.value), unit);
    if (tenths === ABSENT) throw new UnreadableValue("temperature");
    return tenths;
  }

  #akiResult(pointer: number): AkiResult {
    const [
      status,
      stage = 0,
      flag = -1,
      comment = -1,
      kdigoStage = 0,
      ratio = -1,
      lowestOf7Days = -1,
      medianLower = -1,
      medianUpper = -1,
      lowestOf48Hours = -1,
      resultsIn7Days = 0,
      resultsIn8To365Days = 0,
      quality = 0,
    ] = this.#numbers(pointer, 13);
    if (status !== 0) throw new UnreadableValue("index creatinine");
    return {
      stage,
      flag: pick(FLAGS, flag),
      comment: pick(COMMENTS, comment),
      kdigoStage,
      ratio: pick(RATIOS, ratio),
      lowestOf7Days: orNull(lowestOf7Days),
      median: medianLower < 0 ? null : [medianLower, medianUpper],
      lowestOf48Hours: orNull(lowestOf48Hours),
      resultsIn7Days,
      resultsIn8To365Days,
      doubledMedian: this.#number(0),
      riseIn48Hours: this.#number(1),
      lowerLimit: this.#number(2) ?? "",
      upperLimit: this.#number(3) ?? "",
      quality: bits(AKI_QUALITIES, quality),
    };
  }

  /** Writes into the module's text buffer; what does not fit is no number either. */
  #write(text: string): number {
    const buffer = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.wl_text(), this.#wasm.wl_text_size());
    const { read, written } = this.#encoder.encodeInto(text, buffer);
    return read === text.length ? written : 0;
  }

  #number(which: number): string | null {
    const length = this.#wasm.wl_aki_number(which);
    if (length === 0) return null;
    return this.#decoder.decode(new Uint8Array(this.#wasm.memory.buffer, this.#wasm.wl_text(), length));
  }

  #numbers(pointer: number, count: number): Int32Array {
    return new Int32Array(this.#wasm.memory.buffer, pointer, count);
  }
}

async function fetchBytes(address: string | URL): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`clinical.wasm: HTTP ${response.status}`);
  return response.arrayBuffer();
}
