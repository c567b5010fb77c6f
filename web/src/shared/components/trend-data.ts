// Which results of a test can be drawn, and in what range. Pure.
import type { Amount, ResultValue } from "../api-types.ts";

export interface TrendPoint {
  at: number;
  number: number;
  value: Amount;
  flag: ResultValue["flag"];
}

const kNotDrawn: readonly ResultValue["status"][] = ["entered-in-error", "cancelled", "registered"];

/** Withdrawn results and results without a number or a time are in the table only. Oldest first. */
export function plottable(points: readonly ResultValue[]): TrendPoint[] {
  return points
    .flatMap((point) => {
      const { value, taken_at: taken } = point;
      const isDrawn = value !== null && value.number !== null && taken !== null && !kNotDrawn.includes(point.status);
      return isDrawn ? [{ at: Date.parse(taken), number: value.number ?? 0, value, flag: point.flag }] : [];
    })
    .sort((a, b) => a.at - b.at);
}

/** From all points of the test, not those in view: changing the period must not rescale the values. */
export function yRange(points: readonly TrendPoint[], low: number | null, high: number | null): [number, number] {
  const values = points.map((point) => point.number);
  if (low !== null) values.push(low);
  if (high !== null) values.push(high);
  if (values.length === 0) return [0, 1];
  const min = Math.min(...values);
  const max = Math.max(...values);
  const margin = (max - min || Math.abs(max) || 1) * 0.15;
  const bottom = min - margin;
  return [min >= 0 ? Math.max(0, bottom) : bottom, max + margin];
}

export type Period = "3d" | "2w" | "3m" | "1y";

const kDay = 24 * 3_600_000;
const kPeriods: Record<Period, number> = { "3d": 3 * kDay, "2w": 14 * kDay, "3m": 91 * kDay, "1y": 365 * kDay };
export const kPeriodNames: readonly Period[] = ["3d", "2w", "3m", "1y"];

/** A little room at the right, so that the newest point is not cut by the edge. */
export function periodWindow(period: Period, now: number): { from: number; to: number } {
  const length = kPeriods[period];
  return { from: now - length, to: now + length * 0.03 };
}

/** The shortest period with at least three points; the longest when none has. */
export function usefulPeriod(points: readonly TrendPoint[], now: number): Period {
  for (const period of kPeriodNames) {
    const { from } = periodWindow(period, now);
    if (points.filter((point) => point.at >= from).length >= 3) return period;
  }
  return "1y";
}
