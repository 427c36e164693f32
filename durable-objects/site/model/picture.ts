import { FRAME_DETAILS_LEAST, LIVE_SESSIONS_CHARACTERS, LIVE_SESSIONS_SHOWN, TOP_ROWS } from "../../../protocol/limits";
import {
  type CountRow,
  type FeedItem,
  type LiveDelta,
  type LiveFilter,
  type LiveNumbers,
  type LiveSession,
  type LiveSnapshot,
  type TodayTotals,
  WINDOW_LENGTHS,
  type WindowName,
} from "../../../protocol/live";
import { firstOf } from "../../pure/first-of";
import { filteredSeries, filteredTotals } from "./cells";
import { dateOfDay, localHour } from "./local-time";
import type { Session } from "./session";
import type { Changes, SiteState } from "./state";
import { seriesSince, WINDOW_NAMES } from "./windows";

/** The state as viewers see it. Pure reads; `now` decides who is here. */

export function matches(session: Session, filter: LiveFilter): boolean {
  return (
    (filter.country === undefined || session.dimensions.country === filter.country) &&
    (filter.page === undefined || session.current_page === filter.page) &&
    (filter.device === undefined || session.dimensions.device === filter.device) &&
    (filter.source === undefined || session.dimensions.source === filter.source)
  );
}

type LiveCounts = Pick<LiveNumbers, "now" | "connections" | "active" | "today">;

/** Visitors here by what they are counted by. */
type Whereabouts = Record<
  "pages" | "sources" | "countries" | "devices",
  ReadonlyMap<string, { readonly size: number }>
>;

/** How many are here and what today adds up to. */
export function liveCounts(state: SiteState, now: number, timeZone: string): LiveCounts {
  state.tabs.goOn(now);
  state.standings.settle(state.sessions, state.tabs);
  return {
    // Also those of whom nothing else is known: of a page that was looked at again after its session had ended.
    now: state.tabs.visitors,
    connections: state.tabs.open,
    active: state.standings.active,
    today: todayTotals(state, now, timeZone),
  };
}

/** The same of what the filter lets through, counted anew. */
function filteredCounts(
  state: SiteState,
  now: number,
  timeZone: string,
  filter: LiveFilter,
): { counts: LiveCounts; by: Whereabouts } {
  state.tabs.goOn(now);
  const by = {
    pages: new Map<string, Set<string>>(),
    sources: new Map<string, Set<string>>(),
    countries: new Map<string, Set<string>>(),
    devices: new Map<string, Set<string>>(),
  };
  const add = (map: Map<string, Set<string>>, value: string, visitor: string) => {
    const set = map.get(value);
    if (set) set.add(visitor);
    else map.set(value, new Set([visitor]));
  };
  const visitors = new Set<string>();
  let connections = 0;
  for (const [session_id, tabs] of state.tabs.openSessions()) {
    const session = state.sessions.get(session_id);
    if (!session || !matches(session, filter)) continue;
    const { current_page, visitor_id, dimensions } = session;
    connections += tabs;
    visitors.add(visitor_id);
    add(by.pages, current_page, visitor_id);
    add(by.sources, dimensions.source, visitor_id);
    if (dimensions.country) add(by.countries, dimensions.country, visitor_id);
    add(by.devices, dimensions.device, visitor_id);
  }
  let active = 0;
  for (const session of state.sessions.values()) if (!session.ended && matches(session, filter)) active++;
  const today = filteredToday(state, now, timeZone, filter);
  return { counts: { now: visitors.size, connections, active, today }, by };
}

export function liveNumbers(state: SiteState, now: number, timeZone: string, filter: LiveFilter = {}): LiveNumbers {
  const everybody = Object.keys(filter).length === 0;
  const { counts, by } = everybody
    ? { counts: liveCounts(state, now, timeZone), by: state.standings }
    : filteredCounts(state, now, timeZone, filter);
  return {
    at: now,
    ...counts,
    pages: topRows(by.pages),
    sources: topRows(by.sources),
    countries: topRows(by.countries),
    devices: topRows(by.devices),
    drops: [...state.drops.values()].sort((a, b) => b.count - a.count),
    first_event_at: state.first_event_at,
    last_event_at: state.last_event_at,
  };
}

