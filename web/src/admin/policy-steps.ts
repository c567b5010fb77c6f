// What makes the steps of a policy sound. Pure.
import type { Policies, PolicyStep } from "../shared/api-types.ts";

export const kSwitchboard = "switchboard";
const kAlwaysThere = ["ward_nurse"];

/** Each step later than the one before, and the switchboard screen last: no chain ends silently. */
export function stepsAreInOrder(steps: readonly PolicyStep[]): boolean {
  const last = steps.at(-1);
  if (!last || last.to !== kSwitchboard) return false;
  return steps.every((step, index) => index === 0 || step.after_seconds > (steps[index - 1]?.after_seconds ?? 0));
}

/** The new step stands before the last, half way between its neighbours; the last moves if it must. */
export function withStepAdded(steps: readonly PolicyStep[], to: string): PolicyStep[] {
  const before = steps.slice(0, -1);
  const last = steps.at(-1) ?? { after_seconds: 0, to: kSwitchboard };
  const kTenMinutes = 600;
  const added = { after_seconds: (before.at(-1)?.after_seconds ?? 0) + kTenMinutes, to };
  const lastAt = Math.max(last.after_seconds, added.after_seconds + kTenMinutes);
  return [...before, added, { ...last, after_seconds: lastAt }];
}

/** Whom a step can go to: every role a policy names, and the ward's nurse. */
export function rolesIn(policies: Policies): string[] {
  const named = policies.policies.flatMap((policy) => policy.steps.map((step) => step.to));
  return [...new Set([...kAlwaysThere, ...named])].filter((role) => role !== kSwitchboard);
}
