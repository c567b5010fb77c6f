// Reading dates and times as people type them. The browser's own date fields follow the phone's
// locale ("11/12/2026, 08:00 PM"), which clinical screens must not (CUI D+Ta-0006).
import { instantOf } from "./zone.ts";

const kMonths = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `21-Nov-2026 08:00`, also with spaces or without the hyphens. Null when it is not a real date and time. */
export function parseDateTime(typed: string): number | null {
  const match = /^\s*(\d{1,2})[-\s]([a-z]{3})[a-z]*[-\s](\d{4})[\s,]+(\d{1,2}):(\d{2})\s*$/i.exec(typed);
  if (!match) return null;
  const [, day = "", monthName = "", year = "", hour = "", minute = ""] = match;
  const month = kMonths.indexOf(monthName.toLowerCase()) + 1;
  const wall = { year: Number(year), month, day: Number(day), hour: Number(hour), minute: Number(minute) };
  return isRealDate(wall) && wall.hour < 24 && wall.minute < 60 ? instantOf(wall) : null;
}

/** `20:00` as minutes of the day. Null when it is not a time. */
export function parseTimeOfDay(typed: string): number | null {
  const match = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(typed);
  if (!match) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2]);
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

export function writeTimeOfDay(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isRealDate({ year, month, day }: { year: number; month: number; day: number }): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
