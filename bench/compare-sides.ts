import type { Side } from "./contest.ts";
import { figureOf, ratioOf } from "./figures.ts";
import type { Finding, Target } from "./findings.ts";

/**
 * Makes lines of Footfall's rounds beside the reference's: `what`, its unit, how it is read of a round (null: not
 * measured), and what it has to reach. No line where one side lacks a round.
 */
export function compareSides<Round>(row: string, { footfall, reference }: Record<Side, Round[]>) {
  return (what: string, unit: string, read: (round: Round) => number | null, target?: Target): Finding[] => {
    const ours = footfall.map(read).filter((value) => value !== null);
    const theirs = reference.map(read).filter((value) => value !== null);
    if (ours.length === 0 || ours.length !== theirs.length) return [];
    return [
      {
        row,
        what,
        unit,
        footfall: figureOf(ours),
        reference: figureOf(theirs),
        ratio: ratioOf(ours, theirs),
        ...(target && { target }),
      },
    ];
  };
}
