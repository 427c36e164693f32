import type { Session } from "../model/session";
import type { ClosedHours, FlushPlan } from "../store";
import { type EventRows, storeEvents } from "./events-table";
import { jsonChunks } from "./json-chunks";
import { ADD_ROLLUPS, rollupValues } from "./rollups-table";
import { sessionValues, UPSERT_MOVED_SESSIONS, UPSERT_SESSIONS } from "./sessions-table";
import type { Statement } from "./statement";

export interface Flush {
  /** Name of the object, first part of the flush log's key. */
  object: string;
  site_id: string;
  plan: FlushPlan;
  events: number;
  rows: readonly EventRows[];
  hours: ClosedHours;
  sessions: readonly Session[];
  now: number;
}

/**
 * The one atomic batch of a flush. The log's key makes a repeat fail whole, so counts that add up are added once.
 * Sessions alone are absolute values and need no log.
 */
function flushStatements(flush: Flush): Statement[] {
  const { plan, site_id } = flush;
  const statements: Statement[] = [];
  if (flush.events > 0 || flush.hours.rollups.length > 0 || flush.hours.windows.length > 0) {
    statements.push({
      sql: "INSERT INTO flush_log (object, batch, at, events) VALUES (?1, ?2, ?3, ?4)",
      params: [flush.object, plan.batch, flush.now, flush.events],
    });
    // Numbers only grow: the rows before can meet no repeat any more.
    statements.push({
      sql: "DELETE FROM flush_log WHERE object = ?1 AND batch < ?2",
      params: [flush.object, plan.batch],
    });
  }
  statements.push(...storeEvents(site_id, plan.at, flush.rows));
  for (const moved of [false, true]) {
    const sql = moved ? UPSERT_MOVED_SESSIONS : UPSERT_SESSIONS;
    const sessions = flush.sessions.filter((session) => session.start_moved === moved);
    for (const json of jsonChunks(sessions.map(sessionValues))) statements.push({ sql, params: [site_id, json] });
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

/**
 * What became of it. `already_applied`: an earlier try under this number was committed; this one, with sessions as they
 * are now, was not. `refused`: the data itself cannot be stored, now or later.
 */
export type Written = "written" | "already_applied" | "refused";

/** Writes it; rejects when D1 did not take it and may take it later. */
export async function writeFlush(db: D1Database, flush: Flush): Promise<Written> {
  const statements = flushStatements(flush);
  if (statements.length === 0) return "written";
  try {
    await db.batch(statements.map(({ sql, params }) => db.prepare(sql).bind(...params)));
    return "written";
  } catch (error) {
    if (isAlreadyApplied(error)) return "already_applied";
    if (isRefused(error)) return "refused";
    throw error;
  }
}

/** A constraint, a type or a size that this very data breaks: D1 has rolled the batch back and always will. */
export function isRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    /constraint failed|SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)|D1_TYPE_ERROR|malformed JSON/.test(error.message)
  );
}

/** The log's key was there: an earlier try of this very batch was committed and only its answer was lost. */
function isAlreadyApplied(error: unknown): boolean {
  return error instanceof Error && /UNIQUE constraint failed: flush_log\./.test(error.message);
}