export function todayTotals(state: SiteState, now: number, timeZone: string): TodayTotals {
  const { day } = localHour(now, timeZone);
  const totals = state.days.get(day) ?? { page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 };
  return { date: dateOfDay(day), ...totals };
}

function filteredToday(state: SiteState, now: number, timeZone: string, filter: LiveFilter): TodayTotals {
  const { day } = localHour(now, timeZone);
  return { date: dateOfDay(day), ...filteredTotals(state.cells, day, filter) };
}

function topRows(by: ReadonlyMap<string, { readonly size: number }>): CountRow[] {
  const rows: CountRow[] = [];
  for (const [value, { size }] of by) rows.push({ value, visitors: size });
  return firstOf(rows, TOP_ROWS, (a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1));
}

/** Live sessions, most recent activity first. */
export function liveSessions(state: SiteState, now: number, filter: LiveFilter, limit: number): LiveSession[] {
  state.tabs.goOn(now);
  const sessions: Session[] = [];
  for (const session of state.sessions.values()) if (!session.ended && matches(session, filter)) sessions.push(session);
  const newest = firstOf(sessions, limit, (a, b) => b.last_at - a.last_at || (a.session_id < b.session_id ? -1 : 1));
  return newest.map((s) => toLiveSession(s, isHere(state, s.session_id)));
}

/** As of the time to which tabs were brought. */
const isHere = (state: SiteState, session_id: string): boolean => state.tabs.openOf(session_id) > 0;

function toLiveSession(s: Session, now: boolean): LiveSession {
  return {
    session_id: s.session_id,
    visitor_id: s.visitor_id,
    started_at: s.started_at,
    last_activity: s.last_at,
    now,
    current_page: s.current_page,
    entry_page: s.entry_page,
    journey: s.journey,
    page_views: s.page_views,
    events: s.events,
    errors: s.errors,
    engaged_ms: s.engaged_ms,
    country: s.dimensions.country,
    city: s.dimensions.city,
    device: s.dimensions.device,
    browser: s.dimensions.browser,
    os: s.dimensions.os,
    source: s.dimensions.source,
    channel: s.dimensions.channel,
  };
}

export function snapshotOf(
  state: SiteState,
  site_id: string,
  now: number,
  timeZone: string,
  filter: LiveFilter = {},
): LiveSnapshot {
  return {
    ...totalsOf(state, site_id, now, timeZone, filter),
    sessions: [...fitting(liveSessions(state, now, filter, LIVE_SESSIONS_SHOWN), LIVE_SESSIONS_CHARACTERS)],
    feed: state.feed.filter((item) => item.at > now - 3_600_000 && isShown(item, filter)),
  };
}

/** The same with no sessions and no feed. */
export function totalsOf(
  state: SiteState,
  site_id: string,
  now: number,
  timeZone: string,
  filter: LiveFilter,
): LiveSnapshot {
  const series = (name: WindowName) =>
    Object.keys(filter).length === 0
      ? seriesSince(state.windows, name, 0, now)
      : filteredSeries(state.cells, name, filter, now);
  return {
    site_id,
    ...liveNumbers(state, now, timeZone, filter),
    windows: { "1s": series("1s"), "5s": series("5s"), "60s": series("60s") },
    sessions: [],
    feed: [],
  };
}

/** An item of the feed is of its own page, wherever its visitor is now. */
function isShown(item: FeedItem, filter: LiveFilter): boolean {
  return (
    (filter.country === undefined || item.country === filter.country) &&
    (filter.page === undefined || item.path === filter.page) &&
    (filter.device === undefined || item.device === filter.device) &&
    (filter.source === undefined || item.source === filter.source)
  );
}

