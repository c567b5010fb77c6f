// From the codes of the server to words on the screen. A code nobody has translated yet is shown
// as it came: an unknown must be visible, not dropped.
import type { AlertCard, AlertInput, AlertLabel, Banner, News2Band, Person, Place, SourceKind } from "./api-types.ts";
import { amountWithUnit } from "./format.ts";
import { type Key, t } from "./i18n.ts";
import english from "./locales/en.ts";

/** Keys without placeholders, which are the only ones a code may turn into. */
type PlainKey = { [K in Key]: (typeof english)[K] extends `${string}{${string}` ? never : K }[Key];

function wordFor(prefix: string, code: string): string | null {
  const key = `${prefix}_${code.replaceAll("-", "_")}`;
  return key in english ? t(key as PlainKey) : null;
}

export const roleWord = (role: string): string => wordFor("role", role) ?? role;
export const outcomeWord = (code: string): string => wordFor("outcome", code) ?? code;
export const reasonWord = (code: string): string => wordFor("reason", code) ?? code;
/** The detail of an event is a role, an outcome or a reason, or somebody's own words. */
export const detailWord = (code: string): string =>
  wordFor("role", code) ?? wordFor("outcome", code) ?? wordFor("reason", code) ?? code;
export const glassReasonWord = (code: string): string => wordFor("glass", code) ?? code;
export const eventWord = (kind: string): string => wordFor("event", kind) ?? kind;
export const qualityWord = (code: string): string => wordFor("quality", code) ?? code;
export const monitoringWord = (code: string): string => wordFor("monitoring", code) ?? code;
export const genderWord = (gender: Banner["gender"]): string => wordFor("gender", gender) ?? gender;
export const sourceKindWord = (kind: SourceKind): string => wordFor("source", kind) ?? kind;
export const statusWord = (status: string): string => wordFor("status", status) ?? status;
export const flagWord = (flag: string): string => wordFor("flag", flag) ?? flag;
/** The algorithm's own comments, whose wording the NHS fixes in English. */
const kComments: Record<string, Key & `comment_${string}`> = {
  "?AKI ?CKD – suggest repeat": "comment_aki_or_ckd",
  "rise – suggest repeat": "comment_rise",
};

export function commentWord(comment: string): string {
  const key = kComments[comment];
  return key ? t(key) : comment;
}

export const parameterWord = (parameter: string): string => wordFor("parameter", parameter) ?? parameter;
export const bandWord = (band: News2Band | string): string => wordFor("band", band) ?? band;
export const severityWord = (severity: string): string => wordFor("severity", severity) ?? severity;
export const allergySeverityWord = (severity: string): string => wordFor("allergy_severity", severity) ?? severity;
export const acvpuWord = (code: string): string => wordFor("acvpu", code.toLowerCase()) ?? code;
export const airWord = (code: string): string => wordFor("air", code.toLowerCase()) ?? code;

/** `AKI stage 2`, `NEWS2 7`, `Potassium 6.4 mmol/L`. */
export function labelWords(label: AlertLabel): string {
  switch (label.kind) {
    case "aki":
      return t("label_aki", { stage: label.stage });
    case "news2":
      return label.red ? t("label_news2_red", { total: label.total }) : t("label_news2", { total: label.total });
    case "critical_result":
      return `${label.analyte} ${amountWithUnit(label.value)}`;
  }
}

export function inputWords(input: AlertInput): string {
  switch (input.kind) {
    case "index":
      return t("input_index");
    case "lowest_7d":
      return t("input_lowest_7d");
    case "median_8_365d":
      return t("input_median");
    case "lowest_48h":
      return t("input_lowest_48h");
    case "limit":
      return t("input_limit");
    case "previous_communicated":
      return t("input_previous_communicated");
    case "component":
      return parameterWord(input.name);
  }
}

/** `7B bed 12`, without what is not known; words when nothing is. */
export function placeWords(place: Place): string {
  const parts = [
    place.ward,
    place.room ? t("place_room", { room: place.room }) : null,
    place.bed ? t("place_bed", { bed: place.bed }) : null,
  ].filter((part) => part !== null && part !== "");
  return parts.length > 0 ? parts.join(" ") : (place.facility ?? t("place_unknown"));
}

/** `Dr S. Lee (renal on call)`. */
export function personWords(person: Person): string {
  if (person.name === "") return t("name_not_recorded");
  return t("person_with_role", { name: person.name, role: roleWord(person.role) });
}

/** Whether the alert waits for somebody. */
export function isUnowned(alert: AlertCard): boolean {
  return alert.state === "open" && alert.owner === null;
}
