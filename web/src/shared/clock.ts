// The server's time. Phones are often wrong by minutes, and the age of clinical data must not be.
import { signal } from "@preact/signals";

const kMinute = 60_000;
export const kHour = 60 * kMinute;

/** How far the server is ahead of this device, in milliseconds. */
let offset = 0;

/** The server's time, renewed every 15 seconds: read it in a component to keep "8min ago" true. */
export const now = signal(Date.now());

export function serverTime(): number {
  return Date.now() + offset;
}

/** Call with the server's own time whenever an answer or a heartbeat brings it. */
export function learnServerTime(instant: string): void {
  const server = Date.parse(instant);
  if (Number.isNaN(server)) return;
  offset = server - Date.now();
  now.value = serverTime();
}

export function startClock(): void {
  setInterval(() => {
    now.value = serverTime();
  }, 15_000);
}
