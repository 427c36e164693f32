import * as z from "zod";
import { Figure } from "./figures.ts";
import { Machine } from "./machine.ts";

/** What something has to reach; compared with the ratio, or with Footfall's own figure. */
export const Target = z.object({
  of: z.enum(["ratio", "figure"]),
  least: z.number().optional(),
  most: z.number().optional(),
});
export type Target = z.infer<typeof Target>;

/** One line of the table. */
export const Finding = z.object({
  /** Which part of the bench it is from. */
  row: z.string(),
  what: z.string(),
  unit: z.string(),
  footfall: Figure,
  reference: Figure.optional(),
  /** What the ratio is against, where that is not the reference. */
  against: z.string().optional(),
  ratio: Figure.optional(),
  target: Target.optional(),
});
export type Finding = z.infer<typeof Finding>;

/** What `--json` writes. */
export const Report = z.object({
  machine: Machine,
  short: z.boolean(),
  findings: z.array(Finding),
  /** Parts that could not be measured, and why. */
  failures: z.record(z.string(), z.string()),
});
export type Report = z.infer<typeof Report>;

/** Whether the target is reached; null without one. */
export function isReached({ footfall, ratio, target }: Finding): boolean | null {
  if (!target) return null;
  const value = target.of === "ratio" ? ratio?.median : footfall.median;
  if (value === undefined) return null;
  return value >= (target.least ?? Number.NEGATIVE_INFINITY) && value <= (target.most ?? Number.POSITIVE_INFINITY);
}
