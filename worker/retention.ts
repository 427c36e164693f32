import { EVENTS_TABLE, eventsTable } from "../durable-objects/site/sinks/events-table";
import { ALERT_DAYS } from "../protocol/alerts";
import { AUDIT_DAYS, EVENT_DAYS } from "../protocol/limits";
import { allSettled } from "./all-settled";
import { dayTables } from "./reports/day-tables";

const DAY = 86_400_000;
/** Deleting more at once can reset a D1 database; the rest goes with the next run. */
const ROWS_AT_ONCE = 5_000;

/** Day tables whose events are older than `EVENT_DAYS` at `now`. */
function expiredTables(tables: readonly string[], now: number): string[] {
  const oldestKept = eventsTable(now - EVENT_DAYS * DAY);
  return tables.filter((table) => EVENTS_TABLE.test(table) && table < oldestKept);
}

/** Drops what is past its time, each by itself: what cannot be dropped keeps nothing else. Throws what the first to fail did. */
export async function enforceRetention(db: D1Database, now: number): Promise<void> {
  await allSettled([dropEvents(db, now), ...expiredRows(db, now).map((statement) => statement.run())]);
}

/** Dropping a table writes no rows, which is why events lie in one a day. */
async function dropEvents(db: D1Database, now: number): Promise<void> {
  const tables = expiredTables(await dayTables(db), now);
  await allSettled(tables.map(async (table) => db.prepare(`DROP TABLE IF EXISTS ${table}`).run()));
}

/** What deletes rows past their time. */
function expiredRows(db: D1Database, now: number): D1PreparedStatement[] {
  return [
    db
      .prepare(
        "DELETE FROM window_hours WHERE (site_id, at) IN (SELECT site_id, at FROM window_hours WHERE at < ? LIMIT ?)",
      )
      .bind(now - EVENT_DAYS * DAY, ROWS_AT_ONCE),
    db
      .prepare(
        "DELETE FROM alert_log WHERE (site_id, at, rule_id) IN (SELECT site_id, at, rule_id FROM alert_log WHERE at < ? LIMIT ?)",
      )
      .bind(now - ALERT_DAYS * DAY, ROWS_AT_ONCE),
    // By organization: the key begins with it, so that only what goes is read.
    db
      .prepare(
        `DELETE FROM audit WHERE (org_id, at, id) IN
         (SELECT a.org_id, a.at, a.id FROM organizations o CROSS JOIN audit a ON a.org_id = o.id WHERE a.at < ? LIMIT ?)`,
      )
      .bind(now - AUDIT_DAYS * DAY, ROWS_AT_ONCE),
  ];
}
