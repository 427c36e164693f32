import type { Dimensions } from "../../../protocol/ingest";
import { FEED_ITEMS, LIVE_AGE } from "../../../protocol/limits";
import { addToDayCell, addToWindowCells } from "./cells";
import type { CountedEvent, Entry } from "./entry";
import { type LocalHour, localHour } from "./local-time";
import { endTab, leave, touch } from "./presence";
import { addCounts, type Counts, firstSeen, NO_COUNTS, sessionDimensions, visitorHash } from "./rollup";
import { addStep, isBounce, isStep, type Session } from "./session";
import { type Changes, dayTotals, putSession, type SiteState, seenOn } from "./state";
import { addArrivals } from "./windows";

/** Applies one journal entry. The only way in which events change the state; the same entry gives the same change. */
export function apply(state: SiteState, entry: Entry, timeZone: string, changes: Changes): void {
  if (entry.closed) {
    endTab(state.tabs, entry.tab ?? "", entry.closed.goodbye, entry.at);
    return;
  }
  const session = sessionFor(state, entry, timeZone);
  const dimensions = session?.dimensions ?? entry.dimensions;
  if (!dimensions) return;
  if (session) countSession(state, session, entry, changes);
  else state.anonymous_n = Math.max(state.anonymous_n, (entry.events.at(-1)?.n ?? -1) + 1);

  countEvents(state, entry, dimensions, timeZone);
  const live = entry.events.filter((e) => e.at > entry.at - LIVE_AGE);
  if (live.length > 0) {
    addArrivals(state.windows, entry.at, entry.visitor_id, live);
    addToWindowCells(state.cells, entry.at, entry.visitor_id, dimensions, live);
    for (const event of live) addToFeed(state, entry, event, dimensions);
    changes.windows = true;
  }
  const { tab } = entry;
  if (session && tab !== null) {
    // Events are in order of time: of those between two leaves the last one says all.
    entry.events.forEach((event, i) => {
      if (event.type === "leave") leave(state.tabs, tab, event.at, entry.at);
      else if (entry.present && (entry.events[i + 1]?.type ?? "leave") === "leave") {
        touch(state.tabs, tab, session.visitor_id, session.session_id, event.at, entry.at);
      }
    });
  }
  state.first_event_at ??= entry.at;
  state.last_event_at = Math.max(state.last_event_at ?? 0, entry.at);
  changes.numbers = true;
}

function sessionFor(state: SiteState, entry: Entry, timeZone: string): Session | null {
  if (entry.session_id === null) return null;
  if (entry.opening) {
    const { path, ...opening } = entry.opening;
    const first = entry.events[0] ?? { at: entry.at, path };
    const local = localHour(first.at, timeZone);
    const session: Session = {
      ...opening,
      session_id: entry.session_id,
      started_at: first.at,
      last_at: first.at,
      start_moved: false,
      ended: false,
      day: local.day,
      hour: local.hour,
      entry_page: first.path,
      entry_at: null,
      current_page: first.path,
      current_at: null,
      page_views: 0,
      events: 0,
      errors: 0,
      customs: 0,
      engaged_ms: 0,
      next_n: 0,
      journey: [],
      rev: 0,
      stored_rev: -1,
      stored_at: 0,
    };
    putSession(state, session);
    countOpening(state, session);
    pointAt(state, session);
    return session;
  }
  if (entry.revived) {
    const session: Session = { ...entry.revived, journey: [...entry.revived.journey], ended: false };
    putSession(state, session);
    pointAt(state, session);
    return session;
  }
  const session = state.sessions.get(entry.session_id) ?? null;
  if (session?.ended) {
    session.ended = false;
    state.standings.changed(session.session_id);
  }
  return session;
}

/** The newest session of a visitor is the running one; a late one from before does not take its place. */
function pointAt(state: SiteState, session: Session): void {
  if (session.named) return;
  const running = state.sessions.get(state.running.get(session.visitor_id) ?? "");
  if (!running || running.ended || running.started_at <= session.started_at) {
    state.running.set(session.visitor_id, session.session_id);
  }
}

function countOpening(state: SiteState, session: Session): void {
  const { day, hour } = session;
  const seen = seenOn(state, day);
  const totals = dayTotals(state, day);
  totals.sessions++;
  addToDayCell(state.cells, day, session.dimensions, "", { sessions: 1 });
  for (const [dimension, value] of sessionDimensions(session.dimensions)) {
    addCounts(state.hours, day, hour, dimension, value, { sessions: 1, bounces: 1 });
  }
  const visitor = visitorHash(session.visitor_id);
  for (const dimension of ["entry", "exit"]) {
    const visitors = firstSeen(seen, visitor, dimension, session.entry_page);
    addCounts(state.hours, day, hour, dimension, session.entry_page, { sessions: 1, visitors });
  }
}

