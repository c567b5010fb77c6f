// How clinical values are written. Rule ids are those of the NHS Common User Interface guidance
// (HSCIC 2013); tests/unit/format.test.ts cites the same ids. The phone's locale is never used
// (D+Ta-0006): "03/04" must not mean two things on two phones.
import type { Amount, Banner, PartialDate } from "./api-types.ts";
import { type Language, language, t } from "./i18n.ts";
import { wallTime } from "./zone.ts";

const kMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

const two = (value: number) => String(value).padStart(2, "0");
const monthName = (month: number) => kMonths[month - 1] ?? "";
const millis = (instant: string | number) => (typeof instant === "number" ? instant : Date.parse(instant));

/** `14-Jul-1945`: two-digit day, three-letter month, four-digit year, hyphens (D+Ta-0006..0010). */
export function date(instant: string | number): string {
  const wall = wallTime(millis(instant));
  return `${two(wall.day)}-${monthName(wall.month)}-${wall.year}`;
}

/** `20-Nov`, for axes and columns whose year is said elsewhere (D+Ta-0006). */
export function dayAndMonth(instant: string | number): string {
  return date(instant).slice(0, 6);
}

/** `09:05`, `00:00` at midnight: 24 hours, leading zero (D+Tb-0002..0009). */
export function time(instant: string | number): string {
  const wall = wallTime(millis(instant));
  return `${two(wall.hour)}:${two(wall.minute)}`;
}

/** `20-Nov-2026 09:05`: date before time, one space (D+Tb-0012). */
export function dateTime(instant: string | number): string {
  return `${date(instant)} ${time(instant)}`;
}

/** The time alone when it was today, else date and time. Never "yesterday" (D+Ta-0018). */
export function whenShort(instant: string | number, now: number): string {
  return date(instant) === date(now) ? time(instant) : dateTime(instant);
}

/** A date no more precise than it is known: `1945`, `Jul-1945`, `14-Jul-1945` (D+Ta-0013). */
export function partialDate(known: PartialDate): string {
  const [year, month, day] = known.split("-");
  if (!month) return year ?? known;
  const name = monthName(Number(month));
  return day ? `${day}-${name}-${year}` : `${name}-${year}`;
}

interface Units {
  year: string;
  month: string;
  week: string;
  day: string;
  hour: string;
  minute: string;
  /** Between two parts of one duration. */
  gap: string;
}

/** Units of duration (D+Tb-0026..0033): no plural, no space before the unit, no zero parts. */
const kUnits: Record<Language, Units> = {
  en: { year: "y", month: "m", week: "w", day: "d", hour: "hr", minute: "min", gap: " " },
  "zh-Hant": { year: "歲", month: "個月", week: "週", day: "日", hour: "小時", minute: "分鐘", gap: "" },
  "zh-Hans": { year: "岁", month: "个月", week: "周", day: "天", hour: "小时", minute: "分钟", gap: "" },
};

function joinParts(parts: Array<[value: number, unit: string]>, gap: string): string {
  const said = parts.filter(([value]) => value > 0);
  const [first] = parts;
  const shown = said.length > 0 ? said : first ? [first] : [];
  return shown.map(([value, unit]) => `${value}${unit}`).join(gap);
}

/** `2hr 40min`, `8min`, `3d`: at most two units (D+Tb-0026..0033). */
export function duration(milliseconds: number): string {
  const units = kUnits[language.value];
  const minutes = Math.max(0, Math.floor(milliseconds / kMinute));
  if (minutes < 60) return `${minutes}${units.minute}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return joinParts(
      [
        [hours, units.hour],
        [hours < 12 ? minutes % 60 : 0, units.minute],
      ],
      units.gap,
    );
  }
  return `${Math.floor(hours / 24)}${units.day}`;
}

/** `now`, `8min ago`, `3hr ago`. */
export function ago(instant: string | number, now: number): string {
  const elapsed = now - millis(instant);
  return elapsed < kMinute ? t("time_now") : t("time_ago", { duration: duration(elapsed) });
}

/**
 * Age in the units of PAB table 7: min below 2hr, hr below 2d, d below 4w, w and d below 1y,
 * m below 2y, y and m below 18y, then y. Null when the birth date is not known to the day.
 */
export function age(born: PartialDate | null, at: number): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(born ?? "");
  if (!match) return null;
  const [year = 0, month = 1, day = 1] = match.slice(1).map(Number);
  const units = kUnits[language.value];
  const today = wallTime(at);
  const elapsed =
    Date.UTC(today.year, today.month - 1, today.day, today.hour, today.minute) - Date.UTC(year, month - 1, day);
  if (elapsed < 0) return null;
  if (elapsed < 2 * kHour) return `${Math.floor(elapsed / kMinute)}${units.minute}`;
  const days = Math.floor(elapsed / kDay);
  if (days < 2) return `${Math.floor(elapsed / kHour)}${units.hour}`;
  if (days < 28) return `${days}${units.day}`;
  const months = (today.year - year) * 12 + (today.month - month) - (today.day < day ? 1 : 0);
  if (months < 12)
    return joinParts(
      [
        [Math.floor(days / 7), units.week],
        [days % 7, units.day],
      ],
      units.gap,
    );
  if (months < 24) return `${months}${units.month}`;
  const years = Math.floor(months / 12);
  if (years < 18)
    return joinParts(
      [
        [years, units.year],
        [months % 12, units.month],
      ],
      units.gap,
    );
  return `${years}${units.year}`;
}

/** `14-Jul-1945 (81y)`; no age in brackets for the deceased (MPB-0058). */
export function birth(patient: Banner, now: number): string {
  if (!patient.born) return t("not_recorded");
  const years = patient.deceased ? null : age(patient.born, now);
  const born = partialDate(patient.born);
  return years ? t("date_with_age", { date: born, age: years }) : born;
}

/** `943 476 5919`: three, three, four (NUM-0001..0003). Other lengths are left as they came. */
export function nhsNumber(digits: string): string {
  const match = /^(\d{3})(\d{3})(\d{4})$/.exec(digits.replace(/\s/g, ""));
  return match ? `${match[1]} ${match[2]} ${match[3]}` : digits;
}

/** `CHAN, Mei-ling (Mrs)`: family name in capitals, never cut short (MPB-0048..0054). */
export function patientName(patient: Banner): string {
  const family = patient.family?.toUpperCase();
  const name = [family, patient.given].filter(Boolean).join(", ");
  if (!name) return t("name_not_recorded");
  return patient.title ? `${name} (${patient.title})` : name;
}

/** The number exactly as recorded, with its comparator: `38.0`, `< 20` (GTAB-054). */
export function amount(value: Amount): string {
  const signs = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" } as const;
  const sign = value.comparator ? signs[value.comparator] : null;
  return sign ? `${sign} ${value.text}` : value.text;
}

/** Codes of units (UCUM) that are not written the way people write them. */
const kWrittenUnits: Record<string, string> = {
  Cel: "°C",
  "mm[Hg]": "mmHg",
  "umol/L": "µmol/L",
  "umol/l": "µmol/L",
  "10*9/L": "10⁹/L",
  "10*12/L": "10¹²/L",
  "/min": "/min",
  "{breaths}/min": "/min",
  "{beats}/min": "/min",
};

export function unitText(unit: string): string {
  return kWrittenUnits[unit] ?? unit;
}

/** The number with its unit, never one without the other (GTAB-027). */
export function amountWithUnit(value: Amount): string {
  return value.unit ? `${amount(value)} ${unitText(value.unit)}` : amount(value);
}

/** A count of things: comma from 1,000 (MEDi-017). */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}
