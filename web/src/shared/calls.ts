// One function per call of docs/api/openapi.json. Paths that are read again and again
// (and kept for offline use) are built by `at` and read through resources.ts.
import { send } from "./api.ts";
import type { AlertGroup, BreakGlassState, Operations, QuarantineState } from "./api-types.ts";

type Body<Name extends keyof Operations> = Operations[Name]["body"];
type Answer<Name extends keyof Operations> = Promise<Operations[Name]["answer"]>;

const part = encodeURIComponent;

/** Addresses of what can be read, with the type of their answer. */
export const at = {
  lists: () => address<"lists">("/api/lists"),
  listPatients: (list: string) => address<"list_patients">(`/api/lists/${part(list)}/patients`),
  patient: (id: string) => address<"patient">(`/api/patients/${part(id)}`),
  identity: (id: string) => ({
    ...address<"patient_identity">(`/api/patients/${part(id)}/identity`),
    isFleeting: true,
  }),
  results: (id: string) => address<"patient_results">(`/api/patients/${part(id)}/results`),
  result: (id: string, code: string) => address<"patient_result">(`/api/patients/${part(id)}/results/${part(code)}`),
  observations: (id: string) => address<"patient_observations">(`/api/patients/${part(id)}/observations`),
  alerts: (group: AlertGroup) => address<"alerts">(`/api/alerts?group=${group}`),
  alert: (id: string) => address<"alert">(`/api/alerts/${part(id)}`),
  passkeys: () => ({ ...address<"passkeys">("/api/passkeys"), isFleeting: true }),
  recoveries: () => ({ ...address<"recoveries">("/api/admin/recoveries"), isFleeting: true }),
  devices: () => ({ ...address<"devices">("/api/devices"), isFleeting: true }),
  onDuty: () => address<"on_duty">("/api/on-duty"),
  feeds: () => address<"admin_feeds">("/api/admin/feeds"),
  quarantine: (state: QuarantineState) => address<"quarantine">(`/api/admin/quarantine?state=${state}`),
  quarantined: (number: string) => address<"quarantined_message">(`/api/admin/quarantine/${part(number)}`),
  rota: () => address<"rota">("/api/admin/rota"),
  policies: () => address<"policies">("/api/admin/policies"),
  breakGlassCases: (state: BreakGlassState) => ({
    ...address<"break_glass_cases">(`/api/privacy/break-glass?state=${state}`),
    isFleeting: true,
  }),
  accounts: () => ({ ...address<"admin_accounts">("/api/admin/accounts"), isFleeting: true }),
  auditPeople: () => ({ ...address<"audit_people">("/api/audit/people"), isFleeting: true }),
  switchboard: () => address<"switchboard">("/api/switchboard"),
};

/** A path that remembers, for the compiler, what it answers. */
export interface Address<Data> {
  readonly path: string;
  readonly answers?: Data;
  /** Never kept for reading offline. */
  readonly isFleeting?: boolean;
}

function address<Name extends keyof Operations>(path: string): Address<Operations[Name]["answer"]> {
  return { path };
}

export function read<Data>(from: Address<Data>): Promise<Data> {
  return send<Data>("GET", from.path);
}

export const signIn = (body: Body<"sign_in">): Answer<"sign_in"> => send("POST", "/api/sign-in", body);
export const passkeySignInOptions = (): Answer<"passkey_sign_in_options"> =>
  send("POST", "/api/passkeys/sign-in/options", {});
export const passkeySignIn = (body: Body<"passkey_sign_in">): Answer<"passkey_sign_in"> =>
  send("POST", "/api/passkeys/sign-in", body);
export const signOut = (): Answer<"sign_out"> => send("POST", "/api/sign-out", {});
export const endDevice = (id: string): Answer<"end_device"> => send("DELETE", `/api/devices/${part(id)}`);
export const endOtherDevices = (): Answer<"end_other_devices"> => send("DELETE", "/api/devices");
export const passkeyOptions = (): Answer<"passkey_options"> => send("POST", "/api/passkeys/options", {});
export const addPasskey = (body: Body<"add_passkey">): Answer<"add_passkey"> => send("POST", "/api/passkeys", body);
export const renamePasskey = (id: string, name: string): Answer<"rename_passkey"> =>
  send("PUT", `/api/passkeys/${part(id)}`, { name });
