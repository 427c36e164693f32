import { eventRows, storeEvents } from "../../durable-objects/site/sinks/events-table";
import { jsonChunks } from "../../durable-objects/site/sinks/json-chunks";
import { ADD_ROLLUPS, rollupValues } from "../../durable-objects/site/sinks/rollups-table";
import { sessionValues, UPSERT_MOVED_SESSIONS } from "../../durable-objects/site/sinks/sessions-table";
import type { Database, Statement } from "../reports/database";
import type { SiteScope } from "../routes/route";
import { type Added, addPageViews, type ImportVisitor } from "./add-page-views";
import type { ImportReply, ImportRequest } from "./import-request";
import { importState, importVisitors, isApplied } from "./import-state";
import { type PageView, pageViewReader } from "./page-view";

export interface Importing {
  db: Database;
  scope: SiteScope;
  session_timeout_ms: number;
  /** Milliseconds since 1970. */
  now: number;
  /** For a site that has none: 32 random bytes in hex. */
  new_salt: string;
}

/** Others may import into the same site at the same time; each try starts from what they left. */
const TRIES = 8;
/** Pages a visitor is remembered with; someone who saw more in a day is a program, and counts again as a visitor of further pages. */
const MOST_SEEN = 50_000;
const NOTHING = { visitors: 0, sessions: 0, page_views: 0, excluded: 0 };

/** Adds a chunk to the history, whole and once. Null: others were faster every time; it may be sent again. */
export async function importChunk(importing: Importing, request: ImportRequest): Promise<ImportReply | null> {
  const { db, scope, now, session_timeout_ms } = importing;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (await isApplied(db, scope, request.chunk)) return { applied: false, ...NOTHING };
    const { salt, chunks } = await importState(db, scope, importing.new_salt);
    const read = pageViewReader(scope.site, salt);
    const views = request.rows.map(read).filter((view): view is PageView => view !== null);
    const added = addPageViews(views, {
      salt,
      time_zone: scope.site.time_zone,
      session_timeout_ms,
      now,
      visitors: await importVisitors(db, scope, views),
    });
    try {
      await db.write(chunkStatements(scope.site.id, request, chunks, added, now));
    } catch (error) {
      if (isConflict(error)) continue;
      throw error;
    }
    return {
      applied: true,
      visitors: added.new_visitors,
      sessions: added.new_sessions,
      page_views: views.length,
      excluded: request.rows.length - views.length,
    };
  }
  return null;
}

/** The chunk's key was there, or another chunk had come in between: nothing was written. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && /(UNIQUE|NOT NULL) constraint failed: import_chunks\./.test(error.message);
}

/** The one atomic batch of a chunk. Its first statement fails it whole when the chunk is there or the state has moved on. */
function chunkStatements(
  site_id: string,
  request: ImportRequest,
  chunks: number,
  added: Added,
  now: number,
): Statement[] {
  const { chunk, rows, lines = Math.max(1, rows.length) } = request;
  const statements: Statement[] = [
    {
      sql: `INSERT INTO import_chunks (site_id, chunk, at, lines) VALUES (?1, ?2, ?3,
        CASE WHEN (SELECT chunks FROM import_salts WHERE site_id = ?1) = ?5 THEN ?4 END)`,
      params: [site_id, chunk, now, lines, chunks],
    },
    { sql: "UPDATE import_salts SET chunks = chunks + 1 WHERE site_id = ?1", params: [site_id] },
  ];
  const add = (sql: string, values: Iterable<unknown>) => {
    for (const json of jsonChunks(values)) statements.push({ sql, params: [site_id, json] });
  };
  const events = added.events.map(({ session_id, n, event }) => eventRows(session_id, n, [event]));
  statements.push(...storeEvents(site_id, now, events));
  add(UPSERT_MOVED_SESSIONS, added.sessions.map(sessionValues));
  add(ADD_ROLLUPS, added.rollups.map(rollupValues));
  add(UPSERT_VISITORS, added.visitors.map(visitorValues));
  return statements;
}

const UPSERT_VISITORS = `INSERT INTO import_visitors (site_id, day, visitor_id, seen, sessions)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
  ON CONFLICT (site_id, day, visitor_id) DO UPDATE SET seen = excluded.seen, sessions = excluded.sessions`;

function visitorValues({ day, visitor_id, seen, sessions }: ImportVisitor): unknown[] {
  return [day, visitor_id, [...seen].slice(0, MOST_SEEN), sessions.map((s) => [s.session_id, s.hour])];
}
