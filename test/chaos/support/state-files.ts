import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { openD1 } from "../../support/d1-file.ts";
import { PATIENCE } from "../../support/patience.ts";

/** What really lies in a state folder, past the product's own reads; also while a server runs, and after it died. */

const EventRow = z.object({
  site_id: z.string(),
  session_id: z.string(),
  type: z.string(),
  title: z.string(),
  at: z.number(),
});
export type EventRow = z.infer<typeof EventRow>;

/** All raw event rows of D1, of every site. */
export function storedRows(state: string): EventRow[] {
  using db = openD1(state);
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE name GLOB 'events_[0-9]*'").all();
  return tables.flatMap(({ name }) =>
    z.array(EventRow).parse(db.prepare(`SELECT site_id, session_id, type, title, at FROM ${String(name)}`).all()),
  );
}

/** Rows of D1 in which a time runs backwards, as `table: what`. */
export function backwards(state: string): string[] {
  using db = openD1(state);
  const sessions = db
    .prepare(
      "SELECT session_id FROM sessions WHERE last_activity_at < started_at OR COALESCE(ended_at, started_at) < started_at OR engaged_ms < 0",
    )
    .all();
  const rollups = db
    .prepare(
      "SELECT dimension, value FROM rollups WHERE duration_ms < 0 OR engaged_ms < 0 OR sessions < 0 OR events < 0",
    )
    .all();
  return [
    ...sessions.map((row) => `sessions: ${row.session_id}`),
    ...rollups.map((row) => `rollups: ${row.dimension} ${row.value}`),
  ];
}

/** Sums of D1's rollup rows of a site for one dimension. */
export function storedRollups(state: string, site: string, dimension: string): { events: number; page_views: number } {
  using db = openD1(state);
  const row = db
    .prepare(
      "SELECT COALESCE(SUM(events), 0) AS events, COALESCE(SUM(page_views), 0) AS page_views FROM rollups WHERE site_id = ? AND dimension = ?",
    )
    .get(site, dimension);
  return z.object({ events: z.number(), page_views: z.number() }).parse(row);
}

export interface ObjectState {
  /** Titles of events that were taken and are not yet in D1, one for each row. */
  waiting: string[];
  /** Rows that D1 refused for their data. */
  set_aside: number;
  /** When each salt is destroyed, milliseconds since 1970. */
  salts: number[];
  file: string;
}

const Rows = z.array(z.array(z.unknown()));
/** Place of the title in a row for D1. */
const TITLE = 6;

/** The object of a site, read from its file; null if it has none yet. */
export function objectOf(state: string, site: string): ObjectState | null {
  const folder = join(state, "do", "footfall-SiteObject");
  for (const name of readdirSync(folder)) {
    if (!/^[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const file = join(folder, name);
    using db = new DatabaseSync(file, { readOnly: true, timeout: PATIENCE });
    const tables = db.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name IN ('meta', 'batches')").get();
    if (tables?.n !== 2) continue;
    const facts = db.prepare("SELECT value FROM meta WHERE name = 'facts'").get()?.value;
    if (typeof facts !== "string" || z.object({ site_id: z.string() }).parse(JSON.parse(facts)).site_id !== site)
      continue;
    const rows = db
      .prepare(
        `SELECT few, many FROM (SELECT n, few, many FROM batches UNION ALL SELECT n, few, many FROM batches_2)
         WHERE n > COALESCE((SELECT value ->> 'n' FROM meta WHERE name = 'flushed'), 0)`,
      )
      .all();
    const waiting = rows
      .flatMap(({ few, many }) => [few, many])
      .flatMap((text) => Rows.parse(JSON.parse(`[${text}]`)).map((row) => String(row[TITLE] ?? "")));
    const aside = db.prepare("SELECT COUNT(*) AS n FROM set_aside").get();
    const salts = db.prepare("SELECT expires_at FROM salts").all();
    return { waiting, set_aside: Number(aside?.n ?? 0), salts: salts.map((row) => Number(row.expires_at)), file };
  }
  return null;
}

/** Files of a folder in which one of the texts stands, with the text; `key` holds the key on purpose. */
export function findTexts(state: string, texts: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of readdirSync(state, { recursive: true, encoding: "utf8" })) {
    const file = join(state, name);
    if (name === "key" || !statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    for (const text of texts) if (bytes.includes(text)) found.push(`${name}: ${text}`);
  }
  return found;
}
