import type { Metric } from "../../../../protocol/stats";
import { duration, percent, shortNumber, wholeNumber } from "../../ui/format";

export interface FigureKind {
  metric: Metric;
  name: string;
  explain: string;
  short: (value: number) => string;
  whole: (value: number) => string;
  /** Whether less is better. */
  lessIsBetter?: boolean;
}

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
    lessIsBetter: true,
  },
  {
    metric: "session_duration",
    name: "Visit duration",
    explain: "Mean time from the first to the last event of a session.",
    short: duration,
    whole: (value) => `${duration(value)} on average`,
  },
];
