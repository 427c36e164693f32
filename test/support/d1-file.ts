import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PATIENCE } from "./patience.ts";

/** The D1 file of a state folder. */
export function d1File(state: string): string {
  const folder = join(state, "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error(`There is no D1 file in ${folder}.`);
  return join(folder, file);
}

/** Opens the D1 file of a state folder to read what is really there, past the product's own reads. */
export function openD1(state: string): DatabaseSync {
  // The server holds it alone for a moment when it opens or closes it.
  return new DatabaseSync(d1File(state), { readOnly: true, timeout: PATIENCE });
}

/** Addresses of all raw event rows of a site, one for each row. */
export function storedPages(db: DatabaseSync, site: string): string[] {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE name GLOB 'events_[0-9]*'").all();
  return tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT page_url FROM ${String(name)} WHERE site_id = ?`)
      .all(site)
      .map((row) => String(row.page_url)),
  );
}
