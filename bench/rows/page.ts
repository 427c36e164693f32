import type { Bench } from "../bench.ts";
import { measureDashboard } from "../dashboard.ts";
import type { Figure } from "../figures.ts";
import { ratioOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { measureTracker } from "../tracker.ts";

/** A task longer than this makes a page feel slow: https://web.dev/articles/optimize-long-tasks */
const LONG_TASK_MS = 50;
const FRAME_SCRIPT_MS = 4;

const speed = (slowdown: number) => (slowdown === 1 ? "this machine" : `${slowdown} times slower`);

function inMilliseconds(what: string, footfall: Figure, most?: number): Finding {
  return { row: "page", what, unit: "ms", footfall, ...(most && { target: { of: "figure", most } }) };
}

/** What the tracker costs a page of the demo shop, and a frame the live page, on the main thread of a browser. */
export async function page(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const times of await measureTracker(bench)) {
    const at = speed(times.slowdown);
    findings.push(
      inMilliseconds(`t.js evaluated, ${at}`, times.evaluation),
      inMilliseconds(`tracker over three pages, ${at}`, times.script),
      inMilliseconds(`most of the tracker in one task, ${at}`, times.longest, LONG_TASK_MS),
      {
        ...inMilliseconds(`all work over three pages, ${at}`, times.with_tracker),
        against: "without the tracker",
        reference: times.without_tracker,
        ratio: ratioOf(times.with_tracker.rounds, times.without_tracker.rounds),
      },
    );
  }
  for (const times of await measureDashboard(bench)) {
    const at = speed(times.slowdown);
    findings.push(
      { row: "page", what: `live page, frames, ${at}`, unit: "/s", footfall: times.frames_a_second },
      inMilliseconds(`live page, script a frame, ${at}`, times.script_median, FRAME_SCRIPT_MS),
      inMilliseconds(`live page, script a frame, p95, ${at}`, times.script_p95),
      inMilliseconds(`live page, longest task, ${at}`, times.longest_task, LONG_TASK_MS),
    );
  }
  return findings;
}
