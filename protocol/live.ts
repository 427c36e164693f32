import type { Alert } from "./alerts";
import type { LeftOutReason } from "./drop-reasons";

/** The live picture of one site, as viewers and the live routes get it. Times are milliseconds since 1970. */

export const WINDOW_LENGTHS = { "1s": 1_000, "5s": 5_000, "60s": 60_000 } as const;
export type WindowName = keyof typeof WINDOW_LENGTHS;

/** One window of arrivals: tumbling, aligned to multiples of its length. */
export interface WindowPoint {
  /** Start of the window. */
  at: number;
  events: number;
  page_views: number;
  /** Distinct visitors, at most `WINDOW_USERS`. */
  users: number;
  errors: number;
  /** Page views by page, most first, at most `WINDOW_ROUTES`, of very long addresses fewer. */
  routes: [path: string, count: number][];
  /** More came than is counted apart: `routes`, `users`, and under a filter every number, may lack some. */
  cut?: true;
}

/** Closed windows oldest first, then the running one if anything came. Windows in which nothing came are absent. */
export type WindowSeries = Record<WindowName, WindowPoint[]>;

export interface CountRow {
  value: string;
  /** Visitors now. */
  visitors: number;
}

export interface JourneyStep {
  at: number;
  type: string;
  path: string;
  name?: string;
}

export interface LiveSession {
  session_id: string;
  visitor_id: string;
  started_at: number;
  last_activity: number;
  /** Seen within the last 75 s, or with an open socket. */
  now: boolean;
  current_page: string;
  entry_page: string;
  /** The last `JOURNEY_STEPS` steps, oldest first. */
  journey: JourneyStep[];
  page_views: number;
  events: number;
  errors: number;
  engaged_ms: number;
  country: string | null;
  city: string | null;
  device: string;
  browser: string;
  os: string;
  source: string;
  channel: string;
}

/** One line of "what just happened". */
export interface FeedItem {
  /** Counts up per site; a client knows by it which items are new. */
  n: number;
  at: number;
  type: string;
  path: string;
  name?: string;
  session_id: string | null;
  country: string | null;
  city: string | null;
  latitude: number | null;
  longitude: number | null;
  device: string;
  source: string;
}

export interface TodayTotals {
  /** `YYYY-MM-DD` in the site's time zone. */
  date: string;
  page_views: number;
  visitors: number;
  sessions: number;
  events: number;
  errors: number;
  /** As of a window. */
  cut?: true;
}

export interface DropCount {
  reason: LeftOutReason;
  /** Since the site's midnight. */
  count: number;
  last_at: number;
  example: string;
}

/** The parts of a live picture that change as a whole. */
export interface LiveNumbers {
  at: number;
  /** Visitors now. */
  now: number;
  /** Open tabs and sockets of those visitors. */
  connections: number;
  /** Sessions not ended. */
  active: number;
  today: TodayTotals;
  pages: CountRow[];
  sources: CountRow[];
  countries: CountRow[];
  devices: CountRow[];
  /** What was dropped or refused today and why. */
  drops: DropCount[];
  /** When this site's very first event came; null until then. */
  first_event_at: number | null;
  last_event_at: number | null;
}

export interface LiveSnapshot extends LiveNumbers {
  site_id: string;
  windows: WindowSeries;
  /** Most recent activity first, at most `LIVE_SESSIONS_SHOWN`, of very long journeys fewer. */
  sessions: LiveSession[];
  /** Newest first, at most `FEED_ITEMS`. */
  feed: FeedItem[];
  /** Newest first: the last ones in answers to live reads, those of the last ten minutes for viewers. Absent: none. */
  alerts?: Alert[];
}

/** What changed since the last frame. Absent parts are unchanged. */
export interface LiveDelta extends Partial<Omit<LiveNumbers, "at">> {
  at: number;
  /** Windows that changed, whole; replace those with the same `at`, append the others. */
  windows?: Partial<WindowSeries>;
  /** Sessions that changed, whole. */
  sessions?: LiveSession[];
  /** Ended or fallen off the list. */
  sessions_gone?: string[];
  /** New items, newest first. */
  feed?: FeedItem[];
}

/** Narrows live numbers; a session matches when all given fields do. */
export interface LiveFilter {
  country?: string;
  /** The current page's path. */
  page?: string;
  device?: string;
  source?: string;
}
