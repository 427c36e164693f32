import type { DropCount, LiveFilter, TodayTotals, WindowName } from "./live";

/** What programs that know a room by its messages get. Names as in `/api/analytics`; times as ISO 8601. */

export interface LiveStats {
  /** Sessions not ended. */
  total_active: number;
  /** Page views today. */
  total_today: number;
  /** Visitors now, by page. */
  pages_visited: Record<string, number>;
}

export interface LiveEvent {
  type: string;
  /** Of a custom event. */
  name?: string;
  page: string;
  session_id: string | null;
  timestamp: string;
  country: string | null;
  metadata: { device: string; referrer: string };
}

export interface VisitorUpdate {
  /** The newest. */
  event: LiveEvent;
  /** How many came since the message before, this one among them. */
  events: number;
  stats: LiveStats;
}

export interface SessionActivity {
  session_id: string;
  current_page: string;
  /** Pages in the order in which they were seen. */
  journey: string[];
  /** Seconds. */
  duration: number;
}

/** One window of arrivals. */
export interface WindowCounts {
  /** Its start. */
  at: string;
  events: number;
  page_views: number;
  users: number;
  errors: number;
  /** Errors by event; 0 without events. */
  error_rate: number;
  routes: Record<string, number>;
  /** Of a filtered read: as in `WindowPoint`. */
  cut?: true;
}

export interface ClosedWindow extends WindowCounts {
  window: WindowName;
}

export interface WindowReply {
  window: WindowName;
  /** The running one, empty if nothing came in it. */
  current: WindowCounts;
  /** Newest last. */
  closed: WindowCounts[];
}

/** Live totals as `GET /api/analytics/detailed` has them. */
export interface DetailedStats {
  /** As asked, if the request had one. */
  id?: string;
  filter: LiveFilter;
  summary: LiveStats;
  now: number;
  connections: number;
  /** `date` is null where sites of several time zones are counted together. */
  today: Omit<TodayTotals, "date"> & { date: string | null };
  per_page: Record<string, number>;
  per_country: Record<string, number>;
  per_device: Record<string, number>;
  per_referrer: Record<string, number>;
  windows: Record<WindowName, WindowReply>;
  dropped: DropCount[];
  generated_at: string;
  /** This and the next two: of several sites. */
  per_site?: DetailedSite[];
  /** Lists of which some site shows its first rows only. */
  cut?: string[];
  sites?: SitesCounted;
}

/** One site among several. */
export interface DetailedSite {
  site: string;
  name: string;
  now: number;
  connections: number;
  total_active: number;
  total_today: number;
  last_event_at: string | null;
}

/** Of how many sites figures are, and which are missing in them. */
export interface SitesCounted {
  count: number;
  partial: boolean;
  failed: { site: string; reason: string }[];
  left_out: number;
}

/** What a viewer did on its dashboard. */
export interface DashboardAction {
  action: string;
  details: Record<string, unknown>;
  user_id: string;
  at: string;
}
