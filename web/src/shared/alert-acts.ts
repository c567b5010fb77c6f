// Acting on alerts. Nothing is shown as done before the server says so; a card stays where it was
// for its ten seconds of undo; somebody faster is told, never overwritten.
import { signal } from "@preact/signals";
import { CallFailure, type FailureKind } from "./api.ts";
import type { AlertCard, TriageOutcome } from "./api-types.ts";
import * as calls from "./calls.ts";
import { serverTime } from "./clock.ts";
import { refreshTopic, updateLoaded } from "./resources.ts";
import { onForget } from "./session.ts";

export type Act =
  | { name: "acknowledge" | "undo" | "accept" | "seen" }
  | { name: "hand-over"; to: string }
  | { name: "snooze"; until: string; reason: string }
  | { name: "triage"; outcome: TriageOutcome; reason?: string }
  | { name: "not-useful"; reason: string };

/** What the last act on an alert came to, until the next one. */
export type ActState =
  | { kind: "sending"; act: Act["name"] }
  | { kind: "done"; act: Act["name"] }
  | { kind: "conflict" }
  | { kind: "failed"; act: Act["name"]; why: FailureKind };

export interface Touched {
  state: ActState;
  /** The newest card known, once there is an answer. */
  card: AlertCard | null;
  /** Until this time (server's) the card stays in the list it was in. */
  holdUntil: number;
}

const kHoldAfterConflict = 30_000;
const kHoldAfterAct = 10_000;

/** By alert id: the alerts this person acted on since signing in. */
export const touched = signal<ReadonlyMap<string, Touched>>(new Map());

export async function act(alert: AlertCard, what: Act): Promise<boolean> {
  note(alert.id, { state: { kind: "sending", act: what.name }, card: null, holdUntil: Infinity });
  try {
    const { alert: after } = await calls.actOnAlert(alert.id, what.name, bodyOf(alert, what));
    // A withdrawn alert that was noticed has no more to say; everything else stays for its undo.
    const holdUntil = what.name === "seen" ? 0 : holdAfter(after);
    settle(after, { kind: "done", act: what.name }, holdUntil);
    refreshTopic("alerts");
    return true;
  } catch (problem) {
    const failure = problem instanceof CallFailure ? problem : new CallFailure("broken");
    if (failure.kind === "conflict" && failure.alert) {
      settle(failure.alert, { kind: "conflict" }, serverTime() + kHoldAfterConflict);
    } else {
      note(alert.id, { state: { kind: "failed", act: what.name, why: failure.kind }, card: null, holdUntil: 0 });
    }
    return false;
  }
}

/** Tells the server that the alert was opened; nobody waits for the answer. */
export function reportSeen(alert: AlertCard): void {
  calls.actOnAlert(alert.id, "seen", { version: alert.version }).catch(() => {
    // Being seen is a courtesy to the team; the escalation does not depend on it.
  });
}

onForget(() => {
  touched.value = new Map();
});

function bodyOf(alert: AlertCard, what: Act): Parameters<typeof calls.actOnAlert>[2] {
  const { name: _, ...rest } = what;
  return { version: alert.version, ...rest };
}

function holdAfter(alert: AlertCard): number {
  const undoUntil = alert.undo_until ? Date.parse(alert.undo_until) : 0;
  return Math.max(undoUntil, serverTime() + kHoldAfterAct);
}

function settle(card: AlertCard, state: ActState, holdUntil: number): void {
  note(card.id, { state, card, holdUntil });
  updateLoaded((data) => replaceCard(data, card));
}

function note(id: string, entry: Touched): void {
  touched.value = new Map(touched.value).set(id, entry);
}

/** Puts the newer card into any answer that holds an older one. */
export function replaceCard(data: unknown, card: AlertCard): unknown {
  if (typeof data !== "object" || data === null) return data;
  if ("alert" in data && isOlder(data.alert, card)) return { ...data, alert: card };
  if ("alerts" in data && Array.isArray(data.alerts) && data.alerts.some((one) => isOlder(one, card))) {
    return { ...data, alerts: data.alerts.map((one: AlertCard) => (isOlder(one, card) ? card : one)) };
  }
  return data;
}

function isOlder(candidate: unknown, card: AlertCard): boolean {
  const one = candidate as AlertCard | null;
  return one?.id === card.id && one.version < card.version;
}

/**
 * What a list should show: what the server sent, plus the cards just acted on that the server has
 * already moved elsewhere, each where it was before.
 */
export function withHeldCards(
  sent: readonly AlertCard[],
  shownBefore: readonly string[],
  acts: ReadonlyMap<string, Touched>,
  now: number,
): AlertCard[] {
  const cards = [...sent];
  for (const [index, id] of shownBefore.entries()) {
    const entry = acts.get(id);
    const isHeld = entry?.card && entry.holdUntil > now && !cards.some((card) => card.id === id);
    if (isHeld && entry.card) cards.splice(Math.min(index, cards.length), 0, entry.card);
  }
  return cards;
}
