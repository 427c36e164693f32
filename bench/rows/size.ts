import { measureBuild } from "../../scripts/budgets.ts";
import { figureOf } from "../figures.ts";
import type { Finding } from "../findings.ts";

/** What a browser loads, after brotli at its strongest level. */
export async function size(): Promise<Finding[]> {
  return (await measureBuild()).map(({ what, bytes, most }) => ({
    row: "size",
    what,
    unit: "KB brotli",
    footfall: figureOf([bytes / 1_024]),
    target: { of: "figure", most: most / 1_024 },
  }));
}
