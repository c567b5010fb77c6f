// Wall-clock time at the hospital. Times are shown and typed in the hospital's zone, never the phone's.
import { signal } from "@preact/signals";

/** IANA zone of the site; set at sign-in. */
export const siteZone = signal("Europe/London");

export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

export function wallTime(instant: number, zone: string = siteZone.value): WallTime {
  const fields: Record<string, number> = {};
  for (const part of formatterFor(zone).formatToParts(instant)) fields[part.type] = Number(part.value);
  return {
    year: fields.year ?? 0,
    month: fields.month ?? 1,
    day: fields.day ?? 1,
    hour: fields.hour ?? 0,
    minute: fields.minute ?? 0,
    second: fields.second ?? 0,
  };
}

/**
 * The instant of a wall time. In the hour that a clock change skips, the time after the change;
 * in the hour that it repeats, the first of the two.
 */
export function instantOf(wall: Omit<WallTime, "second">, zone: string = siteZone.value): number {
  const asIfUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const kHalfDay = 12 * 3_600_000;
  const early = asIfUtc - offsetAt(asIfUtc - kHalfDay, zone);
  const late = asIfUtc - offsetAt(asIfUtc + kHalfDay, zone);
  const matches = [early, late].filter((candidate) => candidate + offsetAt(candidate, zone) === asIfUtc);
  return matches.length > 0 ? Math.min(...matches) : Math.max(early, late);
}

function offsetAt(instant: number, zone: string): number {
  const wall = wallTime(instant, zone);
  const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return shown - Math.floor(instant / 1000) * 1000;
}
