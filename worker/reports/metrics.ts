import type { Counts } from "../../durable-objects/site/model/rollup";
import type { Metric, StatsRow } from "../../protocol/stats";

/** Each metric as a sum of rollups, or as the ratio of two. */
const METRIC_SUMS: Record<Metric, readonly [keyof Counts] | readonly [above: keyof Counts, below: keyof Counts]> = {
  visitors: ["visitors"],
  sessions: ["sessions"],
  page_views: ["page_views"],
  events: ["events"],
  errors: ["errors"],
  bounce_rate: ["bounces", "sessions"],
  session_duration: ["duration_ms", "sessions"],
  engaged_time: ["engaged_ms", "sessions"],
};

/** A metric's value; a ratio to nothing is 0. */
export function metricOf(metric: Metric, sums: Counts): number {
  const [above, below] = METRIC_SUMS[metric];
  if (below === undefined) return sums[above];
  return sums[below] === 0 ? 0 : sums[above] / sums[below];
}

/** The same in SQL, over the rollups of a group. */
export function metricSql(metric: Metric): string {
  const [above, below] = METRIC_SUMS[metric];
  if (below === undefined) return `sum(${above})`;
  return `coalesce(sum(${above}) * 1.0 / nullif(sum(${below}), 0), 0)`;
}

export function metricsOf(metrics: readonly Metric[], sums: Counts): StatsRow {
  return Object.fromEntries(metrics.map((metric) => [metric, metricOf(metric, sums)]));
}
