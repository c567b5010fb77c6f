// What makes the steps of a policy sound. Pure; the server has the last word.
import type { Policies, PolicyRoute, PolicyStep } from "../shared/api-types.ts";

export const kSwitchboard = "switchboard";
export const kAny = "*";
const kAlwaysThere = ["ward_nurse", "owner_team"];
const kTenMinutes = 600;
const kLongestWait = 24 * 3600;

/** The switchboard screen is the last step and only the last: no chain ends silently. */
export function endsAtSwitchboard(steps: readonly PolicyStep[]): boolean {
  const isLast = (index: number) => index === steps.length - 1;
  return steps.length > 0 && steps.every((step, index) => (step.to === kSwitchboard) === isLast(index));
}

export function waitsAreAllowed(steps: readonly PolicyStep[]): boolean {
  return steps.every((step) => step.after_seconds >= 0 && step.after_seconds <= kLongestWait);
}

/** The new step stands before the last. */
export function withStepAdded(steps: readonly PolicyStep[], to: string): PolicyStep[] {
  const last = steps.at(-1) ?? { after_seconds: kTenMinutes, to: kSwitchboard };
  return [...steps.slice(0, -1), { after_seconds: kTenMinutes, to }, last];
}

/** Minutes from the opening of an alert until a step is reached. */
export function minutesUntil(steps: readonly PolicyStep[], index: number): number {
  const seconds = steps.slice(0, index + 1).reduce((sum, step) => sum + step.after_seconds, 0);
  return Math.round(seconds / 60);
}

/** Whom a step can go to: every role a policy names, the ward's nurse, the team. */
export function rolesIn(policies: Policies): string[] {
  const named = policies.policies.flatMap((policy) => policy.steps.map((step) => step.to));
  return [...new Set([...kAlwaysThere, ...named])].filter((role) => role !== kSwitchboard);
}

/** A window of hours has both ends or none, and they differ. */
export function isSoundWindow(route: PolicyRoute): boolean {
  const { from_minute: from, until_minute: until } = route;
  if (from === null || until === null) return from === until;
  return from !== until;
}

/** The last route catches what no other did; without it an alert could go nowhere. */
export function matchesEverything(route: PolicyRoute): boolean {
  return route.rule === kAny && route.severity === kAny && route.ward === null && route.from_minute === null;
}
