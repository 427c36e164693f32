import type { DropCount, FeedItem } from "../../../protocol/live";
import { type Cells, emptyCells } from "./cells";
import type { OpenHours, Seen } from "./rollup";
import type { Session } from "./session";
import { Standings } from "./standing";
import { Tabs } from "./tabs";
import { emptyWindows, type Windows } from "./windows";

/** Totals of one local day. */
export interface DayTotals {
  page_views: number;
  visitors: number;
  sessions: number;
  events: number;
  errors: number;
}

/** Everything a site's object knows about now. Rebuilt from the snapshot and the journal's tail; owned by one object. */
export interface SiteState {
  /** Live sessions, and ended ones that D1 does not have yet. */
  sessions: Map<string, Session>;
  /** The running session of each visitor. */
  running: Map<string, string>;
  tabs: Tabs;
  /** Told of every change of a session or of whether it has open tabs. */
  standings: Standings;
  windows: Windows;
  cells: Cells;
  hours: OpenHours;
  /** By local day; today and the days that late events still reach. */
  seen: Map<number, Seen>;
  days: Map<number, DayTotals>;
  /** Newest first. */
  feed: FeedItem[];
  feed_n: number;
  /** Next number of an event without a session. */
  anonymous_n: number;
  drops: Map<string, DropCount>;
  drops_day: number;
  first_event_at: number | null;
  last_event_at: number | null;
  /** The oldest hour that was open when hours were last closed; `day * 100 + hour`. */
  open_from: number;
  /** Number of the last journal row applied. */
  applied_n: number;
}

export function emptyState(): SiteState {
  const standings = new Standings();
  return {
    sessions: new Map(),
    running: new Map(),
    tabs: new Tabs((session_id) => standings.changed(session_id)),
    standings,
    windows: emptyWindows(),
    cells: emptyCells(),
    hours: new Map(),
    seen: new Map(),
    days: new Map(),
    feed: [],
    feed_n: 0,
    anonymous_n: 0,
    drops: new Map(),
    drops_day: 0,
    first_event_at: null,
    last_event_at: null,
    open_from: 0,
    applied_n: 0,
  };
}

export function putSession(state: SiteState, session: Session): void {
  state.sessions.set(session.session_id, session);
  state.standings.changed(session.session_id);
}

export function forgetSession(state: SiteState, session_id: string): void {
  state.sessions.delete(session_id);
  state.standings.changed(session_id);
}

export function dayTotals(state: SiteState, day: number): DayTotals {
  let totals = state.days.get(day);
  if (!totals) {
    totals = { page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 };
    state.days.set(day, totals);
  }
  return totals;
}

export function seenOn(state: SiteState, day: number): Seen {
  let seen = state.seen.get(day);
  if (!seen) {
    seen = { day, hashes: new Set() };
    state.seen.set(day, seen);
  }
  return seen;
}

/** What the next frame has to tell. */
export interface Changes {
  sessions: Set<string>;
  gone: Set<string>;
  /** Feed items from this number on are new. */
  feed_from: number;
  windows: boolean;
  numbers: boolean;
}

export function noChanges(state: SiteState): Changes {
  return { sessions: new Set(), gone: new Set(), feed_from: state.feed_n + 1, windows: false, numbers: false };
}
