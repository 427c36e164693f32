import { measureBuild } from "../../scripts/budgets.ts";
import { bundleTracker, sizeOf } from "../../tracker/build.ts";
import { figureOf } from "../figures.ts";
import type { Finding } from "../findings.ts";

const KB = 1_024;
/** With page views, single-page apps, engagement, custom events, outbound links and downloads. */
const TRACKER_KB = 1.6;

/** What a browser loads, after brotli at its strongest level. */
export async function size(): Promise<Finding[]> {
  const tracker = [...(await bundleTracker())].map(([file, text]) => sizeOf(file, text));
  const built = await measureBuild();
  return [
    ...tracker.map(({ file, brotli }) =>
      bytes(`tracker, ${file}`, brotli / KB, file === "t.js" ? TRACKER_KB : undefined),
    ),
    ...built.map(({ what, bytes: used, most }) => bytes(what, used / KB, most / KB)),
  ];
}

function bytes(what: string, footfall: number, most?: number): Finding {
  const target = most === undefined ? {} : { target: { of: "figure" as const, most } };
  return { row: "size", what, unit: "KB brotli", footfall: figureOf([footfall]), ...target };
}
