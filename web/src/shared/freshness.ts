// How old is what is on the screen? Pure: the same question gives the same answer in a test.
// Hazard closed here: a stale view taken as current (CUI PLI097-100, 125, 220).
import type { Source, SourceKind } from "./api-types.ts";

export const kTooOld = 12 * 3_600_000;

export interface SourceTime {
  kind: SourceKind;
  label: string;
  /** Null when the feed has never spoken. */
  at: number | null;
}

export type Freshness =
  /** Every source that matters here is speaking; the oldest time per kind. */
  | { kind: "fresh"; sources: SourceTime[] }
  /** At least one source is silent; the others may be alive. */
  | { kind: "stale"; silent: SourceTime[]; live: SourceTime[] }
  /** A kept copy, while the server is being asked for a newer one. */
  | { kind: "checking"; at: number }
  /** The server cannot be reached; this is what was true at `at`. */
  | { kind: "offline"; at: number }
  /** Too old to be shown at all. */
  | { kind: "expired"; at: number };

export interface FreshnessInput {
  /** The server's time when the data was answered. */
  answeredAt: number;
  sources: readonly Source[];
  /** The kinds of source that this screen depends on. */
  kinds: readonly SourceKind[];
  now: number;
  isReachable: boolean;
  /** Whether this is a copy from an earlier time whose successor is on its way. */
  isChecking: boolean;
}

export function freshness(input: FreshnessInput): Freshness {
  const { answeredAt, sources, kinds, now, isReachable, isChecking } = input;
  if (!isReachable || isChecking) {
    if (isTooOld(now - answeredAt)) return { kind: "expired", at: answeredAt };
    return { kind: isReachable ? "checking" : "offline", at: answeredAt };
  }
  const relevant = sources.filter((source) => kinds.includes(source.kind));
  const silent = relevant.filter((source) => isSilent(source, now));
  const live = relevant.filter((source) => !isSilent(source, now));
  if (silent.length > 0) return { kind: "stale", silent: silent.map(sourceTime), live: live.map(sourceTime) };
  return { kind: "fresh", sources: oldestPerKind(live) };
}

/** A clock set back makes the age unknown, and unknown is never fresh. */
function isTooOld(elapsed: number): boolean {
  return elapsed > kTooOld || elapsed < -60_000;
}

export function isSilent(source: Source, now: number): boolean {
  if (source.state !== "live" || source.last_message_at === null) return true;
  return now - Date.parse(source.last_message_at) > source.stale_after_seconds * 1000;
}

function sourceTime(source: Source): SourceTime {
  const at = source.last_message_at === null ? null : Date.parse(source.last_message_at);
  return { kind: source.kind, label: source.label, at };
}

function oldestPerKind(sources: readonly Source[]): SourceTime[] {
  const oldest = new Map<SourceKind, SourceTime>();
  for (const source of sources.map(sourceTime)) {
    const known = oldest.get(source.kind);
    if (!known || (source.at ?? 0) < (known.at ?? 0)) oldest.set(source.kind, source);
  }
  return [...oldest.values()];
}
