const FIRST = 1_000;
const LONGEST = 30_000;
/** Spread, so that viewers cut off together do not come back together. */
const JITTER = 0.5;

/**
 * Milliseconds to wait before an attempt: none before the first, then 1 s doubling to 30 s, each up to half longer by
 * `random` (0 to 1) and never over 30 s.
 */
export function retryDelay(attempt: number, random: number): number {
  if (attempt <= 0) return 0;
  const base = Math.min(LONGEST / (1 + JITTER), FIRST * 2 ** (attempt - 1));
  return base * (1 + JITTER * random);
}
