import * as z from "zod";
import type { Session } from "../../durable-objects/site/model/session";
import { jsonChunks } from "../../durable-objects/site/sinks/json-chunks";
import type { Database } from "../reports/database";
import type { SiteScope } from "../routes/route";
import { JsonText } from "../store/json-text";
import type { ImportVisitor } from "./add-page-views";
import { CHUNK_LINES, ShortChunks } from "./import-request";
import type { PageView } from "./page-view";

/** What an import finds in the book of record. */

export interface ImportState {
  salt: string;
  /** Number of chunks applied so far: what is computed now holds while it stays the same. */
  chunks: number;
}

const StateRow = z.object({ salt: z.string(), chunks: z.number() });

/** The site's salt and count of chunks. A site without a salt gets `new_salt`. */
export async function importState(db: Database, { site }: SiteScope, new_salt: string): Promise<ImportState> {
  const find = async () => db.rows("SELECT salt, chunks FROM import_salts WHERE site_id = ?1", [site.id]);
  const [row] = await find();
  if (row !== undefined) return StateRow.parse(row);
  const sql = "INSERT OR IGNORE INTO import_salts (site_id, salt) VALUES (?1, ?2)";
  await db.write([{ sql, params: [site.id, new_salt] }]);
  return StateRow.parse((await find())[0]);
}

export async function isApplied(db: Database, { site }: SiteScope, chunk: string): Promise<boolean> {
  const rows = await db.rows("SELECT 1 FROM import_chunks WHERE site_id = ?1 AND chunk = ?2", [site.id, chunk]);
  return rows.length > 0;
}

const MOST_SHORT_CHUNKS = 5_000;

/** Where imported files ended: a file that has grown since is cut there again. Newest first. */
export async function shortChunks(db: Database, { site }: SiteScope): Promise<ShortChunks> {
  const sql = "SELECT chunk, lines FROM import_chunks WHERE site_id = ?1 AND lines < ?2 ORDER BY at DESC LIMIT ?3";
  return ShortChunks.parse(await db.rows(sql, [site.id, CHUNK_LINES, MOST_SHORT_CHUNKS]));
}

const VisitorRow = z.object({
  day: z.number(),
  visitor_id: z.string(),
  seen: JsonText.pipe(z.array(z.number())),
  sessions: JsonText.pipe(z.array(z.tuple([z.string(), z.number()]))),
});

// CROSS JOIN keeps the order: left to itself the planner reads all of the site's rows for each one asked for.
// https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join
export const FIND_VISITORS = `SELECT v.day, v.visitor_id, v.seen, v.sessions FROM json_each(?2) AS asked
  CROSS JOIN import_visitors AS v ON v.site_id = ?1 AND v.day = asked.value ->> 0 AND v.visitor_id = asked.value ->> 1`;

/** The visitors of these page views as earlier chunks left them, with their sessions. */
export async function importVisitors(
  db: Database,
  { site }: SiteScope,
  views: readonly PageView[],
): Promise<Map<string, ImportVisitor>> {
  const asked = new Map(views.map(({ day, visitor_id }) => [visitor_id, [day, visitor_id]]));
  const found: z.infer<typeof VisitorRow>[] = [];
  for (const json of jsonChunks(asked.values())) {
    for (const row of await db.rows(FIND_VISITORS, [site.id, json])) found.push(VisitorRow.parse(row));
  }
  const hours = new Map(found.flatMap((visitor) => visitor.sessions));
  const sessions = await importSessions(db, site.id, hours);
  return new Map(
    found.map((visitor) => [
      visitor.visitor_id,
      {
        day: visitor.day,
        visitor_id: visitor.visitor_id,
        seen: new Set(visitor.seen),
        // A session that was erased since does not come back.
        sessions: visitor.sessions.flatMap(([id]) => {
          const stored = sessions.get(id);
          return stored ? [{ ...stored, day: visitor.day }] : [];
        }),
      },
    ]),
  );
}

const SessionRow = z.object({
  session_id: z.string(),
  visitor_id: z.string(),
  started_at: z.number(),
  last_activity_at: z.number(),
  page_url: z.string(),
  referrer: z.string(),
  entry_page: z.string(),
  exit_page: z.string(),
  page_views: z.number(),
  journey: JsonText.pipe(z.array(z.tuple([z.number(), z.string(), z.string()]))),
  source: z.string(),
  channel: z.string(),
  campaign: z.string(),
  medium: z.string(),
  device_type: z.string(),
  browser: z.string(),
  browser_version: z.string(),
  os: z.string(),
});
const SESSION_COLUMNS = SessionRow.keyof()
  .options.map((name) => `s.${name}`)
  .join(", ");

export const FIND_SESSIONS = `SELECT ${SESSION_COLUMNS} FROM json_each(?2) AS asked
  CROSS JOIN sessions AS s ON s.site_id = ?1 AND s.session_id = asked.value`;

/** Imported sessions by id; their `day` is still to be set. `hours`: when each was opened. */
async function importSessions(
  db: Database,
  site_id: string,
  hours: ReadonlyMap<string, number>,
): Promise<Map<string, Session>> {
  const sessions = new Map<string, Session>();
  for (const json of jsonChunks(hours.keys())) {
    for (const row of await db.rows(FIND_SESSIONS, [site_id, json])) {
      const session = sessionOf(SessionRow.parse(row), hours);
      sessions.set(session.session_id, session);
    }
  }
  return sessions;
}

/** An imported session has page views alone, so the rest of it is known without having been stored. */
function sessionOf(row: z.infer<typeof SessionRow>, hours: ReadonlyMap<string, number>): Session {
  const { session_id, visitor_id, started_at, page_url, referrer, entry_page, page_views } = row;
  return {
    session_id,
    visitor_id,
    user_id: null,
    id_mode: "import",
    named: false,
    started_at,
    last_at: row.last_activity_at,
    start_moved: false,
    ended: true,
    day: 0,
    hour: hours.get(session_id) ?? 0,
    page_url,
    referrer,
    entry_page,
    entry_at: started_at,
    current_page: row.exit_page,
    current_at: row.last_activity_at,
    page_views,
    events: page_views,
    errors: 0,
    customs: 0,
    engaged_ms: 0,
    next_n: page_views,
    journey: row.journey.map(([after, type, path]) => ({ at: started_at + after, type, path })),
    dimensions: {
      country: null,
      region: null,
      city: null,
      latitude: null,
      longitude: null,
      device: row.device_type,
      browser: row.browser,
      browser_version: row.browser_version,
      os: row.os,
      source: row.source,
      channel: row.channel,
      referrer,
      campaign: row.campaign,
      medium: row.medium,
      language: "",
    },
    context: {},
    rev: 0,
    stored_rev: -1,
    stored_at: 0,
  };
}
