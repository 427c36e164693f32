import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WINDOW_PATHS, WINDOW_USERS } from "../../../protocol/limits";
import { addArrivals, emptyWindows, rollWindows, seriesSince, WINDOW_NAMES } from "./windows";

const T0 = Date.parse("2026-11-21T12:00:00Z");

test("LIVE-4 a flood of pages costs a window no more than so many, and what it counted of others stays exact", () => {
  const windows = emptyWindows();
  const view = (path: string) => ({ type: "pageview", path });
  addArrivals(windows, T0, "v", [view("/often"), view("/often")]);
  const flood = Array.from({ length: 3 * WINDOW_PATHS }, (_, i) => view(`/${i}`));
  for (let from = 0; from < flood.length; from += 100) addArrivals(windows, T0 + 1, "v", flood.slice(from, from + 100));
  addArrivals(windows, T0 + 2, "v", [view("/often")]);
  for (const running of Object.values(windows.running)) expect(running?.routes.size).toBe(WINDOW_PATHS);
  const [point] = seriesSince(windows, "60s", 0, T0 + 3);
  expect(point).toMatchObject({ page_views: flood.length + 3, events: flood.length + 3, users: 1, cut: true });
  expect(point?.routes[0]).toEqual(["/often", 3]);
});

test("LIVE-4 a flood of visitors costs a window no more than so many, and who was there before still counts once", () => {
  const windows = emptyWindows();
  const view = { type: "pageview", path: "/" };
  for (let i = 0; i < WINDOW_USERS; i++) addArrivals(windows, T0, `v${i}`, [view]);
  addArrivals(windows, T0, "v0", [view]);
  expect(seriesSince(windows, "60s", 0, T0)).toMatchObject([{ users: WINDOW_USERS, events: WINDOW_USERS + 1 }]);
  expect(seriesSince(windows, "60s", 0, T0)[0]).not.toHaveProperty("cut");
  for (let i = 0; i < 3; i++) addArrivals(windows, T0, `more${i}`, [view]);
  for (const running of Object.values(windows.running)) expect(running?.users.size).toBe(WINDOW_USERS);
  const all = { users: WINDOW_USERS, events: WINDOW_USERS + 4, page_views: WINDOW_USERS + 4, cut: true };
  expect(seriesSince(windows, "60s", 0, T0)).toMatchObject([all]);
});

test("LIVE-4 a window of few pages says nothing of a cut", () => {
  const windows = emptyWindows();
  addArrivals(windows, T0, "v", [{ type: "pageview", path: "/" }]);
  expect(seriesSince(windows, "1s", 0, T0)).toEqual([
    { at: T0, events: 1, page_views: 1, users: 1, errors: 0, routes: [["/", 1]] },
  ]);
});

const arrive = (windows: ReturnType<typeof emptyWindows>, now: number) =>
  addArrivals(windows, now, "v", [{ type: "click", path: "/" }]);
const pointsOf = (points: readonly { at: number; events: number }[]) =>
  points.map(({ at, events }) => [at - T0, events] as const);

test("LIVE-4 what arrived just before a window closed and is counted after goes to the next one", () => {
  const windows = emptyWindows();
  arrive(windows, T0 + 59_000);
  rollWindows(windows, T0 + 60_000);
  arrive(windows, T0 + 59_999);
  rollWindows(windows, T0 + 120_000);
  for (const closed of [windows.closed["60s"], windows.unwritten]) {
    expect(pointsOf(closed)).toEqual([
      [0, 1],
      [60_000, 1],
    ]);
  }
});

test("LIVE-4 a clock that was set back by hours does not hold up what it counts until it is there again", () => {
  const windows = emptyWindows();
  arrive(windows, T0 + 7_200_000);
  rollWindows(windows, T0 + 7_260_000);
  arrive(windows, T0);
  rollWindows(windows, T0 + 60_000);
  expect(pointsOf(windows.closed["60s"])).toEqual([
    [7_200_000, 1],
    [0, 1],
  ]);
});

test("LIVE-4 windows of a length never begin at the same time and lose nothing, in whatever order times come", () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 4_000 }),
    early: fc.integer({ min: 0, max: 5_000 }),
    closes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const windows = emptyWindows();
      let time = T0;
      for (const { after, early, closes } of steps) {
        time += after;
        if (closes) rollWindows(windows, time);
        arrive(windows, time - early);
      }
      rollWindows(windows, time + 120_000);
      for (const closed of [...WINDOW_NAMES.map((name) => windows.closed[name]), windows.unwritten]) {
        const times = closed.map(({ at }) => at);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(closed.reduce((sum, { events }) => sum + events, 0)).toBe(steps.length);
      }
    }),
  );
});
