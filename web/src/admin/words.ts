// Words of the administrator's screens: the same kind of dictionary, in this chunk.
import { dictionary } from "../shared/i18n.ts";
import english from "./locales/en.ts";

export type AdminKey = keyof typeof english;

export const ta = dictionary(english, {
  "zh-Hant": () => import("./locales/zh-Hant.ts"),
  "zh-Hans": () => import("./locales/zh-Hans.ts"),
});

type PlainKey = { [K in AdminKey]: (typeof english)[K] extends `${string}{${string}` ? never : K }[AdminKey];

/** Why a message waits, in words; the server's own sentence for a reason without a name yet. */
export function reasonWord(reason: { code: string; message: string }): string {
  const key = `why_${reason.code}`;
  return key in english ? ta(key as PlainKey) : reason.message;
}

/** A check the server made; a new one is shown by its code until it has a name. */
export function checkWord(code: string): string {
  const key = `check_${code}`;
  return key in english ? ta(key as PlainKey) : code.replaceAll("_", " ");
}

/** What can be asked of the log, in the order in which it is offered. */
export const kActions = [
  "patient.read",
  "results.read",
  "observations.read",
  "alert.read",
  "list.read",
  "patient.find",
  "patient.identity",
  "patient.break_glass",
  "alert.acknowledge",
  "alert.triage",
  "sign_in",
  "session.revoke",
  "audit.read",
  "audit.export",
] as const;
export const kTies = [
  "ward",
  "team",
  "on_call",
  "alert_owner",
  "break_glass",
  "find",
  "role",
  "no_relationship",
  "no_permission",
] as const;

/** Why it was allowed or not. */
export function tieWord(reason: string): string {
  const key = `tie_${reason}`;
  return key in english ? ta(key as PlainKey) : reason.replaceAll("_", " ");
}

/** HL7 v3 PurposeOfUse. */
export function purposeWord(purpose: string): string {
  const key = `purpose_${purpose}`;
  return key in english ? ta(key as PlainKey) : purpose;
}

/** What somebody did with a record, from the audit log's own name for it. */
export function actionWord(action: string): string {
  const key = `use_${action.replaceAll(".", "_")}`;
  return key in english ? ta(key as PlainKey) : action;
}
