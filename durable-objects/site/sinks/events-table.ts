import type { SiteEvent } from "../../../protocol/event";
import { joinRows } from "./json-chunks";
import { JSON_ROWS } from "./json-rows";
import type { Statement } from "./statement";

/** The day tables of raw events: one `WITHOUT ROWID` table a day of storing, no other index; retention drops the table. */

/** Columns after the key. The usual ones first, so that rows of page views end early. */
const COLUMNS = [
  ["at", "INTEGER NOT NULL"],
  ["type", "TEXT NOT NULL"],
  ["page_url", "TEXT NOT NULL"],
  ["name", "TEXT"],
  ["title", "TEXT"],
  ["engaged_ms", "INTEGER"],
  ["scroll_depth", "INTEGER"],
  ["event_id", "TEXT"],
  ["event_data", "TEXT CHECK (event_data IS NULL OR json_valid(event_data))"],
  ["target_tag", "TEXT"],
  ["target_selector", "TEXT"],
  ["target_element", "TEXT"],
  ["target_id", "TEXT"],
  ["target_class", "TEXT"],
  ["viewport_x", "INTEGER"],
  ["viewport_y", "INTEGER"],
  ["screen_x", "INTEGER"],
  ["screen_y", "INTEGER"],
  ["scroll_x", "INTEGER"],
  ["scroll_y", "INTEGER"],
  ["mouse_button", "INTEGER"],
  ["click_count", "INTEGER"],
  ["input_value", "TEXT"],
  ["input_masked", "INTEGER"],
  ["key_pressed", "TEXT"],
] as const;

/** Session and number stand before the columns. */
const KEYS = 2;

/** Name of the table for events stored at `at`; days are UTC. */
export function eventsTable(at: number): string {
  return `events_${new Date(at).toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** Matches exactly the names that `eventsTable` makes. */
export const EVENTS_TABLE = /^events_\d{8}$/;

export function createEventsTable(table: string): string {
  const columns = COLUMNS.map(([name, type]) => `${name} ${type}`).join(", ");
  return `CREATE TABLE IF NOT EXISTS ${table} (site_id TEXT NOT NULL, session_id TEXT NOT NULL, n INTEGER NOT NULL, ${columns}, PRIMARY KEY (site_id, session_id, n)) WITHOUT ROWID`;
}

/** Most events, page views above all, have nothing beyond these columns: reading fewer takes half the time. */
const FEW_COLUMNS = 9;

function insertEvents(table: string, columns: number): string {
  const names = COLUMNS.slice(0, columns).map(([name]) => name);
  const values = names.map((_, i) => `value ->> ${i + KEYS}`);
  return `INSERT INTO ${table} (site_id, session_id, n, ${names.join(", ")}) SELECT ?1, value ->> 0, value ->> 1, ${values.join(", ")} FROM ${JSON_ROWS}`;
}

/** Rows for D1 as JSON texts without the brackets around them; those with few columns apart. */
export interface EventRows {
  few: string;
  many: string;
}

/** The rows of a session's events, `n` of the first one known. */
export function eventRows(session_id: string, from: number, events: readonly SiteEvent[]): EventRows {
  const few: string[] = [];
  const many: string[] = [];
  events.forEach((event, i) => {
    const values = eventValues(session_id, from + i, event);
    (values.length <= KEYS + FEW_COLUMNS ? few : many).push(JSON.stringify(values));
  });
  return { few: few.join(), many: many.join() };
}

/** Rows of several sessions as one. */
export function joinEventRows(rows: readonly EventRows[]): EventRows {
  const join = (texts: string[]) => texts.filter((text) => text !== "").join();
  return { few: join(rows.map(({ few }) => few)), many: join(rows.map(({ many }) => many)) };
}

/** Stores rows in the table of the day of `at`; nothing for none. */
export function storeEvents(site_id: string, at: number, rows: readonly EventRows[]): Statement[] {
  const table = eventsTable(at);
  const inserts = (columns: number, texts: string[]): Statement[] =>
    joinRows(texts).map((json) => ({ sql: insertEvents(table, columns), params: [site_id, json] }));
  const statements = [
    ...inserts(
      FEW_COLUMNS,
      rows.map(({ few }) => few),
    ),
    ...inserts(
      COLUMNS.length,
      rows.map(({ many }) => many),
    ),
  ];
  return statements.length === 0 ? [] : [{ sql: createEventsTable(table), params: [] }, ...statements];
}

/** Rows as D1 answers `EVENT_SELECT`. */
export function readEventRows({ few, many }: EventRows): Record<string, unknown>[] {
  const rows: unknown[][] = JSON.parse(`[${[few, many].filter((text) => text !== "").join()}]`);
  return rows.map(([session_id, n, ...values]) => ({
    session_id,
    n,
    ...Object.fromEntries(COLUMNS.map(([name], i) => [name, asStored(values[i] ?? null)])),
  }));
}

/** As `value ->> i` stores it. */
function asStored(value: unknown): unknown {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** The columns that reads select, under the names the outside uses. */
export const EVENT_SELECT = ["session_id", "n", ...COLUMNS.map(([name]) => name)].join(", ");

/** What is absent at the end is left out and stored as NULL. */
function eventValues(session_id: string, n: number, event: SiteEvent): unknown[] {
  const row: Record<string, unknown> = event.detail ? { ...event, ...event.detail } : { ...event };
  const values: unknown[] = [session_id, n];
  let used = 0;
  for (const [name] of COLUMNS) {
    const value = row[name] ?? null;
    values.push(value);
    if (value !== null) used = values.length;
  }
  values.length = used;
  return values;
}
