import type { AlertLevel, AlertMetric, AlertRule } from "../../../../protocol/alerts";

/** What the fields of the form hold: numbers as they were typed, in the units of the screen. */
export interface RuleValues {
  metric: AlertMetric;
  side: "above" | "below";
  limit: string;
  window: "1s" | "5s" | "60s";
  event: string;
}

export const LEVELS = [
  ["info", "Info"],
  ["warning", "Warning"],
  ["critical", "Critical"],
] as const satisfies readonly (readonly [AlertLevel, string])[];

interface MetricWords {
  name: string;
  /** Behind the number's field. */
  unit: string;
  hint: string;
  /** May also be about too little. */
  below: boolean;
  windows: boolean;
  /** What a new rule of it begins with. */
  limit: string;
}

/** In the order of the form. */
export const METRICS: Record<AlertMetric, MetricWords> = {
  visitors: {
    name: "Visitors in the last minute",
    unit: "visitors",
    hint: "Different visitors with an event in the last 60 seconds.",
    below: true,
    windows: false,
    limit: "50",
  },
  events_per_second: {
    name: "Events a second",
    unit: "a second",
    hint: "All events: page views, clicks, errors and the rest.",
    below: true,
    windows: true,
    limit: "20",
  },
  error_rate: {
    name: "Share of errors",
    unit: "% of events",
    hint: "Script errors among all events, once there are five events.",
    below: false,
    windows: true,
    limit: "5",
  },
  silence: {
    name: "Silence",
    unit: "minutes without an event",
    hint: "Raised once, when nothing came for that long, and again only after somebody came back.",
    below: false,
    windows: false,
    limit: "15",
  },
  event: {
    name: "An event happens",
    unit: "",
    hint: "The name of a custom event, such as signup, or a type: error, form, download.",
    below: false,
    windows: false,
    limit: "",
  },
  spike: {
    name: "Spike against other weeks",
    unit: "times the usual",
    hint: "Page views of the running hour beside the same hour and weekday of the last four weeks.",
    below: false,
    windows: false,
    limit: "3",
  },
};

export const metricOf = (value: string): AlertMetric =>
  Object.keys(METRICS).find((metric): metric is AlertMetric => metric === value) ?? "visitors";

export const newValues = (metric: AlertMetric): RuleValues => ({
  metric,
  side: "above",
  limit: METRICS[metric].limit,
  window: metric === "events_per_second" ? "5s" : "60s",
  event: "",
});

/** The form's fields for a rule. */
export function valuesOf(rule: AlertRule): RuleValues {
  const values = newValues(rule.metric);
  switch (rule.metric) {
    case "visitors":
    case "events_per_second": {
      const { above, below } = rule;
      const side = below === undefined ? "above" : "below";
      return { ...values, side, limit: String(below ?? above ?? ""), window: rule.window };
    }
    case "error_rate":
      return { ...values, limit: String(rounded(rule.above * 100)), window: rule.window };
    case "silence":
      return { ...values, limit: String(rounded(rule.above / 60)) };
    case "spike":
      return { ...values, limit: String(rule.above) };
    case "event":
      return { ...values, event: rule.event };
    default:
      return rule satisfies never;
  }
}

/** The rule that the fields say; a number that is none stays one that the server refuses. */
export function ruleOf({ metric, side, limit, window, event }: RuleValues): AlertRule {
  const value = Number(limit);
  switch (metric) {
    case "visitors":
      return { metric, [side]: value, window: "60s" };
    case "events_per_second":
      return { metric, [side]: value, window };
    case "error_rate":
      return { metric, above: value / 100, window };
    case "silence":
      return { metric, above: Math.round(value * 60) };
    case "spike":
      return { metric, above: value };
    case "event":
      return { metric, event: event.trim() };
    default:
      return metric satisfies never;
  }
}

const WINDOW_WORDS = { "1s": "in one second", "5s": "over 5 seconds", "60s": "over a minute" } as const;
export const WINDOWS = ["1s", "5s", "60s"] as const;
export const windowText = (window: RuleValues["window"]): string => WINDOW_WORDS[window];

/** A rule as a sentence without its end. */
export function ruleText(rule: AlertRule): string {
  const { limit, side } = valuesOf(rule);
  const than = side === "above" ? "More than" : "Fewer than";
  switch (rule.metric) {
    case "visitors":
      return `${than} ${limit} ${limit === "1" ? "visitor" : "visitors"} in the last minute`;
    case "events_per_second":
      return `${than} ${limit} events a second ${windowText(rule.window)}`;
    case "error_rate":
      return `More than ${limit} % errors ${windowText(rule.window)}`;
    case "silence":
      return `No event for ${limit} ${limit === "1" ? "minute" : "minutes"}`;
    case "event":
      return `“${rule.event}” happens`;
    case "spike":
      return `${limit} times the page views of the same hour in other weeks`;
    default:
      return rule satisfies never;
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Pauses that the form offers, in seconds. */
const COOLDOWNS = [
  [60, "1 minute"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3_600, "1 hour"],
  [21_600, "6 hours"],
  [86_400, "1 day"],
] as const;

/** The offered pauses, and the one that a rule has beside them. */
export function cooldownsWith(seconds: number): (readonly [number, string])[] {
  if (COOLDOWNS.some(([offered]) => offered === seconds)) return [...COOLDOWNS];
  const own = [seconds, seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`] as const;
  return [...COOLDOWNS, own].sort(([a], [b]) => a - b);
}
