import {
  WINDOW_PATHS,
  WINDOW_POINTS,
  WINDOW_ROUTES,
  WINDOW_ROUTES_CHARACTERS,
  WINDOW_USERS,
} from "../../../protocol/limits";
import { WINDOW_LENGTHS, type WindowName, type WindowPoint, type WindowSeries } from "../../../protocol/live";
import { type VisitorSet, visitorKey } from "./visitor-set";

/** Rolling windows of 1 s, 5 s and 60 s by time of arrival: closed points as numbers, the running one with its sets. */
export interface Windows {
  closed: WindowSeries;
  running: Record<WindowName, RunningWindow | null>;
  /** 60-second points that closed and wait for the hourly write. */
  unwritten: WindowPoint[];
}

export interface RunningWindow {
  at: number;
  events: number;
  page_views: number;
  errors: number;
  /** The first `WINDOW_USERS` visitors. */
  users: VisitorSet;
  /** Page views of the first `WINDOW_PATHS` pages. */
  routes: Map<string, number>;
  /** There were more visitors or pages than that. */
  cut?: true;
}

export interface Arrival {
  type: string;
  path: string;
}

export const WINDOW_NAMES = ["1s", "5s", "60s"] as const satisfies readonly WindowName[];

export function emptyWindows(): Windows {
  return {
    closed: { "1s": [], "5s": [], "60s": [] },
    running: { "1s": null, "5s": null, "60s": null },
    unwritten: [],
  };
}

/** Closes every window that ended by `now`. */
export function rollWindows(windows: Windows, now: number): void {
  for (const name of WINDOW_NAMES) {
    const running = windows.running[name];
    if (!running || running.at + WINDOW_LENGTHS[name] > now) continue;
    const point = pointOf(running);
    const closed = windows.closed[name];
    closed.push(point);
    if (closed.length > WINDOW_POINTS) closed.splice(0, closed.length - WINDOW_POINTS);
    if (name === "60s") windows.unwritten.push(point);
    windows.running[name] = null;
  }
}

/** A last window that lies further ahead is from before the clock was set back. */
const SET_BACK = 60_000;

/**
 * When a window of `length` that opens at `now` begins: behind the last one that closed, since what arrived just before its
 * end may be counted just after, and no two may begin at the same time.
 */
export function windowStart(closed: readonly { at: number }[], length: number, now: number): number {
  const start = Math.floor(now / length) * length;
  const last = closed.at(-1)?.at;
  return last === undefined || last < start || last > now + SET_BACK ? start : last + length;
}

/** Counts arrivals of one visitor (null: without id) at `now`. */
export function addArrivals(windows: Windows, now: number, visitor: string | null, arrivals: readonly Arrival[]): void {
  rollWindows(windows, now);
  const user = visitor === null ? null : visitorKey(visitor);
  for (const name of WINDOW_NAMES) {
    const length = WINDOW_LENGTHS[name];
    let running = windows.running[name];
    if (!running) {
      running = {
        at: windowStart(windows.closed[name], length, now),
        events: 0,
        page_views: 0,
        errors: 0,
        users: new Set(),
        routes: new Map(),
      };
      windows.running[name] = running;
    }
    running.events += arrivals.length;
    if (user !== null) {
      if (running.users.size < WINDOW_USERS) running.users.add(user);
      else if (!running.users.has(user)) running.cut = true;
    }
    for (const { type, path } of arrivals) {
      if (type === "error") running.errors++;
      if (type !== "pageview") continue;
      running.page_views++;
      const count = running.routes.get(path);
      if (count === undefined && running.routes.size >= WINDOW_PATHS) running.cut = true;
      else running.routes.set(path, (count ?? 0) + 1);
    }
  }
}

/** Those with most page views, and whether long ones left room for fewer than a window tells. */
export function topRoutes(routes: ReadonlyMap<string, number>): Pick<WindowPoint, "routes" | "cut"> {
  const top = [...routes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, WINDOW_ROUTES);
  let left = WINDOW_ROUTES_CHARACTERS;
  const end = top.findIndex(([path], i) => {
    left -= path.length;
    return left < 0 && i > 0;
  });
  return end === -1 ? { routes: top } : { routes: top.slice(0, end), cut: true };
}

function pointOf(running: RunningWindow): WindowPoint {
  return {
    at: running.at,
    events: running.events,
    page_views: running.page_views,
    users: running.users.size,
    errors: running.errors,
    ...topRoutes(running.routes),
    ...(running.cut && { cut: running.cut }),
  };
}

/** Closed points of one series from `since` on, and the running one, as of `now`. */
export function seriesSince(windows: Windows, name: WindowName, since: number, now: number): WindowPoint[] {
  rollWindows(windows, now);
  const points = windows.closed[name].filter((p) => p.at >= since);
  const running = windows.running[name];
  if (running && running.at >= since) points.push(pointOf(running));
  return points;
}
