// Order and filter of a patient list. Pure.
import type { PatientRow } from "../shared/api-types.ts";

export type ListOrder = "need" | "bed" | "name" | "newest";
export const kListOrders: readonly ListOrder[] = ["need", "bed", "name", "newest"];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** `need` is the server's own order. */
export function ordered(rows: readonly PatientRow[], order: ListOrder): readonly PatientRow[] {
  switch (order) {
    case "need":
      return rows;
    case "bed":
      return [...rows].sort((a, b) => collator.compare(bedKey(a), bedKey(b)));
    case "name":
      return [...rows].sort((a, b) => collator.compare(nameKey(a), nameKey(b)));
    case "newest":
      return [...rows].sort((a, b) => (b.newest_result_at ?? "").localeCompare(a.newest_result_at ?? ""));
  }
}

/** Every word typed must be somewhere in name, place, numbers or reason. */
export function matchesFilter(row: PatientRow, typed: string): boolean {
  const haystack = fold(searchable(row).join(" "));
  const numbers = [row.patient.nhs_number, row.patient.mrn].filter(Boolean).join(" ");
  const digits = typed.replace(/\s/g, "");
  if (/^\d{3,}$/.test(digits) && numbers.includes(digits)) return true;
  return fold(typed)
    .split(/[\s,]+/)
    .every((word) => haystack.includes(word));
}

function searchable(row: PatientRow): string[] {
  const { patient, place, reason } = row;
  return [
    patient.family,
    patient.given,
    patient.mrn,
    patient.nhs_number,
    place.ward,
    place.room,
    place.bed,
    reason,
  ].filter((part): part is string => part !== null);
}

/** "Müller" is found by "muller". */
function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}

function bedKey(row: PatientRow): string {
  return [row.place.ward, row.place.room, row.place.bed].map((part) => part ?? "~").join(" ");
}

function nameKey(row: PatientRow): string {
  return `${row.patient.family ?? "~"} ${row.patient.given ?? ""}`;
}
