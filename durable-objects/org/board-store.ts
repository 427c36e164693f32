import type { SiteReport } from "../../protocol/org";
import type { Listing } from "./directory";

/** Sites whose reports are in one row: far below what a value may hold. */
const PER_ROW = 200;

interface KeptListing {
  org_id: string;
  /** Which of the organization's objects this is; absent in what was kept before there were several. */
  relay?: number;
  listing: Listing;
}

/** What an organization's object remembers through sleep. Every value here was written by this object. */
export class BoardStore {
  readonly #sql: SqlStorage;
  readonly #saved = new Map<string, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS watched (site_id TEXT PRIMARY KEY) WITHOUT ROWID;
    `);
  }

  listing(): KeptListing | null {
    const text = this.#read("listing");
    return text === null ? null : JSON.parse(text);
  }

  saveListing(kept: KeptListing): void {
    this.#write("listing", JSON.stringify(kept));
  }

  reports(): [site_id: string, report: SiteReport][] {
    const rows = this.#sql.exec<{ name: string; body: string }>(
      "SELECT name, body FROM kept WHERE name LIKE 'board:%'",
    );
    return rows.toArray().flatMap(({ name, body }) => {
      this.#saved.set(name, body);
      return JSON.parse(body);
    });
  }

  /** Writes the rows that changed. */
  saveReports(reports: readonly [site_id: string, report: SiteReport][]): void {
    const sorted = reports.toSorted(([a], [b]) => (a < b ? -1 : 1));
    let row = 0;
    for (; row * PER_ROW < sorted.length; row++) {
      this.#write(`board:${row}`, JSON.stringify(sorted.slice(row * PER_ROW, (row + 1) * PER_ROW)));
    }
    for (; this.#saved.delete(`board:${row}`); row++) {
      this.#sql.exec("DELETE FROM kept WHERE name = ?", `board:${row}`);
    }
  }

  /** Sites that were told to report and not yet told to stop. */
  watched(): Set<string> {
    return new Set(
      this.#sql
        .exec<{ site_id: string }>("SELECT site_id FROM watched")
        .toArray()
        .map(({ site_id }) => site_id),
    );
  }

  addWatched(site_id: string): void {
    this.#sql.exec("INSERT OR IGNORE INTO watched (site_id) VALUES (?)", site_id);
  }

  dropWatched(site_id: string): void {
    this.#sql.exec("DELETE FROM watched WHERE site_id = ?", site_id);
  }

  #read(name: string): string | null {
    const [row] = this.#sql.exec<{ body: string }>("SELECT body FROM kept WHERE name = ?", name);
    if (row) this.#saved.set(name, row.body);
    return row?.body ?? null;
  }

  #write(name: string, body: string): void {
    if (this.#saved.get(name) === body) return;
    this.#sql.exec("INSERT OR REPLACE INTO kept (name, body) VALUES (?, ?)", name, body);
    this.#saved.set(name, body);
  }
}
