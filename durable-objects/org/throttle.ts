/** Failed tries of one account or address. */
export interface Tries {
  failures: number;
  last_at: number;
}

const FREE = 5;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 15 * 60_000;

/** Milliseconds until the next try is allowed: five are free, then 30 s doubling to 15 min after each failure. */
export function waitFor(tries: Tries | null, now: number): number {
  if (!tries || tries.failures < FREE) return 0;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(20, tries.failures - FREE));
  return Math.max(0, tries.last_at + wait - now);
}

/** Failures are forgotten a day after the last one. */
export function afterFailure(tries: Tries | null, now: number): Tries {
  const forgotten = !tries || now - tries.last_at > 24 * 3_600_000;
  return { failures: forgotten ? 1 : tries.failures + 1, last_at: now };
}
