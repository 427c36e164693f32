import { dateOfDay } from "../../durable-objects/site/model/local-time";
import { type Counts, NO_COUNTS, type RollupRow } from "../../durable-objects/site/model/rollup";
import { OTHER } from "../../protocol/limits";
import type { Metric, StatsQuery, StatsReply, StatsRow } from "../../protocol/stats";
import type { SiteScope } from "../routes/route";
import { type DateRange, datesIn, dayNumber, hourAt, hourLabel, hoursIn } from "./calendar";
import type { Database } from "./database";
import { metricOf, metricsOf } from "./metrics";
import { firstDay, namedValues, sumOfDays, sumsByTime, topValues } from "./rollup-queries";
import { type Resolved, resolveInterval, resolveRange } from "./stats-range";

export type StatsKind = "aggregate" | "timeseries" | "breakdown";

export interface StatsSource {
  db: Database;
  scope: SiteScope;
  /** Rollups of hours that the database does not have yet. They add up with those it has. */
  openRows: () => Promise<readonly RollupRow[]>;
  /** Milliseconds since 1970. */
  now: number;
}

/** History of a site from rollups alone. Refusals name the field and what is wrong with it. */
export async function readStats(
  kind: StatsKind,
  query: StatsQuery,
  source: StatsSource,
): Promise<Resolved<StatsReply>> {
  const { db, scope, now } = source;
  const timezone = scope.site.time_zone;
  if (query.timezone !== undefined && query.timezone !== timezone) {
    return { ok: false, fields: { timezone: `This site counts its days in ${timezone}.` } };
  }
  const { dimension } = query;
  if (kind === "breakdown" && dimension === undefined) {
    return { ok: false, fields: { dimension: "Say what to break the numbers down by." } };
  }
  const open = await source.openRows();
  const current = hourAt(now, timezone);
  const first = query.period === "all" ? earliest(await firstDay(db, scope), open) : null;
  const range = resolveRange(query, current.date, first);
  if (!range.ok) return range;

  const from = dayNumber(range.value.from);
  const to = dayNumber(range.value.to);
  const rows = open.filter(
    (row) => row.day >= from && row.day <= to && row.dimension === (kind === "breakdown" ? dimension : "total"),
  );
  const reply = { ...range.value, timezone };
  switch (kind) {
    case "aggregate": {
      const sums = rows.reduce(plus, await sumOfDays(db, scope, range.value));
      return { ok: true, value: { data: [metricsOf(query.metrics, sums)], ...reply } };
    }
    case "timeseries": {
      const interval = resolveInterval(query, range.value);
      if (!interval.ok) return interval;
      const stored = await sumsByTime(db, scope, range.value, interval.value);
      const labels = labelsOf(range.value, interval.value, timezone, now);
      const data = series(labels, [...stored, ...rows], interval.value, query.metrics);
      return { ok: true, value: { data, ...reply, interval: interval.value } };
    }
    case "breakdown": {
      const data = await breakdown(source, range.value, query, dimension ?? "", rows);
      return { ok: true, value: { data, ...reply } };
    }
    default:
      return kind satisfies never;
  }
}

function earliest(stored: number | null, open: readonly RollupRow[]): string | null {
  const days = open.filter((row) => row.dimension === "total").map((row) => row.day);
  if (stored !== null) days.push(stored);
  return days.length === 0 ? null : dateOfDay(Math.min(...days));
}

/** The points of a timeseries; none lie in the future. */
function labelsOf(range: DateRange, interval: "hour" | "day", timeZone: string, now: number): string[] {
  const current = hourAt(now, timeZone);
  const past = { from: range.from, to: range.to < current.date ? range.to : current.date };
  if (interval === "day") return datesIn(past);
  const end = hourLabel(current);
  return hoursIn(past, timeZone)
    .map(hourLabel)
    .filter((label) => label <= end);
}

/** One row a label, zero where nothing was counted. */
export function series(
  labels: readonly string[],
  rows: Iterable<Counts & { day: number; hour: number }>,
  interval: "hour" | "day",
  metrics: readonly Metric[],
): StatsRow[] {
  const sums = new Map<string, Counts>(labels.map((label) => [label, NO_COUNTS]));
  for (const row of rows) {
    const date = dateOfDay(row.day);
    const label = interval === "day" ? date : hourLabel({ date, hour: row.hour });
    const had = sums.get(label);
    if (had) sums.set(label, plus(had, row));
  }
  return Array.from(sums, ([date, counts]) => ({ date, ...metricsOf(metrics, counts) }));
}

async function breakdown(
  { db, scope }: StatsSource,
  range: DateRange,
  { metrics, limit }: StatsQuery,
  dimension: string,
  open: readonly RollupRow[],
): Promise<StatsRow[]> {
  const order = metrics[0] ?? "visitors";
  const values = new Map<string, Counts>();
  for (const row of open) values.set(row.value, plus(values.get(row.value) ?? NO_COUNTS, row));
  const named = [...values.keys()];
  // Open rows can move a value up by any number of places, or down and let as many others in.
  const top = await topValues(db, scope, range, { dimension, order, limit: limit + named.length });
  const stored = new Map([...top, ...(await namedValues(db, scope, range, dimension, named))].map((r) => [r.value, r]));
  for (const [value, sums] of stored) values.set(value, plus(values.get(value) ?? NO_COUNTS, sums));
  return ranked(values, order)
    .slice(0, limit)
    .map(([value, sums]) => ({ value, ...metricsOf(metrics, sums) }));
}

/** Most first, equals by their text, `(other)` last. */
function ranked(values: Iterable<[string, Counts]>, order: Metric): [string, Counts][] {
  return [...values].sort(
    ([a, x], [b, y]) =>
      Number(a === OTHER) - Number(b === OTHER) || metricOf(order, y) - metricOf(order, x) || (a < b ? -1 : 1),
  );
}

function plus(a: Counts, b: Counts): Counts {
  return {
    events: a.events + b.events,
    page_views: a.page_views + b.page_views,
    visitors: a.visitors + b.visitors,
    sessions: a.sessions + b.sessions,
    bounces: a.bounces + b.bounces,
    errors: a.errors + b.errors,
    duration_ms: a.duration_ms + b.duration_ms,
    engaged_ms: a.engaged_ms + b.engaged_ms,
  };
}