export const removePasskey = (id: string): Answer<"remove_passkey"> => send("DELETE", `/api/passkeys/${part(id)}`);
export const stepUpOptions = (): Answer<"step_up_options"> => send("POST", "/api/step-up/options", {});
export const stepUp = (body: Body<"step_up">): Answer<"step_up"> => send("POST", "/api/step-up", body);
export const recoveryOptions = (body: Body<"recovery_options">): Answer<"recovery_options"> =>
  send("POST", "/api/recovery/options", body);
export const useRecovery = (body: Body<"use_recovery">): Answer<"use_recovery"> => send("POST", "/api/recovery", body);
export const startRecovery = (body: Body<"start_recovery">): Answer<"start_recovery"> =>
  send("POST", "/api/admin/recoveries", body);
export const confirmRecovery = (id: string): Answer<"confirm_recovery"> =>
  send("POST", `/api/admin/recoveries/${part(id)}`, {});
export const cancelRecovery = (id: string): Answer<"cancel_recovery"> =>
  send("DELETE", `/api/admin/recoveries/${part(id)}`);
export const me = (): Answer<"me"> => send("GET", "/api/me");

export const findPatients = (text: string): Answer<"find_patients"> => send("POST", "/api/patients/find", { text });
export const starPatient = (id: string, starred: boolean): Answer<"star_patient"> =>
  send("POST", `/api/patients/${part(id)}/star`, { starred });

export const breakGlass = (id: string, body: Body<"break_glass">): Answer<"break_glass"> =>
  send("POST", `/api/patients/${part(id)}/break-glass`, body);
export const endBreakGlass = (id: string): Answer<"end_break_glass"> =>
  send("DELETE", `/api/patients/${part(id)}/break-glass`);
export const reviewBreakGlass = (id: string, body: Body<"review_break_glass">): Answer<"review_break_glass"> =>
  send("POST", `/api/privacy/break-glass/${part(id)}/review`, body);

export const signOutAccount = (id: string, body: Body<"sign_out_account">): Answer<"sign_out_account"> =>
  send("POST", `/api/admin/accounts/${part(id)}/sign-out`, body);
export const disableAccount = (id: string, body: Body<"disable_account">): Answer<"disable_account"> =>
  send("POST", `/api/admin/accounts/${part(id)}/disabled`, body);
export const auditSearch = (query: Body<"audit_search">): Answer<"audit_search"> =>
  send("POST", "/api/audit/search", query);
export const auditExport = (query: Body<"audit_export">): Answer<"audit_export"> =>
  send("POST", "/api/audit/export", query);
export const auditUnusual = (query: Body<"audit_unusual">): Answer<"audit_unusual"> =>
  send("POST", "/api/audit/unusual", query);

export type AlertCallName =
  "acknowledge" | "undo" | "accept" | "seen" | "hand-over" | "snooze" | "triage" | "not-useful";
type AlertBody =
  | Body<"acknowledge_alert">
  | Body<"hand_over_alert">
  | Body<"snooze_alert">
  | Body<"triage_alert">
  | Body<"mark_alert_not_useful">;

export const actOnAlert = (id: string, act: AlertCallName, body: AlertBody): Answer<"acknowledge_alert"> =>
  send("POST", `/api/alerts/${part(id)}/${act}`, body);

export const replayMessage = (number: number, text: string | null): Answer<"replay_message"> =>
  send("POST", `/api/admin/quarantine/${number}/replay`, text === null ? {} : { text });
export const discardMessage = (number: number, reason: string): Answer<"discard_message"> =>
  send("POST", `/api/admin/quarantine/${number}/discard`, { reason });
export const changeRota = (body: Body<"change_rota">): Answer<"change_rota"> => send("PUT", "/api/admin/rota", body);
export const changePolicies = (body: Body<"change_policies">): Answer<"change_policies"> =>
  send("PUT", "/api/admin/policies", body);
