import { EVENTS_TABLE, eventsTable } from "../durable-objects/site/sinks/events-table";
import { ALERT_DAYS } from "../protocol/alerts";
import { AUDIT_DAYS, EVENT_DAYS } from "../protocol/limits";
import { dayTables } from "./reports/day-tables";

const DAY = 86_400_000;
/** Deleting more at once can reset a D1 database; the rest goes with the next run. */
const ROWS_AT_ONCE = 5_000;

/** Day tables whose events are older than `EVENT_DAYS` at `now`. */
function expiredTables(tables: readonly string[], now: number): string[] {
  const oldestKept = eventsTable(now - EVENT_DAYS * DAY);
  return tables.filter((table) => EVENTS_TABLE.test(table) && table < oldestKept);
}

/** Drops what is past its time. Dropping a table writes no rows, which is why events lie in one a day. */
export async function enforceRetention(db: D1Database, now: number): Promise<void> {
  for (const table of expiredTables(await dayTables(db), now)) await db.prepare(`DROP TABLE IF EXISTS ${table}`).run();
  await db
    .prepare(
      "DELETE FROM window_hours WHERE (site_id, at) IN (SELECT site_id, at FROM window_hours WHERE at < ? LIMIT ?)",
    )
    .bind(now - EVENT_DAYS * DAY, ROWS_AT_ONCE)
    .run();
  await db
    .prepare(
      "DELETE FROM alert_log WHERE (site_id, at, rule_id) IN (SELECT site_id, at, rule_id FROM alert_log WHERE at < ? LIMIT ?)",
    )
    .bind(now - ALERT_DAYS * DAY, ROWS_AT_ONCE)
    .run();
  // By organization: the key begins with it, so that only what goes is read.
  await db
    .prepare(
      `DELETE FROM audit WHERE (org_id, at, id) IN
         (SELECT a.org_id, a.at, a.id FROM organizations o CROSS JOIN audit a ON a.org_id = o.id WHERE a.at < ? LIMIT ?)`,
    )
    .bind(now - AUDIT_DAYS * DAY, ROWS_AT_ONCE)
    .run();
}
