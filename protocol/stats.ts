import * as z from "zod";

/** History from rollups: `GET /api/v1/stats/{aggregate,timeseries,breakdown}`. Days and hours are in the site's time zone. */

export const METRICS = [
  "visitors",
  "sessions",
  "page_views",
  "events",
  "errors",
  "bounce_rate",
  "session_duration",
  "engaged_time",
] as const;
export type Metric = (typeof METRICS)[number];

const DIMENSIONS = [
  "page",
  "entry",
  "exit",
  "source",
  "channel",
  "campaign",
  "country",
  "device",
  "browser",
  "os",
  "event",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const list = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .string()
    .transform((s) => s.split(",").map((v) => v.trim()))
    .pipe(z.array(z.enum(values)).min(1));

const day = z.iso.date();

export const StatsQuery = z
  .object({
    site: z.string().min(1).max(128),
    /** Ends today. `all` begins at the first day with data. */
    period: z.enum(["today", "yesterday", "7d", "30d", "90d", "12mo", "all"]).optional(),
    /** First and last day, both included. */
    from: day.optional(),
    to: day.optional(),
    timezone: z.string().max(64).optional(),
    interval: z.enum(["hour", "day"]).optional(),
    metrics: list(METRICS).default(["visitors", "sessions", "page_views"]),
    dimension: z.enum(DIMENSIONS).optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(10),
  })
  .refine((q) => !(q.from && q.to) || q.from <= q.to, { path: ["to"], message: "`to` lies before `from`." });
export type StatsQuery = z.infer<typeof StatsQuery>;

/** One row: `date` in a timeseries, `value` in a breakdown, neither in an aggregate. Durations are milliseconds, rates 0 to 1. */
export type StatsRow = { date?: string; value?: string } & Partial<Record<Metric, number>>;

export interface StatsReply {
  data: StatsRow[];
  from: string;
  to: string;
  timezone: string;
  interval?: "hour" | "day";
}
