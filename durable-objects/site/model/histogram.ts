import type { Histogram } from "../../../protocol/status";

/** Milliseconds. */
const BOUNDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

export function emptyHistogram(): Histogram {
  return { le: BOUNDS, counts: Array<number>(BOUNDS.length + 1).fill(0), sum: 0 };
}

/** Adds one measurement in milliseconds; one below 0, of clocks that differ, counts as 0. */
export function measure(histogram: Histogram, ms: number): void {
  const value = Math.max(0, ms);
  let bucket = 0;
  while (bucket < histogram.le.length && value > (histogram.le[bucket] ?? 0)) bucket++;
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.sum += value;
}
