import { Buffer } from "node:buffer";
import * as z from "zod";
import { EVENT_SELECT, eventsTable } from "../../durable-objects/site/sinks/events-table";
import type { WaitingEvent } from "../../durable-objects/site/unstored";
import { CLOCK_AHEAD } from "../../protocol/limits";
import type { SiteScope } from "../routes/route";
import { dayTables } from "./day-tables";

/** Raw events read back, from D1 and, where D1 does not have them yet, from the site's object. */

const nullable = <T extends z.ZodType>(type: T) => type.nullable();
const EventRow = z.object({
  session_id: z.string(),
  n: z.number(),
  at: z.number(),
  type: z.string(),
  page_url: z.string(),
  name: nullable(z.string()),
  title: nullable(z.string()),
  engaged_ms: nullable(z.number()),
  scroll_depth: nullable(z.number()),
  event_id: nullable(z.string()),
  event_data: nullable(z.string()),
  target_tag: nullable(z.string()),
  target_selector: nullable(z.string()),
  target_element: nullable(z.string()),
  target_id: nullable(z.string()),
  target_class: nullable(z.string()),
  viewport_x: nullable(z.number()),
  viewport_y: nullable(z.number()),
  screen_x: nullable(z.number()),
  screen_y: nullable(z.number()),
  scroll_x: nullable(z.number()),
  scroll_y: nullable(z.number()),
  mouse_button: nullable(z.number()),
  click_count: nullable(z.number()),
  input_value: nullable(z.string()),
  input_masked: nullable(z.number()),
  key_pressed: nullable(z.string()),
});
type EventRow = z.infer<typeof EventRow>;

/** An event as the API answers it. */
export interface ReadEvent {
  event_id: string;
  session_id: string;
  n: number;
  timestamp: string;
  event_type: string;
  page_url: string;
  [column: string]: unknown;
}

function fromRow({ at, type, n, session_id, event_id, event_data, input_masked, ...rest }: EventRow): ReadEvent {
  return {
    event_id: event_id ?? `${session_id}:${n}`,
    session_id,
    n,
    timestamp: new Date(at).toISOString(),
    event_type: type,
    ...rest,
    input_masked: input_masked === 1,
    event_data: event_data === null ? null : JSON.parse(event_data),
  };
}

/** Rows that wait in the object. */
export const fromWaiting = (rows: WaitingEvent[]): ReadEvent[] => z.array(EventRow).parse(rows).map(fromRow);

/** A session's rows by the key of the day tables, in order of time. */
export async function storedSessionEvents(db: D1Database, scope: SiteScope, session_id: string): Promise<ReadEvent[]> {
  const tables = await dayTables(db);
  if (tables.length === 0) return [];
  const sql = (table: string) =>
    `SELECT ${EVENT_SELECT} FROM ${table} WHERE site_id = ?1 AND session_id = ?2 ORDER BY n`;
  const answers = await db.batch(tables.map((table) => db.prepare(sql(table)).bind(scope.site.id, session_id)));
  return answers.flatMap(({ results }) => z.array(EventRow).parse(results)).map(fromRow);
}

/** Order of time; events of one moment by the bytes of their session and by number, as the database sorts them. */
export function inOrder(a: ReadEvent, b: ReadEvent): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1;
  if (a.session_id !== b.session_id) return Buffer.compare(Buffer.from(a.session_id), Buffer.from(b.session_id));
  return a.n - b.n;
}

/** Joins what D1 has with what waits in the object: each event once, in order. */
export function joinEvents(stored: readonly ReadEvent[], waiting: readonly ReadEvent[]): ReadEvent[] {
  const byKey = new Map<string, ReadEvent>();
  for (const event of [...stored, ...waiting]) byKey.set(`${event.session_id}\n${event.n}`, event);
  return [...byKey.values()].sort(inOrder);
}

/** Place of an event in the order. */
export interface EventPlace {
  at: number;
  session_id: string;
  n: number;
}

export interface EventQuery {
  from: number;
  to: number;
  type?: string | undefined;
  limit: number;
  /** Only events before this place. */
  before: EventPlace | null;
}

/** The newest `limit` rows of the site in `[from, to)`. Scans the site's part of each day table that may hold them. */
export async function storedEvents(db: D1Database, scope: SiteScope, query: EventQuery): Promise<ReadEvent[]> {
  // Events are stored on the day they came, which is never before they happened, but for a clock a little ahead.
  const first = eventsTable(query.from - CLOCK_AHEAD);
  const tables = (await dayTables(db)).filter((table) => table >= first);
  if (tables.length === 0) return [];
  const before = query.before ?? { at: query.to, session_id: "", n: -1 };
  const params = [scope.site.id, query.from, query.to, before.at, before.session_id, before.n, query.limit];
  const typed = query.type === undefined ? "" : " AND type = ?8";
  const where = `site_id = ?1 AND at >= ?2 AND at < ?3 AND (at, session_id, n) < (?4, ?5, ?6)${typed}`;
  const answers = await db.batch(
    tables.map((table) =>
      db
        .prepare(
          `SELECT ${EVENT_SELECT} FROM ${table} WHERE ${where} ORDER BY at DESC, session_id DESC, n DESC LIMIT ?7`,
        )
        .bind(...params, ...(query.type === undefined ? [] : [query.type])),
    ),
  );
  return answers.flatMap(({ results }) => z.array(EventRow).parse(results)).map(fromRow);
}
