import * as z from "zod";
import { percentile } from "../scripts/load/tally.ts";

/** What was measured in several rounds. */
export const Figure = z.object({ median: z.number(), low: z.number(), high: z.number(), rounds: z.array(z.number()) });
export type Figure = z.infer<typeof Figure>;

/** Median and spread of rounds; at least one. An even number of rounds has the mean of the middle two as its median. */
export function figureOf(rounds: readonly number[]): Figure {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const left = sorted[Math.ceil(middle) - 1];
  const right = sorted[Math.floor(middle)];
  if (left === undefined || right === undefined) throw new RangeError("A figure needs a round.");
  return { median: (left + right) / 2, low: sorted[0] ?? left, high: sorted.at(-1) ?? right, rounds: [...rounds] };
}

/** Footfall's round divided by the reference's round beside it, for each pair. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Figure {
  if (ours.length !== theirs.length) throw new RangeError("Rounds come in pairs.");
  return figureOf(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
}

/** Like `percentile`, of values that must be there. */
export function percentileOf(values: readonly number[], share: number): number {
  const value = percentile(values, share);
  if (value === null) throw new RangeError("Nothing was measured.");
  return value;
}
