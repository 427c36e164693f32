import {
  COUNTER_SENDS_PER_SECOND,
  COUNTS_PER_SECOND_LEAST,
  FRAMES_PER_SECOND,
  FRAMES_PER_SECOND_LEAST,
  SENDS_PER_SECOND,
  SENT_BYTES_PER_SECOND,
} from "../../protocol/limits";

/** How often something is told: at most and at least so many times a second, and between them so that sends stay bounded. */
export interface Pace {
  most: number;
  least: number;
  sends: number;
}

const FRAMES: Pace = { most: FRAMES_PER_SECOND, least: FRAMES_PER_SECOND_LEAST, sends: SENDS_PER_SECOND };
/** Each send to a counter's stream goes through the Worker that holds it, and nobody looks at a counter ten times a second. */
export const COUNTS: Pace = {
  most: FRAMES_PER_SECOND,
  least: COUNTS_PER_SECOND_LEAST,
  sends: COUNTER_SENDS_PER_SECOND,
};

/** Who frames go to, and how large the last one was. */
export interface Audience {
  viewers: number;
  bytes: number;
}

/**
 * Milliseconds between frames: ten a second, fewer with very many viewers or very large frames so that sends and their
 * bytes stay bounded, never under two; or as `pace` says.
 */
export function frameInterval({ viewers, bytes }: Audience, { most, least, sends } = FRAMES): number {
  const bounded = Math.min(sends, SENT_BYTES_PER_SECOND / Math.max(1, bytes));
  const rate = Math.min(most, bounded / Math.max(1, viewers));
  return 1_000 / Math.max(least, rate);
}

/**
 * Bytes of detail (sessions, items of the feed) a frame may have: with very many viewers of a site in a rush the numbers go on
 * coming twice a second, and what does not fit follows.
 */
export function detailBytes(viewers: number): number {
  return SENT_BYTES_PER_SECOND / FRAMES_PER_SECOND_LEAST / Math.max(1, viewers);
}

/** How long to wait before the next frame: nothing after a pause (the first change is told at once), else the rest of the interval. */
export function frameDelay(lastFrameAt: number, now: number, audience: Audience, pace = FRAMES): number {
  // A clock that was set back must not make viewers wait until it has caught up.
  return Math.max(0, Math.min(lastFrameAt, now) + frameInterval(audience, pace) - now);
}

/** Backoff of a failing flush, milliseconds: 2 s doubling to 30 s, never giving up: soon after D1 is back all is there. */
export function flushBackoff(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(failures, 20));
}
