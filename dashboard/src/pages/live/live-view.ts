import { LIVE_SESSIONS_SHOWN } from "../../../../protocol/limits";
import {
  type CountRow,
  type FeedItem,
  type LiveFilter,
  type LiveSession,
  type LiveSnapshot,
  WINDOW_LENGTHS,
  type WindowPoint,
  type WindowSeries,
} from "../../../../protocol/live";
import { type FilterField, feedMatches, isFiltered, matches, UNKNOWN_COUNTRY, valueOf } from "./live-filter";

/** What the page shows: the site's own numbers, or those of the sessions that match a filter. */
export interface LiveView {
  now: number;
  /** Null when filtered: connections are not told apart by session. */
  connections: number | null;
  active: number;
  page_views: number;
  pages: CountRow[];
  sources: CountRow[];
  countries: CountRow[];
  devices: CountRow[];
  windows: WindowSeries;
  sessions: LiveSession[];
  feed: FeedItem[];
  filtered: boolean;
  /** The numbers are of the listed sessions alone, and more are active than are listed. */
  cut: boolean;
}

/** Visitors now by one field, most first. Those without a country are in no row, as in the site's own numbers. */
function countBy(sessions: readonly LiveSession[], field: FilterField): CountRow[] {
  const visitors = new Map<string, Set<string>>();
  for (const session of sessions) {
    if (!session.now) continue;
    const value = valueOf(session, field);
    if (value === UNKNOWN_COUNTRY) continue;
    const seen = visitors.get(value) ?? new Set();
    visitors.set(value, seen.add(session.visitor_id));
  }
  return [...visitors]
    .map(([value, seen]) => ({ value, visitors: seen.size }))
    .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1));
}

/** Windows of what the journeys of these sessions tell. */
export function windowsOf(sessions: readonly LiveSession[]): WindowSeries {
  const windows: WindowSeries = { "1s": [], "5s": [], "60s": [] };
  for (const name of ["1s", "5s", "60s"] as const) {
    const byStart = new Map<number, { point: WindowPoint; users: Set<string>; routes: Map<string, number> }>();
    for (const session of sessions) {
      for (const step of session.journey) {
        const at = Math.floor(step.at / WINDOW_LENGTHS[name]) * WINDOW_LENGTHS[name];
        let found = byStart.get(at);
        if (!found) {
          const point: WindowPoint = { at, events: 0, page_views: 0, users: 0, errors: 0, routes: [] };
          found = { point, users: new Set(), routes: new Map() };
          byStart.set(at, found);
        }
        found.point.events++;
        found.users.add(session.visitor_id);
        if (step.type === "error") found.point.errors++;
        if (step.type === "pageview") {
          found.point.page_views++;
          found.routes.set(step.path, (found.routes.get(step.path) ?? 0) + 1);
        }
      }
    }
    for (const { point, users, routes } of byStart.values()) {
      windows[name].push({ ...point, users: users.size, routes: [...routes] });
    }
    windows[name].sort((a, b) => a.at - b.at);
  }
  return windows;
}

/** The picture under a filter. Without one it is the snapshot's own numbers; with one, those of the matching sessions. */
export function liveView(snapshot: LiveSnapshot, filter: LiveFilter): LiveView {
  if (!isFiltered(filter)) {
    return {
      now: snapshot.now,
      connections: snapshot.connections,
      active: snapshot.active,
      page_views: snapshot.today.page_views,
      pages: snapshot.pages,
      sources: snapshot.sources,
      countries: snapshot.countries,
      devices: snapshot.devices,
      windows: snapshot.windows,
      sessions: snapshot.sessions,
      feed: snapshot.feed,
      filtered: false,
      cut: false,
    };
  }
  const sessions = snapshot.sessions.filter((session) => matches(session, filter));
  return {
    now: new Set(sessions.filter((session) => session.now).map((session) => session.visitor_id)).size,
    connections: null,
    active: sessions.length,
    page_views: sessions.reduce((sum, session) => sum + session.page_views, 0),
    pages: countBy(sessions, "page"),
    sources: countBy(sessions, "source"),
    countries: countBy(sessions, "country"),
    devices: countBy(sessions, "device"),
    windows: windowsOf(sessions),
    sessions,
    feed: snapshot.feed.filter((item) => feedMatches(item, filter)),
    filtered: true,
    cut: snapshot.sessions.length >= LIVE_SESSIONS_SHOWN && snapshot.active > snapshot.sessions.length,
  };
}