/** Updates totals, times, journey, and the counts of the hour in which the session began. */
function countSession(state: SiteState, session: Session, entry: Entry, changes: Changes): void {
  const bounced = isBounce(session);
  const before = { entry: session.entry_page, exit: session.current_page };
  const duration = session.last_at - session.started_at;
  let engaged = 0;
  for (const event of entry.events) {
    session.events++;
    session.next_n = Math.max(session.next_n, event.n + 1);
    if (event.type === "pageview") {
      session.page_views++;
      if (!session.journey.some(({ type, path }) => type === "pageview" && path === event.path)) {
        addToDayCell(state.cells, session.day, session.dimensions, event.path, { sessions: 1 });
      }
      // Batches may come in any order: the pages at the ends go by the time of their views.
      if (session.current_at === null || event.at >= session.current_at) {
        session.current_page = event.path;
        session.current_at = event.at;
      }
      if (session.entry_at === null || event.at < session.entry_at) {
        session.entry_page = event.path;
        session.entry_at = event.at;
      }
    } else if (event.type === "error") session.errors++;
    else if (event.type === "custom") session.customs++;
    engaged += event.engaged_ms ?? 0;
    if (event.at < session.started_at) {
      session.started_at = event.at;
      session.start_moved = true;
    }
    session.last_at = Math.max(session.last_at, event.at);
    if (isStep(event.type)) {
      const step = { at: event.at, type: event.type, path: event.path };
      addStep(session.journey, event.name === undefined ? step : { ...step, name: event.name });
    }
  }
  if (session.current_page !== before.exit) state.standings.changed(session.session_id);
  session.engaged_ms += engaged;
  session.rev++;
  changes.sessions.add(session.session_id);

  const counts: Partial<Counts> = {
    bounces: Number(isBounce(session)) - Number(bounced),
    duration_ms: session.last_at - session.started_at - duration,
    engaged_ms: engaged,
  };
  if (counts.bounces || counts.duration_ms || counts.engaged_ms) {
    for (const [dimension, value] of sessionDimensions(session.dimensions)) {
      addCounts(state.hours, session.day, session.hour, dimension, value, counts);
    }
  }
  movePage(state, session, "entry", before.entry, session.entry_page);
  movePage(state, session, "exit", before.exit, session.current_page);
}

/** A session counts once among the entry pages and once among the exit pages: at the page that it has now. */
function movePage(state: SiteState, session: Session, dimension: string, from: string, to: string): void {
  if (from === to) return;
  const { day, hour } = session;
  addCounts(state.hours, day, hour, dimension, from, { sessions: -1 });
  const visitors = firstSeen(seenOn(state, day), visitorHash(session.visitor_id), dimension, to);
  addCounts(state.hours, day, hour, dimension, to, { sessions: 1, visitors });
}

/** Counts the events in the hours in which they happened. */
function countEvents(state: SiteState, entry: Entry, dimensions: Dimensions, timeZone: string): void {
  const values = sessionDimensions(dimensions);
  const visitor = entry.visitor_id === null ? null : visitorHash(entry.visitor_id);
  for (const [local, events] of byHour(entry.events, timeZone)) {
    const { day, hour } = local;
    const totals = dayTotals(state, day);
    const seen = seenOn(state, day);
    const counts = { events: events.length, page_views: countOf(events, "pageview"), errors: countOf(events, "error") };
    totals.events += counts.events;
    totals.page_views += counts.page_views;
    totals.errors += counts.errors;
    for (const [dimension, value] of values) {
      const visitors = visitor === null ? 0 : firstSeen(seen, visitor, dimension, value);
      if (dimension === "total") {
        totals.visitors += visitors;
        addToDayCell(state.cells, day, dimensions, "", { ...counts, visitors });
      }
      addCounts(state.hours, day, hour, dimension, value, { ...counts, visitors });
    }
    for (const [dimension, sums] of Object.entries(eventSums(events))) {
      for (const [value, sum] of sums) {
        const visitors = visitor === null ? 0 : firstSeen(seen, visitor, dimension, value);
        addCounts(state.hours, day, hour, dimension, value, { ...sum, visitors });
        if (dimension === "page") addToDayCell(state.cells, day, dimensions, value, { ...sum, visitors, sessions: 0 });
      }
    }
  }
}

/** What events add to the rows of their pages and of custom events' names: a batch has many events and few of these. */
function eventSums(events: readonly CountedEvent[]) {
  const page = new Map<string, Counts>();
  const event = new Map<string, Counts>();
  const sumOf = (sums: Map<string, Counts>, value: string): Counts => {
    let sum = sums.get(value);
    if (!sum) {
      sum = { ...NO_COUNTS };
      sums.set(value, sum);
    }
    return sum;
  };
  for (const { type, path, name, engaged_ms } of events) {
    const sum = sumOf(page, path);
    sum.events++;
    if (type === "pageview") sum.page_views++;
    if (type === "error") sum.errors++;
    sum.engaged_ms += engaged_ms ?? 0;
    if (type === "custom") sumOf(event, name ?? "custom").events++;
  }
  return { page, event };
}

function countOf(events: readonly CountedEvent[], type: string): number {
  let count = 0;
  for (const event of events) if (event.type === type) count++;
  return count;
}

function byHour(events: readonly CountedEvent[], timeZone: string): Map<LocalHour, CountedEvent[]> {
  const groups = new Map<LocalHour, CountedEvent[]>();
  const locals = new Map<number, LocalHour>();
  for (const event of events) {
    const at = localHour(event.at, timeZone);
    const key = at.day * 100 + at.hour;
    let local = locals.get(key);
    if (!local) {
      local = at;
      locals.set(key, local);
      groups.set(local, []);
    }
    groups.get(local)?.push(event);
  }
  return groups;
}

function addToFeed(state: SiteState, entry: Entry, event: CountedEvent, d: Dimensions): void {
  if (!isStep(event.type)) return;
  state.feed_n++;
  const item = {
    n: state.feed_n,
    at: event.at,
    type: event.type,
    path: event.path,
    session_id: entry.session_id,
    country: d.country,
    city: d.city,
    latitude: d.latitude,
    longitude: d.longitude,
    device: d.device,
    source: d.source,
  };
  state.feed.unshift(event.name === undefined ? item : { ...item, name: event.name });
  if (state.feed.length > FEED_ITEMS) state.feed.length = FEED_ITEMS;
}
