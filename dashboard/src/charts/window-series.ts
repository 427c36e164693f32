import type { WindowPoint } from "../../../protocol/live";

/** Windows drawn side by side, the running one included. */
export const SLOTS = 60;

/** One value a window, oldest first; the last one is of the window still running. */
export interface Series {
  /** Start of the first window, milliseconds since 1970. */
  from: number;
  /** Length of a window, milliseconds. */
  length: number;
  values: number[];
}

/** Start of the oldest of `slots` windows when it is `now`, milliseconds since 1970. */
export const firstStart = (now: number, length: number, slots = SLOTS): number =>
  (Math.floor(now / length) - slots + 1) * length;

/**
 * The last windows up to `now`, one value each. Windows in which nothing came are 0, so that time rolls on without
 * frames; windows that a clock ahead of `now` has begun are left out.
 */
export function seriesOf<Point extends Pick<WindowPoint, "at">>(
  points: readonly Point[],
  length: number,
  now: number,
  value: (point: Point) => number,
  slots = SLOTS,
): Series {
  const from = firstStart(now, length, slots);
  const values = new Array<number>(slots).fill(0);
  for (const point of points) {
    const slot = (point.at - from) / length;
    if (slot >= 0 && slot < slots) values[slot] = value(point);
  }
  return { from, length, values };
}

/** Errors among events, 0 to 1; 0 when nothing came. */
export const errorRate = (counts: { errors: number; events: number }): number =>
  counts.events === 0 ? 0 : counts.errors / counts.events;

/** Page views by page over the windows drawn, most first. Equal ones stay in the order of their names. */
export function topRoutes(
  points: readonly WindowPoint[],
  length: number,
  now: number,
  limit: number,
): [path: string, count: number][] {
  const from = firstStart(now, length);
  const counts = new Map<string, number>();
  for (const point of points) {
    if (point.at < from) continue;
    for (const [path, count] of point.routes) counts.set(path, (counts.get(path) ?? 0) + count);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit);
}

/** Sums of what came since `since`, from one-second windows. */
export function sumSince(
  points: readonly WindowPoint[],
  since: number,
): Pick<WindowPoint, "events" | "page_views" | "errors"> {
  const sum = { events: 0, page_views: 0, errors: 0 };
  for (const point of points) {
    if (point.at < since) continue;
    sum.events += point.events;
    sum.page_views += point.page_views;
    sum.errors += point.errors;
  }
  return sum;
}
