import type { Dimensions } from "../../../protocol/ingest";
import { OTHER, ROLLUP_VALUES } from "../../../protocol/limits";
import { type HashLanes, hash53, hashLanes } from "../../pure/hash";

/** Counts of one hour, dimension and value; also a row of D1's `rollups`, where rows add up. */
export interface RollupRow {
  dimension: string;
  /** YYYYMMDD in the site's time zone. */
  day: number;
  hour: number;
  value: string;
  events: number;
  page_views: number;
  visitors: number;
  sessions: number;
  bounces: number;
  errors: number;
  duration_ms: number;
  engaged_ms: number;
}

export type Counts = Omit<RollupRow, "dimension" | "day" | "hour" | "value">;

export const NO_COUNTS: Counts = {
  events: 0,
  page_views: 0,
  visitors: 0,
  sessions: 0,
  bounces: 0,
  errors: 0,
  duration_ms: 0,
  engaged_ms: 0,
};

/** Hours that are not yet in D1, by `day * 100 + hour`. */
export type OpenHours = Map<number, OpenHour>;

/** Rows of one hour by dimension and value. */
export type OpenHour = Map<string, Map<string, RollupRow>>;

/** Every row of an hour. */
export function* hourRows(hour: OpenHour): Generator<RollupRow> {
  for (const rows of hour.values()) yield* rows.values();
}

/** Puts a row where its dimension and value belong. */
export function putRow(hour: OpenHour, row: RollupRow): void {
  const rows = hour.get(row.dimension);
  if (rows) rows.set(row.value, row);
  else hour.set(row.dimension, new Map([[row.value, row]]));
}

export function hourKey(day: number, hour: number): number {
  return day * 100 + hour;
}

/** Adds to one row. A value beyond `ROLLUP_VALUES` of its dimension and hour is counted as `(other)`. */
export function addCounts(
  hours: OpenHours,
  day: number,
  hour: number,
  dimension: string,
  value: string,
  counts: Partial<Counts>,
): void {
  const key = hourKey(day, hour);
  let open = hours.get(key);
  if (!open) {
    open = new Map();
    hours.set(key, open);
  }
  const rows = open.get(dimension);
  let row = rows?.get(value);
  if (!row) {
    if (rows && rows.size >= ROLLUP_VALUES && value !== OTHER) {
      addCounts(hours, day, hour, dimension, OTHER, counts);
      return;
    }
    row = { dimension, day, hour, value, ...NO_COUNTS };
    putRow(open, row);
  }
  row.events += counts.events ?? 0;
  row.page_views += counts.page_views ?? 0;
  row.visitors += counts.visitors ?? 0;
  row.sessions += counts.sessions ?? 0;
  row.bounces += counts.bounces ?? 0;
  row.errors += counts.errors ?? 0;
  row.duration_ms += counts.duration_ms ?? 0;
  row.engaged_ms += counts.engaged_ms ?? 0;
}

/** The values under which everything of a session counts. */
export function sessionDimensions(d: Dimensions): [dimension: string, value: string][] {
  const values: [string, string][] = [
    ["total", ""],
    ["source", d.source],
    ["channel", d.channel],
    ["device", d.device],
    ["browser", d.browser],
    ["os", d.os],
  ];
  if (d.country) values.push(["country", d.country]);
  if (d.campaign) values.push(["campaign", d.campaign]);
  return values;
}

/** A visitor as `firstSeen` takes it, made once for many values. */
export type VisitorHash = HashLanes;

export const visitorHash = (visitor_id: string): VisitorHash => hashLanes(`${visitor_id}\n`);

/** What was seen on a day: one hash for each visitor, dimension and value, so that a visitor counts once. */
export interface Seen {
  day: number;
  hashes: Set<number>;
}

/** Beyond this many hashes a day, 12 MB, only the day's visitors are told apart, no longer the visitors of each value. */
const SEEN_A_DAY = 300_000;

/** 1 the first time this visitor comes with this value on that day, else 0. */
export function firstSeen(seen: Seen, visitor: VisitorHash, dimension: string, value: string): 0 | 1 {
  const hash = hash53(`${dimension}\n${value}`, visitor);
  if (seen.hashes.has(hash)) return 0;
  if (seen.hashes.size >= SEEN_A_DAY && dimension !== "total") return 0;
  seen.hashes.add(hash);
  return 1;
}
