/** Failed tries to sign in, of one account or from one address. */
export interface Tries {
  failures: number;
  /** Of the last one, milliseconds since 1970. */
  at: number;
}

export const NO_TRIES: Tries = { failures: 0, at: 0 };

const FIRST_WAIT = 15_000;
const LONGEST_WAIT = 15 * 60_000;
/** Failures are forgotten this long after the last one. */
export const TRIES_LIFE = 24 * 3_600_000;

/**
 * Milliseconds until the next try is looked at: none for the first `free` failures, then 15 s, doubling up to 15 minutes.
 */
export function throttle(tries: Tries, free: number, now: number): number {
  if (tries.failures < free || now - tries.at >= TRIES_LIFE) return 0;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries.failures - free));
  return Math.max(0, tries.at + wait - now);
}

/** The tries after one more failure. */
export function withFailure(tries: Tries, now: number): Tries {
  const failures = now - tries.at >= TRIES_LIFE ? 0 : tries.failures;
  return { failures: failures + 1, at: now };
}
