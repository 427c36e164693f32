import type { AlertRule } from "../../../../protocol/alerts";
import { WINDOW_LENGTHS } from "../../../../protocol/live";
import type { CountedEvent, Entry } from "../entry";
import { localHour } from "../local-time";
import { hourKey, type OpenHours } from "../rollup";
import type { RunningWindow, Windows } from "../windows";

/** What a rule is held against at one moment. */
export interface Measured {
  value: number;
  /** Whether the rule is met. */
  met: boolean;
  limit?: number;
  baseline?: number;
  event?: string;
  page?: string;
}

/** Where the numbers come from. */
export interface Sources {
  visitors_last_minute: number;
  windows: Windows;
  hours: OpenHours;
  last_event_at: number | null;
  time_zone: string;
  /** Page views of this hour in an average week; null: not known, or the site is too young. */
  baseline: number | null;
  /** What just came; nothing where only time went by. */
  entries: readonly Entry[];
}

/** Fewer events than this in the window say nothing about the share of errors. */
export const ERROR_RATE_EVENTS = 5;
/** An average hour of fewer page views counts as one of this many: on a quiet site three visitors are no spike. */
export const SPIKE_BASELINE = 10;

const SECOND = 1_000;

/** The rule's number at `now`, and whether the rule is met; null where it cannot be told. Silence begins at `since` at the earliest. */
export function measure(rule: AlertRule, sources: Sources, since: number, now: number): Measured | null {
  switch (rule.metric) {
    case "visitors":
      return compare(sources.visitors_last_minute, rule);
    case "events_per_second": {
      const seconds = WINDOW_LENGTHS[rule.window] / SECOND;
      // The running second can only grow: it may show too many, never too few.
      const sums = sumOf(sources.windows, seconds, now, rule.above !== undefined);
      return compare(sums.events / seconds, rule);
    }
    case "error_rate": {
      const { events, errors } = sumOf(sources.windows, WINDOW_LENGTHS[rule.window] / SECOND, now, true);
      return events < ERROR_RATE_EVENTS ? null : compare(errors / events, rule);
    }
    case "silence": {
      const { last_event_at } = sources;
      if (last_event_at === null) return null;
      const value = Math.max(0, now - Math.max(last_event_at, since)) / SECOND;
      return { value: Math.floor(value), met: value >= rule.above, limit: rule.above };
    }
    case "event": {
      const found = findEvent(sources.entries, rule.event);
      return found && { value: 1, met: true, event: rule.event, page: found.path };
    }
    case "spike": {
      if (sources.baseline === null) return null;
      const baseline = Math.max(sources.baseline, SPIKE_BASELINE);
      const value = pageViewsOfHour(sources.hours, now, sources.time_zone);
      return { value, met: value > rule.above * baseline, limit: rule.above, baseline };
    }
    default:
      return rule satisfies never;
  }
}

function compare(
  value: number,
  { above, below }: { above?: number | undefined; below?: number | undefined },
): Measured {
  if (below !== undefined) return { value, met: value < below, limit: below };
  const limit = above ?? Number.POSITIVE_INFINITY;
  return { value, met: value > limit, limit };
}

/** Events and errors of the last `seconds` whole seconds, the running one among them or not. */
function sumOf(windows: Windows, seconds: number, now: number, running: boolean) {
  const second = Math.floor(now / SECOND) * SECOND;
  const to = running ? second : second - SECOND;
  const from = to - (seconds - 1) * SECOND;
  let events = 0;
  let errors = 0;
  const add = (point: Pick<RunningWindow, "at" | "events" | "errors">) => {
    if (point.at < from || point.at > to) return;
    events += point.events;
    errors += point.errors;
  };
  for (const point of windows.closed["1s"]) add(point);
  if (windows.running["1s"]) add(windows.running["1s"]);
  return { events, errors };
}

function findEvent(entries: readonly Entry[], name: string): CountedEvent | null {
  for (const { events } of entries) {
    for (const event of events) {
      if (event.type === "custom" ? event.name === name || name === "custom" : event.type === name) return event;
    }
  }
  return null;
}

function pageViewsOfHour(hours: OpenHours, now: number, timeZone: string): number {
  const { day, hour } = localHour(now, timeZone);
  return hours.get(hourKey(day, hour))?.get("total")?.get("")?.page_views ?? 0;
}
