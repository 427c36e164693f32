import { hourRows, type RollupRow } from "./model/rollup";
import type { Session } from "./model/session";
import type { SiteState } from "./model/state";
import { readEventRows } from "./sinks/events-table";
import type { SiteStore } from "./store";

/** What D1 does not have yet, for reports that add it to what it has. */

/** Bytes of waiting events that one read gets at most. */
const READ_BYTES = 8_000_000;

/** What a read by session gets from the object: the session as it stands, and events that D1 does not have yet. */
export interface SessionTail {
  session: Session | null;
  events: WaitingEvent[];
}

/** A row of a day table that D1 does not have yet, by column. */
export type WaitingEvent = Record<string, unknown>;

/** Rollups of open hours, and of closed ones that wait for a flush. */
export function openRollups(store: SiteStore, { hours }: SiteState): RollupRow[] {
  const rows = store.closedHours().rollups;
  for (const hour of hours.values()) rows.push(...hourRows(hour));
  return rows;
}

export function sessionTail(store: SiteStore, { sessions }: SiteState, session_id: string): SessionTail {
  const rows = store.mentioning(session_id).flatMap(readEventRows);
  return { session: sessions.get(session_id) ?? null, events: rows.filter((row) => row.session_id === session_id) };
}

/** Sessions of which D1 has no row or an older one. */
export function unstoredSessions({ sessions }: SiteState): Session[] {
  return [...sessions.values()].filter(({ rev, stored_rev }) => rev !== stored_rev);
}

/** Rows of events accepted and not yet in D1, as it will answer them; the newest where very much waits. */
export function unflushedEvents(store: SiteStore): WaitingEvent[] {
  return store.newest(READ_BYTES).flatMap(readEventRows);
}
