import type { Figure } from "./figures.ts";

/** What something has to reach; compared with the ratio, or with Footfall's own figure. */
export interface Target {
  of: "ratio" | "figure";
  least?: number;
  most?: number;
}

/** One line of the table. */
export interface Finding {
  /** Which part of the bench it is from. */
  row: string;
  what: string;
  unit: string;
  footfall: Figure;
  reference?: Figure;
  /** What the ratio is against, where that is not the reference. */
  against?: string;
  ratio?: Figure;
  target?: Target;
}

/** Whether the target is reached; null without one. */
export function isReached({ footfall, ratio, target }: Finding): boolean | null {
  if (!target) return null;
  const value = target.of === "ratio" ? ratio?.median : footfall.median;
  if (value === undefined) return null;
  return value >= (target.least ?? Number.NEGATIVE_INFINITY) && value <= (target.most ?? Number.POSITIVE_INFINITY);
}
