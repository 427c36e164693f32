import type { Browser, Page } from "playwright-core";
import * as z from "zod";

/** One event of Chromium's trace format; times in microseconds, `tdur` of the thread's own clock. */
const TraceEvent = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  dur: z.number().default(0),
  tdur: z.number().optional(),
  id: z.union([z.string(), z.number()]).optional(),
  args: z.record(z.string(), z.unknown()).default({}),
});
export type TraceEvent = z.infer<typeof TraceEvent>;

const Trace = z.object({ traceEvents: z.array(TraceEvent) });
const ProfileStart = z.object({ data: z.object({ startTime: z.number() }) });
const ProfileNode = z.object({
  id: z.number(),
  parent: z.number().optional(),
  callFrame: z.object({ url: z.string().default("") }),
});
const ProfileChunk = z.object({
  data: z.object({
    cpuProfile: z
      .object({ nodes: z.array(ProfileNode).default([]), samples: z.array(z.number()).default([]) })
      .default({ nodes: [], samples: [] }),
    timeDeltas: z.array(z.number()).default([]),
  }),
});
const WithUrl = z.object({ data: z.object({ url: z.string() }) });
const ThreadName = z.object({ name: z.string() });

const CATEGORIES = [
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "v8",
  "disabled-by-default-v8.cpu_profiler",
  "disabled-by-default-v8.cpu_profiler.hires",
];

/** What the main threads did while `act` ran, with a sample of the scripts about every 0.1 ms. */
export async function recordTrace(browser: Browser, page: Page, act: () => Promise<void>): Promise<TraceEvent[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer | undefined;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  return Trace.parse(JSON.parse(trace.toString())).traceEvents;
}

/** A piece of work of a main thread. */
export interface Task {
  /** Microseconds of the trace's clock. */
  start: number;
  end: number;
  /** Milliseconds that the thread worked on it. */
  ms: number;
  /** Milliseconds of it in scripts that are meant, with all that those call. */
  script_ms: number;
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;

/** Times that each script took to evaluate, in milliseconds of the thread's own clock. */
export function evaluations(events: readonly TraceEvent[], isMeant: (url: string) => boolean): number[] {
  return events
    .filter(({ name, args }) => name === "EvaluateScript" && isMeant(WithUrl.safeParse(args).data?.data.url ?? ""))
    .map(({ tdur, dur }) => (tdur ?? dur) / 1_000);
}

/** The tasks, in order, of every main thread that ran a script of `origin`. */
export function tasksOf(
  events: readonly TraceEvent[],
  origin: string,
  isMeant: (url: string) => boolean = (url) => url.startsWith(origin),
): Task[] {
  const threads = mainThreads(events, origin);
  // Starting to take samples stops the thread for a while, which is no work of the page.
  const starts = events.filter(({ name }) => name === "CpuProfiler::StartProfiling");
  const isOfThePage = ({ pid, tid, ts, dur }: TraceEvent) =>
    !starts.some((start) => start.pid === pid && start.tid === tid && start.ts >= ts && start.ts <= ts + dur);
  const tasks = events
    .filter(
      (event) => event.name === "RunTask" && event.ph === "X" && threads.has(threadOf(event)) && isOfThePage(event),
    )
    .sort((a, b) => a.ts - b.ts)
    .map(({ ts, dur, tdur }): Task => ({ start: ts, end: ts + dur, ms: (tdur ?? dur) / 1_000, script_ms: 0 }));
  let at = 0;
  for (const sample of samples(events, threads, isMeant)) {
    while (at < tasks.length && (tasks[at]?.end ?? 0) < sample.at) at++;
    const task = tasks[at];
    if (task && task.start <= sample.at) task.script_ms += sample.ms;
  }
  // Samples tell the time that passed; on a busy machine the thread worked for less of it.
  for (const task of tasks) task.script_ms *= Math.min(1, task.ms / ((task.end - task.start) / 1_000 || 1));
  return tasks;
}

const RAN = new Set(["EvaluateScript", "FunctionCall"]);

/** Milliseconds of script from each message of a socket to the next one. */
export function scriptPerMessage(events: readonly TraceEvent[], tasks: readonly Task[]): number[] {
  const arrivals = events
    .filter(({ name }) => name === "WebSocketReceive")
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const found: number[] = [];
  arrivals.forEach((arrival, index) => {
    const next = arrivals[index + 1];
    if (next === undefined) return;
    const within = tasks.filter(({ start, end }) => end > arrival && end <= next && start < next);
    found.push(within.reduce((sum, { script_ms }) => sum + script_ms, 0));
  });
  return found;
}

function mainThreads(events: readonly TraceEvent[], origin: string): Set<string> {
  const main = new Set<string>();
  const used = new Set<string>();
  for (const event of events) {
    if (event.name === "thread_name" && ThreadName.safeParse(event.args).data?.name === "CrRendererMain") {
      main.add(threadOf(event));
    }
    if (RAN.has(event.name) && WithUrl.safeParse(event.args).data?.data.url.startsWith(origin)) {
      used.add(threadOf(event));
    }
  }
  return main.intersection(used);
}

/** Samples, in order, in whose stack a script stood that is meant. */
function samples(events: readonly TraceEvent[], threads: ReadonlySet<string>, isMeant: (url: string) => boolean) {
  const found: { at: number; ms: number }[] = [];
  for (const start of events) {
    if (start.name !== "Profile" || !threads.has(threadOf(start))) continue;
    let at = ProfileStart.parse(start.args).data.startTime;
    /** Whether a node, or one that it was called from, is meant. */
    const meant = new Map<number, boolean>();
    for (const event of events) {
      if (event.name !== "ProfileChunk" || event.pid !== start.pid || event.id !== start.id) continue;
      const { cpuProfile, timeDeltas } = ProfileChunk.parse(event.args).data;
      for (const { id, parent, callFrame } of cpuProfile.nodes) {
        meant.set(id, isMeant(callFrame.url) || (parent !== undefined && meant.get(parent) === true));
      }
      cpuProfile.samples.forEach((node, index) => {
        // Samples of two sources come a little out of order, with a step back between them; in sum the steps are right.
        const delta = timeDeltas[index] ?? 0;
        at += delta;
        if (meant.get(node)) found.push({ at, ms: delta / 1_000 });
      });
    }
  }
  return found.sort((a, b) => a.at - b.at);
}
