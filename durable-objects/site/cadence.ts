import { FRAMES_PER_SECOND, FRAMES_PER_SECOND_LEAST, SENDS_PER_SECOND } from "../../protocol/limits";

/** Milliseconds between frames: ten a second, fewer with very many viewers so that sends stay bounded, never under two. */
export function frameInterval(viewers: number): number {
  const rate = Math.min(FRAMES_PER_SECOND, SENDS_PER_SECOND / Math.max(1, viewers));
  return 1_000 / Math.max(FRAMES_PER_SECOND_LEAST, rate);
}

/** How long to wait before the next frame: nothing after a pause (the first change is told at once), else the rest of the interval. */
export function frameDelay(lastFrameAt: number, now: number, viewers: number): number {
  // A clock that was set back must not make viewers wait until it has caught up.
  return Math.max(0, Math.min(lastFrameAt, now) + frameInterval(viewers) - now);
}

/** Backoff of a failing flush, milliseconds: 2 s doubling to 30 s, never giving up: soon after D1 is back all is there. */
export function flushBackoff(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(failures, 20));
}
