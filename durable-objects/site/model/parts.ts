import type { DropCount, FeedItem } from "../../../protocol/live";
import { hash53 } from "../../pure/hash";
import { cellsParts, loadCellsPart } from "./cells";
import { hourRows, type OpenHour, putRow, type RollupRow } from "./rollup";
import type { Session } from "./session";
import { type DayTotals, putSession, type SiteState } from "./state";
import type { Tab } from "./tabs";
import { type StoredVisitor, visitorSet } from "./visitor-set";
import type { RunningWindow, Windows } from "./windows";

/**
 * The snapshot in parts, so that only what changed is written and no more than one text is made at a time.
 * `core`, `cells`, `cells/WINDOW/I` for a chunk of closed windows, `hour/YYYYMMDDHH`, `tabs/I` for tabs beyond those in
 * `core`, and `sessions/B/I` for bucket I of B. What was seen on a day only grows and is kept apart.
 */

interface Core {
  /** Those known longest; of a small site all, which saves it a row. */
  tabs: StoredTab[];
  closed: Windows["closed"];
  running: (Omit<RunningWindow, "users" | "routes"> & {
    name: string;
    users: StoredVisitor[];
    routes: [string, number][];
  })[];
  unwritten: Windows["unwritten"];
  days: [number, DayTotals][];
  feed: FeedItem[];
  feed_n: number;
  anonymous_n: number;
  drops: DropCount[];
  drops_day: number;
  first_event_at: number | null;
  last_event_at: number | null;
  open_from: number;
}

type StoredTab = [key: string, tab: Tab];

const TABS_PER_PART = 1_000;
const SESSIONS_PER_BUCKET = 100;
const MOST_BUCKETS = 64;

/** How many buckets hold `count` sessions: a power of two, at most 64. */
function bucketsFor(count: number): number {
  let buckets = 1;
  while (buckets < MOST_BUCKETS && count > buckets * SESSIONS_PER_BUCKET) buckets *= 2;
  return buckets;
}

/** Every part of the state as text, with its name. */
export function* toParts(state: SiteState): Generator<[name: string, text: string]> {
  const tabs = storedTabs(state);
  yield ["core", JSON.stringify(coreOf(state, take(tabs, TABS_PER_PART)))];
  for (let i = 1; ; i++) {
    const more = take(tabs, TABS_PER_PART);
    if (more.length === 0) break;
    yield [`tabs/${i}`, JSON.stringify(more)];
  }
  yield* cellsParts(state.cells);
  for (const [key, hour] of state.hours) yield [`hour/${key}`, JSON.stringify([...hourRows(hour)])];
  const buckets = bucketsFor(state.sessions.size);
  const sessions: Session[][] = Array.from({ length: buckets }, () => []);
  for (const session of state.sessions.values()) sessions[hash53(session.session_id) % buckets]?.push(session);
  for (const [i, list] of sessions.entries()) yield [`sessions/${buckets}/${i}`, JSON.stringify(list)];
}

function* storedTabs(state: SiteState): Generator<StoredTab> {
  for (const [key, { held_until: _held, ...tab }] of state.tabs.entries()) yield [key, tab];
}

/** The next `most` items. */
function take<T>(items: Iterator<T>, most: number): T[] {
  const taken: T[] = [];
  while (taken.length < most) {
    const next = items.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

function coreOf(state: SiteState, tabs: StoredTab[]): Core {
  const running: Core["running"] = [];
  for (const [name, window] of Object.entries(state.windows.running)) {
    if (window) running.push({ name, ...window, users: [...window.users], routes: [...window.routes] });
  }
  return {
    tabs,
    closed: state.windows.closed,
    running,
    unwritten: state.windows.unwritten,
    days: [...state.days],
    feed: state.feed,
    feed_n: state.feed_n,
    anonymous_n: state.anonymous_n,
    drops: [...state.drops.values()],
    drops_day: state.drops_day,
    first_event_at: state.first_event_at,
    last_event_at: state.last_event_at,
    open_from: state.open_from,
  };
}

/** Puts one part back. The text was written by `toParts` into the object's own storage, nobody else can write there. */
export function loadPart(state: SiteState, name: string, text: string): void {
  if (name === "core") loadCore(state, JSON.parse(text));
  else if (name === "cells" || name.startsWith("cells/")) loadCellsPart(state.cells, name, text);
  else if (name.startsWith("hour/")) loadHour(state, Number(name.slice("hour/".length)), JSON.parse(text));
  else if (name.startsWith("tabs/")) loadTabs(state, JSON.parse(text));
  else if (name.startsWith("sessions/")) loadSessions(state, JSON.parse(text));
}

function loadCore(state: SiteState, core: Core): void {
  loadTabs(state, core.tabs);
  state.windows.closed = core.closed;
  state.windows.unwritten = core.unwritten;
  for (const { name, ...window } of core.running) {
    if (name !== "1s" && name !== "5s" && name !== "60s") continue;
    state.windows.running[name] = { ...window, users: visitorSet(window.users), routes: new Map(window.routes) };
  }
  state.days = new Map(core.days);
  state.feed = core.feed;
  state.feed_n = core.feed_n;
  state.anonymous_n = core.anonymous_n;
  state.drops = new Map(core.drops.map((d) => [d.reason, d]));
  state.drops_day = core.drops_day;
  state.first_event_at = core.first_event_at;
  state.last_event_at = core.last_event_at;
  state.open_from = core.open_from;
}

function loadTabs(state: SiteState, tabs: StoredTab[]): void {
  for (const [key, tab] of tabs) state.tabs.set(key, tab);
}

function loadHour(state: SiteState, key: number, rows: RollupRow[]): void {
  const hour: OpenHour = new Map();
  for (const row of rows) putRow(hour, row);
  state.hours.set(key, hour);
}

function loadSessions(state: SiteState, sessions: Session[]): void {
  for (const session of sessions) putSession(state, session);
}

/** Rebuilds what is derived once all parts are back. */
export function finishLoading(state: SiteState): void {
  for (const session of state.sessions.values()) {
    if (session.ended || session.named) continue;
    const other = state.sessions.get(state.running.get(session.visitor_id) ?? "");
    if (!other || other.started_at <= session.started_at) state.running.set(session.visitor_id, session.session_id);
  }
}
