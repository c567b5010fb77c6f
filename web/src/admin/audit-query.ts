// What the privacy officer asks of the audit log, as the form holds it and as the server takes it.
import type { AuditQuery } from "../shared/api-types.ts";

export interface AuditFilter {
  readonly person: string;
  /** A number as typed, or the id of a patient that another screen has led from. */
  readonly number: string;
  readonly patient: string;
  /** Milliseconds; empty when not asked for. */
  readonly from: number | "";
  readonly until: number | "";
  readonly action: string;
  readonly reason: string;
  readonly onlyDenied: boolean;
}

export const everything: AuditFilter = {
  person: "",
  number: "",
  patient: "",
  from: "",
  until: "",
  action: "",
  reason: "",
  onlyDenied: false,
};

export function queryOf(filter: AuditFilter, before: string | null): AuditQuery {
  const query: AuditQuery = {};
  if (filter.person) query.person = filter.person;
  if (filter.number.trim()) query.patient_number = filter.number.replaceAll(/\s/g, "");
  else if (filter.patient) query.patient = filter.patient;
  if (filter.from !== "") query.from = new Date(filter.from).toISOString();
  if (filter.until !== "") query.until = new Date(filter.until).toISOString();
  if (filter.action) query.action = filter.action;
  if (filter.reason) query.reason = filter.reason;
  if (filter.onlyDenied) query.only_denied = true;
  if (before !== null) query.before = before;
  return query;
}
