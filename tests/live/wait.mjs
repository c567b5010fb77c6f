// Waiting for a condition, never for a time.
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MILLISECONDS = 10;

/** Asks until the answer is truthy and gives it back; fails with `what` at the deadline. */
export async function until(what, ask, deadlineMilliseconds = 30_000) {
  const end = Date.now() + deadlineMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${deadlineMilliseconds} ms: ${what}`);
    await pause(POLL_MILLISECONDS);
  }
}

/** The promise, or a failure that says what was waited for. */
export async function within(what, promise, milliseconds = 30_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms: ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
