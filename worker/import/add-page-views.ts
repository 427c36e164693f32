import { apply } from "../../durable-objects/site/model/apply";
import { hourRows, type RollupRow } from "../../durable-objects/site/model/rollup";
import type { Session } from "../../durable-objects/site/model/session";
import { emptyState, noChanges } from "../../durable-objects/site/model/state";
import type { SiteEvent } from "../../protocol/event";
import type { PageView } from "./page-view";
import { importSessionId } from "./visitor-id";

/** What is known of one visitor, who belongs to one day. */
export interface ImportVisitor {
  day: number;
  visitor_id: string;
  /** Hashes of dimensions and values with which the visitor was counted. */
  seen: Set<number>;
  sessions: Session[];
}

export interface Adding {
  salt: string;
  time_zone: string;
  session_timeout_ms: number;
  /** Of storing, milliseconds since 1970. */
  now: number;
  /** Of earlier chunks, by visitor id. Changed in place, like their sessions. */
  visitors: Map<string, ImportVisitor>;
}

/** What the page views add to the book of record. */
export interface Added {
  /** Who is new. */
  new_visitors: number;
  new_sessions: number;
  visitors: ImportVisitor[];
  sessions: Session[];
  events: { session_id: string; n: number; event: SiteEvent }[];
  rollups: RollupRow[];
}

/**
 * Counts page views by the rules of live ones, one after the other in the order of the log: where a chunk ends makes no
 * difference, since visitors and their sessions come back with the next one.
 */
export function addPageViews(views: Iterable<PageView>, adding: Adding): Added {
  // Sessions, open hours and what was seen are taken out of it; nothing else of a live site's state matters here.
  const state = emptyState();
  const visitors = new Map<string, ImportVisitor>();
  const sessions = new Map<string, Session>();
  const events: Added["events"] = [];
  let new_visitors = 0;
  let new_sessions = 0;
  for (const view of views) {
    const { visitor_id, day } = view;
    let visitor = visitors.get(visitor_id) ?? adding.visitors.get(visitor_id);
    if (!visitor) {
      visitor = { day, visitor_id, seen: new Set(), sessions: [] };
      new_visitors++;
    }
    visitors.set(visitor_id, visitor);
    for (const session of visitor.sessions) state.sessions.set(session.session_id, session);
    // The model keeps one set a day for everybody; here it is each visitor's own, so that it can be stored with them.
    state.seen.set(day, { day, hashes: visitor.seen });

    const running = sessionAt(visitor.sessions, view.at, adding.session_timeout_ms);
    const session_id = running?.session_id ?? importSessionId(adding.salt, visitor_id, view.at);
    const { at, page_url, path, dimensions } = view;
    const n = running?.next_n ?? 0;
    const event: SiteEvent = { at, type: "pageview", page_url, path };
    const opening = {
      visitor_id,
      user_id: null,
      id_mode: "import" as const,
      named: false,
      page_url,
      path,
      referrer: dimensions.referrer,
      dimensions,
      context: {},
    };
    const entry = {
      at: adding.now,
      visitor_id,
      session_id,
      tab: null,
      present: false,
      opening: running ? null : opening,
      revived: null,
      dimensions: null,
      events: [{ n, at, type: event.type, path }],
    };
    apply(state, entry, adding.time_zone, noChanges(state));
    const session = state.sessions.get(session_id);
    if (!session) throw new Error("The model did not keep a session that was just opened.");
    if (!running) {
      visitor.sessions.push(session);
      new_sessions++;
    }
    // Nobody who was logged is there now.
    session.ended = true;
    sessions.set(session_id, session);
    events.push({ session_id, n, event });
  }
  const rollups = [...state.hours.values()].flatMap((hour) => [...hourRows(hour)]);
  return {
    new_visitors,
    new_sessions,
    visitors: [...visitors.values()],
    sessions: [...sessions.values()],
    events,
    rollups,
  };
}

/** The session into whose reach a moment falls; the nearest, should there be two. Logs are not strictly in order. */
function sessionAt(sessions: readonly Session[], at: number, timeout: number): Session | null {
  let nearest: Session | null = null;
  let least = timeout;
  for (const session of sessions) {
    const distance = Math.max(session.started_at - at, at - session.last_at, 0);
    if (distance > least || (nearest !== null && distance === least)) continue;
    nearest = session;
    least = distance;
  }
  return nearest;
}
