import type { Histogram } from "../../../../protocol/status";
import { wholeNumber } from "../../ui/format";
import { age } from "../live/words";
import type { ShownStatus } from "./read-status";

export interface Verdict {
  level: "well" | "late" | "failing";
  text: string;
}

/** A batch that waits for longer than this waits for more than the next flush, milliseconds. */
const LATE = 60_000;

const count = (value: number, one: string) => `${wholeNumber(value)} ${one}${value === 1 ? "" : "s"}`;

/** How a site is, in a sentence: what happened, what is safe, and what comes next. */
export function verdictOf({ at, outbox, flush }: ShownStatus): Verdict {
  const waiting = `${count(outbox.events, "event")} ${outbox.events === 1 ? "waits" : "wait"} safely in the site's object`;
  if (flush.failures > 0) {
    const tries = flush.failures === 1 ? "The last write" : `The last ${wholeNumber(flush.failures)} writes`;
    const next = flush.retry_at === null || flush.retry_at <= at ? "now" : `in ${age(flush.retry_at - at)}`;
    return { level: "failing", text: `${tries} to the database failed. ${waiting}; the next try is ${next}.` };
  }
  if (outbox.oldest_at !== null && at - outbox.oldest_at > LATE) {
    return { level: "late", text: `The database is behind by ${age(at - outbox.oldest_at)}. ${waiting}.` };
  }
  return { level: "well", text: "All is well." };
}

/** The bound below which that share of the measurements lies, in milliseconds; null without any, infinite beyond the last. */
export function quantile({ le, counts }: Histogram, share: number): number | null {
  const all = counts.reduce((sum, one) => sum + one, 0);
  if (all === 0) return null;
  let below = 0;
  for (const [i, one] of counts.entries()) {
    below += one;
    if (below >= all * share) return le[i] ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}

/** "under 25 ms", "under 2.5 s", "over 10 s"; empty without a measurement. */
export function quantileText(histogram: Histogram, share: number): string {
  const bound = quantile(histogram, share);
  if (bound === null) return "";
  const words = (ms: number) => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);
  return bound === Number.POSITIVE_INFINITY ? `over ${words(histogram.le.at(-1) ?? 0)}` : `under ${words(bound)}`;
}

/** 0 KB, 12 KB, 3.4 MB. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000_000) return `${wholeNumber(Math.ceil(bytes / 1_000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
