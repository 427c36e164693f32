import type { Metric } from "../../../../protocol/stats";
import { duration, percent, shortNumber, wholeNumber } from "../../ui/format";

export interface FigureKind {
  metric: Metric;
  name: string;
  explain: string;
  short: (value: number) => string;
  whole: (value: number) => string;
  /** A value on an axis that ends at `top`. */
  tick?: (value: number, top: number) => string;
  /** What values up to `most` are told in on an axis; 1 unless given. */
  unit?: (most: number) => number;
  /** The least step on an axis in that unit; 1 unless given. */
  least?: number;
  /** Whether less is better. */
  lessIsBetter?: boolean;
}

const MINUTE = 60_000;
const durationUnit = (most: number) => (most >= 2 * MINUTE ? MINUTE : 1_000);

const whole = (one: string, many: string) => (value: number) => `${wholeNumber(value)} ${value === 1 ? one : many}`;

/** The figures of the overview, in their order. */
export const FIGURES: readonly FigureKind[] = [
  {
    metric: "visitors",
    name: "Visitors",
    explain: "Browsers that opened a page, counted anew each day: a range of days is the sum of its days.",
    short: shortNumber,
    whole: whole("visitor", "visitors"),
  },
  {
    metric: "sessions",
    name: "Sessions",
    explain: "Visits without a gap of 30 minutes.",
    short: shortNumber,
    whole: whole("session", "sessions"),
  },
  {
    metric: "page_views",
    name: "Page views",
    explain: "Pages opened, also again and within an app.",
    short: shortNumber,
    whole: whole("page view", "page views"),
  },
  {
    metric: "bounce_rate",
    name: "Bounce rate",
    explain: "Share of sessions with a single page view and nothing else done.",
    short: percent,
    whole: (value) => `${(value * 100).toFixed(1)} % of sessions`,
    least: 0.01,
    lessIsBetter: true,
  },
  {
    metric: "session_duration",
    name: "Visit duration",
    explain: "Mean time from the first to the last event of a session.",
    short: duration,
    whole: (value) => `${duration(value)} on average`,
    tick: (value, top) => (durationUnit(top) === MINUTE ? `${value / MINUTE} min` : `${value / 1_000} s`),
    unit: durationUnit,
  },
];
