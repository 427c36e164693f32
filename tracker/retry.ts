import { MOST_DOUBLINGS } from "./numbers";

/** Statuses after which the same request may succeed; none is no answer at all. */
export const isTransient = (status?: number): boolean => /^(u|5|408|429)/.test(`${status}`);

/**
 * Milliseconds until the next try: doubling from a second on, by chance up to twice as long, never less than `retryAfter`
 * seconds.
 */
export const retryDelay = (failures: number, retryAfter: string | null | undefined, chance = Math.random()): number =>
  1e3 * Math.max(Number(retryAfter) || 0, (1 + chance) * 2 ** Math.min(failures, MOST_DOUBLINGS));
