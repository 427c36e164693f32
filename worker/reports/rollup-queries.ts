import * as z from "zod";
import { type Counts, NO_COUNTS } from "../../durable-objects/site/model/rollup";
import { jsonChunks } from "../../durable-objects/site/sinks/json-chunks";
import { OTHER } from "../../protocol/limits";
import type { Metric } from "../../protocol/stats";
import type { SiteScope } from "../routes/route";
import { type DateRange, dayNumber } from "./calendar";
import type { Database } from "./database";
import { metricSql } from "./metrics";

/** Queries of `rollups`. Each reads one run of its primary key (site, dimension, day, hour, value). */

const FROM_DAYS = "FROM rollups WHERE site_id = ?1 AND dimension = ?2 AND day BETWEEN ?3 AND ?4";

const TotalRow = z.object({
  events: z.number(),
  page_views: z.number(),
  visitors: z.number(),
  sessions: z.number(),
  bounces: z.number(),
  errors: z.number(),
  duration_ms: z.number(),
  engaged_ms: z.number(),
});
const SUMS = TotalRow.keyof()
  .options.map((name) => `sum(${name}) AS ${name}`)
  .join(", ");
const HourRow = TotalRow.extend({ day: z.number(), hour: z.number() });
const ValueRow = TotalRow.extend({ value: z.string() });
export type HourSums = z.infer<typeof HourRow>;
export type ValueSums = z.infer<typeof ValueRow>;

/** The first day with data (YYYYMMDD), or null. */
export async function firstDay(db: Database, { site }: SiteScope): Promise<number | null> {
  const sql = "SELECT min(day) AS day FROM rollups WHERE site_id = ?1 AND dimension = 'total'";
  const [row] = await db.rows(sql, [site.id]);
  return z.object({ day: z.number().nullable() }).parse(row).day;
}

export async function sumOfDays(db: Database, { site }: SiteScope, range: DateRange): Promise<Counts> {
  const rows = await db.rows(`SELECT ${SUMS} ${FROM_DAYS} HAVING count(*) > 0`, [site.id, "total", ...days(range)]);
  return rows[0] === undefined ? NO_COUNTS : TotalRow.parse(rows[0]);
}

/** By the hour, or one row a day with the hour 0. */
export async function sumsByTime(
  db: Database,
  { site }: SiteScope,
  range: DateRange,
  interval: "hour" | "day",
): Promise<HourSums[]> {
  const [hour, group] = interval === "hour" ? ["hour", "day, hour"] : ["0 AS hour", "day"];
  const rows = await db.rows(`SELECT day, ${hour}, ${SUMS} ${FROM_DAYS} GROUP BY ${group}`, [
    site.id,
    "total",
    ...days(range),
  ]);
  return rows.map((row) => HourRow.parse(row));
}

/** The first `limit` values by that metric, then by their text; `(other)` last. */
export async function topValues(
  db: Database,
  { site }: SiteScope,
  range: DateRange,
  { dimension, order, limit }: { dimension: string; order: Metric; limit: number },
): Promise<ValueSums[]> {
  const sql = `SELECT value, ${SUMS} ${FROM_DAYS} GROUP BY value ORDER BY value = ?5, ${metricSql(order)} DESC, value LIMIT ?6`;
  const rows = await db.rows(sql, [site.id, dimension, ...days(range), OTHER, limit]);
  return rows.map((row) => ValueRow.parse(row));
}

export async function namedValues(
  db: Database,
  { site }: SiteScope,
  range: DateRange,
  dimension: string,
  values: Iterable<string>,
): Promise<ValueSums[]> {
  const sql = `SELECT value, ${SUMS} ${FROM_DAYS} AND value IN (SELECT named.value FROM json_each(?5) AS named) GROUP BY value`;
  const found: ValueSums[] = [];
  for (const json of jsonChunks(values)) {
    const rows = await db.rows(sql, [site.id, dimension, ...days(range), json]);
    for (const row of rows) found.push(ValueRow.parse(row));
  }
  return found;
}

function days({ from, to }: DateRange): [number, number] {
  return [dayNumber(from), dayNumber(to)];
}
