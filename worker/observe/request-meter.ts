import { emptyHistogram, measure } from "../../durable-objects/site/model/histogram";
import type { Histogram } from "../../protocol/status";

/** Requests that this isolate answered. There are many isolates, none knows of another, and each begins anew with a deploy. */
export interface RequestCounts {
  /** Names the isolate, so that a monitor keeps the counts of two apart. */
  isolate: string;
  /** Milliseconds since 1970: when the first request came. */
  since: number;
  /** By class of status: `2xx`. Upgrades are `1xx`. */
  by_status: ReadonlyMap<string, number>;
  /** Until the reply began. */
  duration: Histogram;
}

const byStatus = new Map<string, number>();
const duration = emptyHistogram();
let begun: { isolate: string; since: number } | null = null;

/** Counts a reply; `ms` since the request came. */
export function countRequest(status: number, ms: number, now: number): void {
  // Random numbers may not be drawn before the first request.
  begun ??= { isolate: crypto.randomUUID().slice(0, 8), since: now };
  const name = `${Math.floor(status / 100)}xx`;
  byStatus.set(name, (byStatus.get(name) ?? 0) + 1);
  measure(duration, ms);
}

/** Null before the first reply. */
export function requestCounts(): RequestCounts | null {
  return begun && { ...begun, by_status: byStatus, duration };
}
