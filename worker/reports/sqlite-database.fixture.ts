import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Site } from "../../protocol/management";
import type { SiteScope } from "../routes/route";
import type { Database } from "./database";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");

/** The book of record in memory, with all migrations applied. */
export function sqliteDatabase(): Database {
  const db = new DatabaseSync(":memory:");
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (name.endsWith(".sql")) db.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
  }
  // D1 numbers its parameters and takes them in order.
  const numbered = (params: (string | number)[]) => Object.fromEntries(params.map((param, i) => [`?${i + 1}`, param]));
  return {
    rows: async (sql, params) => db.prepare(sql).all(numbered(params)),
    write: async (statements) => {
      db.exec("BEGIN");
      try {
        for (const { sql, params } of statements) db.prepare(sql).run(numbered(params));
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

/** A site as the guard lets it through. */
export function scopeOf(site: Partial<Site> = {}): SiteScope {
  const whole: Site = {
    id: "s",
    org_id: "o",
    name: "Site",
    domain: "example.com",
    domains: ["example.com"],
    group_id: null,
    time_zone: "UTC",
    identity: "daily",
    public_counter: false,
    rate_limit: 100,
    leaves: 1,
    excluded_paths: [],
    excluded_addresses: [],
    created_at: "2026-01-01T00:00:00.000Z",
    ...site,
  };
  // Only the guard can make one; a test stands in for it.
  return {
    site: whole,
    principal: { kind: "key", key_id: "k", org_id: whole.org_id, site_id: null, scopes: [] },
  } as unknown as SiteScope;
}
