import { expect, test } from "vitest";
import { evaluations, scriptPerMessage, type TraceEvent, tasksOf } from "./trace";

const ORIGIN = "https://shop.example";
const TRACKER = `${ORIGIN}/t.js`;
const isTracker = (url: string) => url === TRACKER;

const event = (name: string, over: Partial<TraceEvent>): TraceEvent => ({
  name,
  ph: "X",
  pid: 1,
  tid: 1,
  ts: 0,
  dur: 0,
  args: {},
  ...over,
});
const evaluate = (url: string, over: Partial<TraceEvent> = {}) =>
  event("EvaluateScript", { dur: 9_000, tdur: 4_000, args: { data: { url } }, ...over });
const thread = (pid: number) => event("thread_name", { ph: "M", pid, args: { name: "CrRendererMain" } });
const task = (ts: number, dur: number, over: Partial<TraceEvent> = {}) =>
  event("RunTask", { ts, dur, tdur: dur, ...over });

const node = (id: number, parent: number | undefined, url: string) => ({
  id,
  ...(parent && { parent }),
  callFrame: { url },
});
const profile = event("Profile", { ph: "P", id: "0x1", args: { data: { startTime: 1_000 } } });
/** Another thread writes the chunks. */
const chunk = (samples: number[], timeDeltas: number[], nodes: object[] = []) =>
  event("ProfileChunk", { ph: "P", tid: 7, id: "0x1", args: { data: { cpuProfile: { nodes, samples }, timeDeltas } } });

// 1 root, 2 the tracker, 3 what the browser does for it, 4 the page's own script.
const nodes = [node(1, undefined, ""), node(2, 1, TRACKER), node(3, 2, ""), node(4, 1, `${ORIGIN}/shop.js`)];

test("an evaluation takes the time of the thread's own clock", () => {
  expect(evaluations([evaluate(TRACKER), evaluate(`${ORIGIN}/shop.js`)], isTracker)).toEqual([4]);
});

test("a task has the samples within it, with all that the script called, over any number of chunks", () => {
  const events = [
    thread(1),
    evaluate(TRACKER),
    profile,
    chunk([2, 3], [500, 500], nodes),
    chunk([4, 1, 2], [1_000, 1_000, 500]),
    task(1_000, 2_000),
    task(4_000, 1_000),
  ];
  expect(tasksOf(events, ORIGIN, isTracker).map(({ ms, script_ms }) => [ms, script_ms])).toEqual([
    [2, 1],
    [1, 0.5],
  ]);
});

test("where the thread had to wait, its scripts waited as well", () => {
  const events = [thread(1), evaluate(TRACKER), profile, chunk([2], [1_000], nodes), task(1_000, 2_000, { tdur: 500 })];
  expect(tasksOf(events, ORIGIN, isTracker)[0]).toMatchObject({ ms: 0.5, script_ms: 0.25 });
});

test("the stop at which sampling begins is left out", () => {
  const events = [
    thread(1),
    evaluate(TRACKER),
    task(0, 90_000),
    task(95_000, 1_000),
    event("CpuProfiler::StartProfiling", { ts: 10 }),
  ];
  expect(tasksOf(events, ORIGIN, isTracker).map(({ ms }) => ms)).toEqual([1]);
});

test("other threads and other pages are left out", () => {
  const events = [
    thread(1),
    thread(2),
    evaluate(TRACKER),
    evaluate("https://other.example/a.js", { pid: 2 }),
    task(0, 1_000, { tid: 3 }),
    task(0, 1_000, { pid: 2 }),
  ];
  expect(tasksOf(events, ORIGIN, isTracker)).toEqual([]);
});

test("script between two messages counts for the first of them", () => {
  const done = (start: number, end: number, script_ms: number) => ({ start, end, ms: script_ms, script_ms });
  const message = (ts: number) => event("WebSocketReceive", { ph: "I", ts });
  const tasks = [done(0, 50, 9), done(90, 120, 1), done(130, 150, 2), done(210, 230, 4)];
  expect(scriptPerMessage([message(200), message(100), message(300)], tasks)).toEqual([3, 4]);
});
