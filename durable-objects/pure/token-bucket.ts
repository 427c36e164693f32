const SECOND = 1_000;

/** What a sender has taken of its share. */
export interface Bucket {
  /** Milliseconds of its rate that it has used up ahead; a second's worth empties the bucket. */
  used: number;
  /** When that was so, milliseconds since 1970. */
  at: number;
}

/**
 * Takes `cost` from a bucket that holds what a second gives, `perSecond`. Answers 0, or the milliseconds after which it would
 * be let through. A full bucket lets through a cost beyond what it holds and owes the rest, so that in the long run the
 * rate is kept whatever a message holds.
 */
export function takeTokens(bucket: Bucket, cost: number, perSecond: number, now: number): number {
  // A clock that was set back gives nothing and takes nothing.
  bucket.used = Math.max(0, bucket.used - Math.max(0, now - bucket.at));
  bucket.at = now;
  const time = (cost * SECOND) / perSecond;
  const over = bucket.used + Math.min(time, SECOND) - SECOND;
  if (over > 0) return Math.ceil(over);
  bucket.used += time;
  return 0;
}