/**
 * What changed between the numbers last told (none: all of them are told) and now. `shown` are the sessions viewers have; it is brought up to date.
 * Of sessions and of the feed, newest first, as many as fit into about `bytes`: those of `waiting` are to be told by a
 * later frame, items of the feed are not told any more. Null: nothing to tell.
 */
export function deltaOf(
  state: SiteState,
  changes: Changes,
  last: Partial<LiveNumbers>,
  lastAt: number,
  shown: Map<string, boolean>,
  now: number,
  timeZone: string,
  bytes = Number.POSITIVE_INFINITY,
): { delta: LiveDelta; numbers: LiveNumbers; waiting: Set<string> } | null {
  const numbers = liveNumbers(state, now, timeZone);
  const delta: LiveDelta = { at: now };
  let told = false;
  for (const key of CHANGING) {
    if (JSON.stringify(numbers[key]) === JSON.stringify(last[key])) continue;
    Object.assign(delta, { [key]: numbers[key] });
    told = true;
  }
  if (changes.windows) {
    delta.windows = {};
    for (const name of WINDOW_NAMES) {
      const length = WINDOW_LENGTHS[name];
      const points = seriesSince(state.windows, name, Math.floor(lastAt / length) * length, now);
      if (points.length > 0) delta.windows[name] = points;
    }
    told = true;
  }
  for (const [id, was] of shown) if (isHere(state, id) !== was) changes.sessions.add(id);
  const gone = [...changes.gone].filter((id) => shown.delete(id));
  const feed = fitting(
    state.feed.filter((item) => item.n >= changes.feed_from),
    bytes / 2,
  );
  const newest = [...changes.sessions]
    .map((id) => state.sessions.get(id))
    .filter((s): s is Session => s !== undefined && !s.ended)
    .sort((a, b) => b.last_at - a.last_at);
  // Of those behind so many newer ones only what viewers have can be of interest still.
  const behind = newest.splice(LIVE_SESSIONS_SHOWN).filter((s) => shown.has(s.session_id));
  const changed = newest.map((s) => toLiveSession(s, isHere(state, s.session_id)));
  const fits = fitting(changed, Math.min(bytes / 2, LIVE_SESSIONS_CHARACTERS));
  for (const s of fits) shown.set(s.session_id, s.now);
  for (const oldest of oldestShown(state, shown, shown.size - LIVE_SESSIONS_SHOWN)) {
    shown.delete(oldest);
    gone.push(oldest);
  }
  const kept = fits.filter((s) => shown.has(s.session_id));
  if (kept.length > 0) delta.sessions = kept;
  if (gone.length > 0) delta.sessions_gone = gone;
  if (feed.length > 0) delta.feed = [...feed];
  const waiting = new Set([...changed.slice(fits.length), ...behind].map((s) => s.session_id));
  return told || delta.sessions || delta.sessions_gone || delta.feed ? { delta, numbers, waiting } : null;
}

/** As many of the first as fit into `bytes` (characters) of JSON, and always a few. */
function fitting<T>(items: readonly T[], bytes: number): readonly T[] {
  if (bytes === Number.POSITIVE_INFINITY) return items;
  let left = bytes;
  const end = items.findIndex((item, index) => {
    left -= JSON.stringify(item).length;
    return left < 0 && index >= FRAME_DETAILS_LEAST;
  });
  return end === -1 ? items : items.slice(0, end);
}

const CHANGING = [
  "now",
  "connections",
  "active",
  "today",
  "pages",
  "sources",
  "countries",
  "devices",
  "drops",
  "first_event_at",
  "last_event_at",
] as const satisfies readonly (keyof LiveNumbers)[];

/** So many of those shown that were silent longest. */
function oldestShown(state: SiteState, shown: ReadonlyMap<string, boolean>, count: number): string[] {
  if (count <= 0) return [];
  const lastAt = (id: string) => state.sessions.get(id)?.last_at ?? 0;
  return [...shown.keys()].sort((a, b) => lastAt(a) - lastAt(b)).slice(0, count);
}
