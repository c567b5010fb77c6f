// Which roles nobody holds, and when. Pure; the server has the last word when a rota is published.
import type { Gap, Shift } from "../shared/api-types.ts";

const kHour = 3_600_000;
export const kSoon = 24 * kHour;

interface Span {
  from: number;
  until: number;
}

/** Uncovered time of each role between `from` and `until`, in order. */
export function gapsOf(roles: readonly string[], shifts: readonly Shift[], from: number, until: number): Gap[] {
  return roles.flatMap((role) =>
    uncovered(spansOf(role, shifts), from, until).map((gap) => ({
      role,
      from: new Date(gap.from).toISOString(),
      until: new Date(gap.until).toISOString(),
    })),
  );
}

export function startsSoon(gap: Gap, now: number): boolean {
  return Date.parse(gap.from) < now + kSoon;
}

/** How much of the time somebody holds the role, in milliseconds. */
export function coveredTime(role: string, shifts: readonly Shift[], from: number, until: number): number {
  const open = uncovered(spansOf(role, shifts), from, until).reduce((sum, gap) => sum + gap.until - gap.from, 0);
  return until - from - open;
}

export function isValidShift(shift: Shift): boolean {
  return Date.parse(shift.until) > Date.parse(shift.from);
}

function spansOf(role: string, shifts: readonly Shift[]): Span[] {
  return shifts
    .filter((shift) => shift.role === role && shift.person !== "" && isValidShift(shift))
    .map((shift) => ({ from: Date.parse(shift.from), until: Date.parse(shift.until) }))
    .sort((a, b) => a.from - b.from);
}

function uncovered(spans: readonly Span[], from: number, until: number): Span[] {
  const gaps: Span[] = [];
  let coveredUntil = from;
  for (const span of spans) {
    if (span.from >= until) break;
    if (span.from > coveredUntil) gaps.push({ from: coveredUntil, until: span.from });
    coveredUntil = Math.max(coveredUntil, span.until);
  }
  if (coveredUntil < until) gaps.push({ from: coveredUntil, until });
  return gaps;
}
