// Who is signed in. A session that ends leaves the screens in place, hidden, so that signing in
// again continues where the person was; another person always starts afresh.
import { effect, signal } from "@preact/signals";
import { CallFailure, refusal, setCsrfToken } from "./api.ts";
import type { Me, Permission } from "./api-types.ts";
import * as calls from "./calls.ts";
import { startLive, stopLive } from "./live.ts";
import * as cache from "./offline-cache.ts";
import { rememberLanguage } from "./i18n.ts";
import { startServiceWorker } from "./new-version.ts";
import { forgetResources } from "./resources.ts";
import { replace } from "./router.tsx";
import { rememberTheme } from "./theme.ts";
import { siteZone } from "./zone.ts";

export type SessionState =
  { phase: "starting" } | { phase: "signed_out"; reason: SignedOutReason } | { phase: "signed_in"; me: Me };

/** `expired` and `locked` keep the place; the others start afresh. */
export type SignedOutReason = "none" | "expired" | "locked" | "revoked" | "signed_out" | "unreachable";

export const session = signal<SessionState>({ phase: "starting" });

/** The person whose screens are still there behind the sign-in form. */
export const keptPerson = signal<Me | null>(null);

/** Changes with the person: screens drawn for one are never reused for the next. */
export const personSerial = signal(0);

const forgetters: Array<() => void> = [];

/** State kept outside a screen registers here how it is cleared for the next person. */
export function onForget(forget: () => void): void {
  forgetters.push(forget);
}

const kMePath = "/api/me";
/** Says that a session is worth asking for, so that a first visit makes no refused call. */
const kHint = "wardlight.session";
const kLocked = "locked";

export async function startSession(): Promise<void> {
  watchRefusals();
  watchIdleness();
  const hint = readStored(kHint);
  if (hint === null) return signedOut("none");
  if (hint === kLocked) return signedOut("locked");
  if (await enterFromCache()) {
    // The kept screens may be read at once; whether the session still holds is asked meanwhile.
    if (isIdleTooLong()) await lock();
    else void confirmSession();
    return;
  }
  await confirmSession();
}

async function confirmSession(): Promise<void> {
  try {
    await enter(await calls.me());
  } catch (problem) {
    const isRefused = problem instanceof CallFailure && problem.kind === "signed_out";
    if (isRefused) await leave(problem.where === "revoked" ? "revoked" : "expired");
    else if (session.value.phase !== "signed_in") await leave("unreachable");
  }
}

/** The screens go at once; then, if the server can be asked, whether they may come back. */
async function endedByServer(): Promise<void> {
  await leave("expired");
  await calls.me().catch(async (problem) => {
    if (problem instanceof CallFailure && problem.where === "revoked") await leave("revoked");
  });
}

/** Call after the server has accepted the password (and the code). */
export async function continueAfterSignIn(): Promise<void> {
  const me = await calls.me();
  const before = keptPerson.value;
  const isSamePerson = before?.account.id === me.account.id;
  if (before && !isSamePerson) forgetScreens();
  lastTouch = Date.now();
  writeStored(kTouched, String(lastTouch));
  await enter(me);
}

export async function signOut(): Promise<void> {
  const ended = endOnServer();
  forgetScreens();
  await leave("signed_out");
  await ended;
}

/** Without a network the server's session ends by itself; this device forgets at once either way. */
async function endOnServer(): Promise<void> {
  await calls.signOut().catch(() => {});
  // The server's answer clears what this site has stored; what is not about a patient comes back.
  rememberTheme();
  rememberLanguage();
  startServiceWorker();
}

export function currentMe(): Me | null {
  return session.value.phase === "signed_in" ? session.value.me : keptPerson.value;
}

export function may(permission: Permission): boolean {
  return currentMe()?.permissions.includes(permission) ?? false;
}

async function enter(me: Me): Promise<void> {
  setCsrfToken(me.csrf);
  siteZone.value = me.site.zone;
  writeStored(kHint, "yes");
  try {
    // Before the first screen asks for data: what it reads must be kept.
    await cache.openFor(me);
    await cache.keep(kMePath, me);
  } catch {
    // Private windows may have no storage: everything works but reading offline.
  }
  keptPerson.value = me;
  const wasSignedIn = session.value.phase === "signed_in";
  session.value = { phase: "signed_in", me };
  if (!wasSignedIn) startLive(() => void endedByServer());
}

async function enterFromCache(): Promise<boolean> {
  try {
    if (!(await cache.reopen())) return false;
    const kept = await cache.recall<Me>(kMePath);
    if (!kept) return false;
    setCsrfToken(kept.data.csrf);
    siteZone.value = kept.data.site.zone;
    keptPerson.value = kept.data;
    session.value = { phase: "signed_in", me: kept.data };
    startLive(() => void endedByServer());
    return true;
  } catch {
    return false;
  }
}

async function leave(reason: SignedOutReason): Promise<void> {
  stopLive();
  // Whoever ended this from elsewhere does not know who holds the device now.
  if (reason === "revoked") forgetScreens();
  setCsrfToken("");
  writeStored(kHint, reason === "locked" ? kLocked : null);
  signedOut(reason);
  await cache.wipe().catch(() => {});
}

function signedOut(reason: SignedOutReason): void {
  session.value = { phase: "signed_out", reason };
}

/** Nothing of one person may be left when another signs in: screens, data, what was typed. */
function forgetScreens(): void {
  keptPerson.value = null;
  personSerial.value++;
  replace("/");
  forgetResources();
  for (const forget of forgetters) forget();
}

function watchRefusals(): void {
  effect(() => {
    const refused = refusal.value;
    if (refused === null || session.peek().phase !== "signed_in") return;
    void leave(refused.isRevoked ? "revoked" : "expired");
  });
}

/** Screens that must stay lit without anybody touching them (the switchboard). */
export const isUnattended = signal(false);

const kTouched = "wardlight.touched";
let lastTouch = Number(readStored(kTouched)) || Date.now();

function watchIdleness(): void {
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(name, touch, { passive: true });
  setInterval(lockWhenIdle, 5_000);
  document.addEventListener("visibilitychange", lockWhenIdle);
}

function touch(): void {
  // Written now and then, so that a frozen and reloaded page still knows how long it lay untouched.
  const isWorthWriting = Date.now() - lastTouch > 5_000;
  if (isWorthWriting && isIdleTooLong()) return;
  lastTouch = Date.now();
  if (isWorthWriting) writeStored(kTouched, String(lastTouch));
}

function lockWhenIdle(): void {
  if (isIdleTooLong()) void lock();
}

function isIdleTooLong(): boolean {
  const state = session.value;
  if (state.phase !== "signed_in" || isUnattended.value) return false;
  const limit = state.me.idle_lock_seconds * 1000;
  return limit > 0 && Date.now() - lastTouch > limit;
}

async function lock(): Promise<void> {
  const ended = endOnServer();
  await leave("locked");
  await ended;
  writeStored(kHint, kLocked);
}

function readStored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function writeStored(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Without storage each start asks for the password.
  }
}
