import * as z from "zod";
import { ALERT_LEVELS, AlertRule } from "../../../protocol/alerts";
import type { SiteRule } from "../model/alerts/rule";
import { localHour } from "../model/local-time";

const RuleRow = z
  .object({
    id: z.string(),
    name: z.string(),
    rule: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(AlertRule),
    level: z.enum(ALERT_LEVELS),
    cooldown_s: z.number(),
    enabled: z.number(),
    created_at: z.number(),
  })
  .transform(
    ({ cooldown_s, enabled, ...row }): SiteRule => ({
      ...row,
      cooldown_ms: cooldown_s * 1_000,
      enabled: enabled === 1,
    }),
  );

/** The site's own rules, as they stand in D1. */
export async function readRules(db: D1Database, site_id: string): Promise<SiteRule[]> {
  const { results } = await db
    .prepare(
      "SELECT id, name, rule, level, cooldown_s, enabled, created_at FROM alert_rules WHERE site_id = ? ORDER BY created_at, id",
    )
    .bind(site_id)
    .all();
  return results.map((row) => RuleRow.parse(row));
}

const WEEK = 7 * 86_400_000;
const WEEKS = 4;

/**
 * Page views in the hour of `now` in an average one of the last four weeks, same weekday and hour of the site's own
 * time; null where none of them had any.
 */
export async function readBaseline(
  db: D1Database,
  site_id: string,
  timeZone: string,
  now: number,
): Promise<number | null> {
  const hours = Array.from({ length: WEEKS }, (_, week) => localHour(now - (week + 1) * WEEK, timeZone));
  const row = await db
    .prepare(
      `SELECT AVG(r.page_views) AS average FROM json_each(?2) h JOIN rollups r
       ON r.site_id = ?1 AND r.dimension = 'total' AND r.day = h.value ->> 'day' AND r.hour = h.value ->> 'hour' AND r.value = ''`,
    )
    .bind(site_id, JSON.stringify(hours))
    .first<{ average: number | null }>();
  return row?.average ?? null;
}
