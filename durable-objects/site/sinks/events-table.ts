import type { NumberedEvent } from "../model/entry";

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

/** Takes the site and one JSON parameter: an array of rows as `eventValues` makes them. */
export function insertEvents(table: string): string {
  const names = COLUMNS.map(([name]) => name).join(", ");
  const values = COLUMNS.map((_, i) => `value ->> ${i + 2}`).join(", ");
  return `INSERT INTO ${table} (site_id, session_id, n, ${names}) SELECT ?1, value ->> 0, value ->> 1, ${values} FROM json_each(?2)`;
}

/** The columns that reads select, under the names the outside uses. */
export const EVENT_SELECT = [
  "session_id",
  "n",
  ...COLUMNS.map(([name]) => (name === "at" ? "at" : name === "type" ? "type" : name)),
].join(", ");

/** One row for `insertEvents`; what is absent at the end is left out and stored as NULL. */
export function eventValues(session_id: string, event: NumberedEvent): unknown[] {
  const row: Record<string, unknown> = { ...event, ...event.detail };
  const values: unknown[] = [session_id, event.n, ...COLUMNS.map(([name]) => row[name] ?? null)];
  while (values.at(-1) === null) values.pop();
  return values;
}
