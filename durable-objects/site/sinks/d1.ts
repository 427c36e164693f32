import type { Entry } from "../model/entry";
import { ANONYMOUS_SESSION } from "../model/entry";
import type { Session } from "../model/session";
import type { ClosedHours, FlushPlan } from "../store";
import { createEventsTable, eventsTable, eventValues, insertEvents } from "./events-table";
import { jsonChunks } from "./json-chunks";
import { ADD_ROLLUPS, rollupValues } from "./rollups-table";
import { sessionValues, UPSERT_SESSIONS } from "./sessions-table";

export interface Flush {
  /** Name of the object, first part of the flush log's key. */
  object: string;
  site_id: string;
  plan: FlushPlan;
  entries: readonly Entry[];
  hours: ClosedHours;
  sessions: readonly Session[];
  now: number;
}

export type Statement = { sql: string; params: (string | number)[] };

/**
 * The one atomic batch of a flush. The log's key makes a repeat fail whole, so counts that add up are added once.
 * Sessions alone are absolute values and need no log.
 */
export function flushStatements(flush: Flush): Statement[] {
  const { plan, site_id } = flush;
  const statements: Statement[] = [];
  const rows = flush.entries.flatMap((entry) =>
    entry.events.map((event) => eventValues(entry.session_id ?? ANONYMOUS_SESSION, event)),
  );
  if (rows.length > 0 || flush.hours.rollups.length > 0 || flush.hours.windows.length > 0) {
    statements.push({
      sql: "INSERT INTO flush_log (object, batch, at, events) VALUES (?1, ?2, ?3, ?4)",
      params: [flush.object, plan.batch, flush.now, rows.length],
    });
  }
  if (rows.length > 0) {
    const table = eventsTable(plan.at);
    statements.push({ sql: createEventsTable(table), params: [] });
    for (const json of jsonChunks(rows)) statements.push({ sql: insertEvents(table), params: [site_id, json] });
  }
  for (const json of jsonChunks(flush.sessions.map(sessionValues))) {
    statements.push({ sql: UPSERT_SESSIONS, params: [site_id, json] });
  }
  for (const json of jsonChunks(flush.hours.rollups.map(rollupValues))) {
    statements.push({ sql: ADD_ROLLUPS, params: [site_id, json] });
  }
  for (const { at, points } of flush.hours.windows) {
    statements.push({
      sql: "INSERT INTO window_hours (site_id, at, points) VALUES (?1, ?2, ?3) ON CONFLICT (site_id, at) DO UPDATE SET points = (SELECT json_group_array(json(value)) FROM (SELECT value FROM json_each(points) UNION ALL SELECT value FROM json_each(excluded.points)))",
      params: [site_id, at, JSON.stringify(points)],
    });
  }
  return statements;
}

/** Writes it. Resolves also when this batch had been applied before; rejects when D1 did not take it. */
export async function writeFlush(db: D1Database, flush: Flush): Promise<void> {
  const statements = flushStatements(flush);
  if (statements.length === 0) return;
  try {
    await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
  } catch (error) {
    if (!isAlreadyApplied(error)) throw error;
  }
}

/** The log's key was there: an earlier try of this very batch was committed and only its answer was lost. */
export function isAlreadyApplied(error: unknown): boolean {
  return error instanceof Error && /UNIQUE constraint failed: flush_log\./.test(error.message);
}
