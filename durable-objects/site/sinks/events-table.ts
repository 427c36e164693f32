import type { NumberedEvent } from "../model/entry";
import { jsonChunks } from "./json-chunks";
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

/** Stores rows as `eventValues` makes them in the table of the day of `at`; nothing for none. */
export function storeEvents(site_id: string, at: number, rows: readonly unknown[][]): Statement[] {
  if (rows.length === 0) return [];
  const table = eventsTable(at);
  const isShort = (row: unknown[]) => row.length <= KEYS + FEW_COLUMNS;
  const statements: Statement[] = [{ sql: createEventsTable(table), params: [] }];
  const add = (columns: number, some: unknown[][]) => {
    for (const json of jsonChunks(some))
      statements.push({ sql: insertEvents(table, columns), params: [site_id, json] });
  };
  add(FEW_COLUMNS, rows.filter(isShort));
  add(
    COLUMNS.length,
    rows.filter((row) => !isShort(row)),
  );
  return statements;
}

/** The columns that reads select, under the names the outside uses. */
export const EVENT_SELECT = [
  "session_id",
  "n",
  ...COLUMNS.map(([name]) => (name === "at" ? "at" : name === "type" ? "type" : name)),
].join(", ");

/** One row for `storeEvents`; what is absent at the end is left out and stored as NULL. */
export function eventValues(session_id: string, event: NumberedEvent): unknown[] {
  const row: Record<string, unknown> = event.detail ? { ...event, ...event.detail } : { ...event };
  const values: unknown[] = [session_id, event.n];
  let used = 0;
  for (const [name] of COLUMNS) {
    const value = row[name] ?? null;
    values.push(value);
    if (value !== null) used = values.length;
  }
  values.length = used;
  return values;
}
