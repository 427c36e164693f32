import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface D1Size {
  /** Of the whole database once it is packed. */
  bytes: number;
  /** By table with its indexes; the tables by day are `events`. */
  tables: Record<string, number>;
}

/** Measures the D1 database of a state folder in a packed copy; the original is only read. */
export function d1Size(state: string): D1Size {
  const folder = join(state, "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error(`There is no D1 file in ${folder}.`);
  const copy = join(state, "packed.sqlite");
  rmSync(copy, { force: true });
  const original = new DatabaseSync(join(folder, file), { readOnly: true });
  original.prepare("VACUUM INTO ?").run(copy);
  original.close();
  const db = new DatabaseSync(copy, { readOnly: true });
  try {
    const tables: Record<string, number> = {};
    const rows = db
      .prepare(
        "SELECT tbl_name AS name, SUM(pgsize) AS bytes FROM dbstat JOIN sqlite_master USING (name) GROUP BY tbl_name",
      )
      .all();
    let bytes = 0;
    for (const { name, bytes: size } of rows) {
      const table = String(name).replace(/^events_\d{8}$/, "events");
      tables[table] = (tables[table] ?? 0) + Number(size);
      bytes += Number(size);
    }
    return { bytes, tables };
  } finally {
    db.close();
  }
}
