// The only file that calls fetch. Screens use calls.ts (acts) and resources.ts (data).
import { signal } from "@preact/signals";
import type { AlertCard, ErrorCode } from "./api-types.ts";

const kTimeout = 12_000;

/** Why a call did not succeed, in the terms a screen needs to say it. */
export type FailureKind =
  "unreachable" | "signed_out" | "no_access" | "not_found" | "conflict" | "busy" | "invalid" | "broken";

export class CallFailure extends Error {
  readonly kind: FailureKind;
  readonly where: string | null;
  /** The server's words, for administrators' forms only. */
  readonly detail: string | null;
  /** After a conflict: the alert as it is now. */
  readonly alert: AlertCard | null;

  constructor(
    kind: FailureKind,
    more: { where?: string | null; detail?: string | null; alert?: AlertCard | null } = {},
  ) {
    super(kind);
    this.kind = kind;
    this.where = more.where ?? null;
    this.detail = more.detail ?? null;
    this.alert = more.alert ?? null;
  }
}

/** Proves to the server that a change comes from this app; from /api/me. */
let csrfToken = "";
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** The last 401 to a call that needs a session; another object each time. */
export const refusal = signal<{ isRevoked: boolean } | null>(null);

/** False after a call that did not get through, true after one that did. */
export const lastCallArrived = signal(true);

type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function send<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const response = await attempt(method, path, body);
  if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as Answer;
  throw await failureOf(response, path);
}

async function attempt(method: Method, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-wardlight-csrf"] = csrfToken;
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    const response = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(kTimeout),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    lastCallArrived.value = true;
    return response;
  } catch {
    lastCallArrived.value = false;
    throw new CallFailure("unreachable");
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new CallFailure("broken");
  }
}

/** A 401 from these says that the proof was wrong, not that a session ended. */
const kSignInPaths = ["/api/sign-in", "/api/passkeys/sign-in", "/api/recovery/options", "/api/recovery"];

interface ErrorBody {
  error?: { code?: ErrorCode; message?: string; where?: string };
  alert?: AlertCard;
}

async function failureOf(response: Response, path: string): Promise<CallFailure> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody;
  const more = { where: body.error?.where ?? null, detail: body.error?.message ?? null, alert: body.alert ?? null };
  if (response.status === 401 && !kSignInPaths.includes(path)) refusal.value = { isRevoked: more.where === "revoked" };
  return new CallFailure(kindOfStatus(response.status), more);
}

export function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return "signed_out";
    case 403:
      return "no_access";
    case 404:
    case 410:
      return "not_found";
    case 409:
      return "conflict";
    case 429:
    case 503:
      return "busy";
    case 502:
    case 504:
      return "unreachable";
    case 400:
    case 412:
    case 413:
    case 422:
      return "invalid";
    default:
      return "broken";
  }
}
