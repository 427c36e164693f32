import type { Alert } from "../../../../protocol/alerts";
import { DEFAULT_RULE } from "../../../../protocol/alerts";
import type { Measured } from "./measure";
import type { SiteRule } from "./rule";

/** The alert that a rule raises at `now`. Its id is the same however often it is made. */
export function alertOf(rule: SiteRule, measured: Measured, visitors_last_minute: number, now: number): Alert {
  const { met: _, ...details } = measured;
  return {
    id: `${now}-${rule.id}`,
    rule_id: rule.id,
    name: rule.name,
    level: rule.level,
    message: rule.id === DEFAULT_RULE ? "High visitor activity detected!" : messageOf(rule, measured),
    at: new Date(now).toISOString(),
    details: { metric: rule.rule.metric, visitors_last_minute, ...details },
  };
}

function messageOf({ rule }: SiteRule, { value, limit = 0, baseline = 0, event, page }: Measured): string {
  switch (rule.metric) {
    case "visitors":
      return `${visitors(value)} in the last minute, ${sideOf(rule, "fewer")} ${short(limit)}.`;
    case "events_per_second": {
      const period = rule.window === "1s" ? "the last second" : `the last ${rule.window.replace("s", " seconds")}`;
      return `${short(value)} events a second over ${period}, ${sideOf(rule, "fewer")} ${short(limit)}.`;
    }
    case "error_rate":
      return `${short(value * 100)} % of events were errors, more than ${short(limit * 100)} %.`;
    case "silence":
      return `No event for ${duration(value)}.`;
    case "event":
      return `"${event}" happened on ${page}.`;
    case "spike": {
      const times = short(value / baseline);
      return `${short(value)} page views this hour, ${times} times as many as in the same hour of other weeks.`;
    }
    default:
      return rule satisfies never;
  }
}

const sideOf = (rule: { below?: number | undefined }, less: string): string =>
  rule.below === undefined ? "more than" : `${less} than`;

const visitors = (count: number): string => (count === 1 ? "1 visitor" : `${short(count)} visitors`);

/** At most two digits behind the point. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} minutes` : `${Math.floor(seconds / 3_600)} hours`;
}
