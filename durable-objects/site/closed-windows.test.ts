import fc from "fast-check";
import { expect, test } from "vitest";
import { WINDOW_LENGTHS } from "../../protocol/live";
import { ClosedWindows } from "./closed-windows";
import { addArrivals, emptyWindows, rollWindows, WINDOW_NAMES } from "./model/windows";

const T0 = 1_700_000_040_000;

test("VIEWER-8 every window that closes after the first came is told once, when asked at its end or later", () => {
  const step = fc.record({ after: fc.integer({ min: 0, max: 90_000 }), asks: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const windows = emptyWindows();
      const closed = new ClosedWindows();
      addArrivals(windows, T0, "v", [{ type: "pageview", path: "/" }]);
      closed.begin(T0);
      let now = T0;
      const told: string[] = [];
      const take = () => {
        for (const { name, point } of closed.take(windows, now)) told.push(`${name} ${point.at}`);
      };
      const expected = new Set(
        WINDOW_NAMES.map((name) => `${name} ${Math.floor(T0 / WINDOW_LENGTHS[name]) * WINDOW_LENGTHS[name]}`),
      );
      for (const { after, asks } of steps) {
        now += after;
        addArrivals(windows, now, "v", [{ type: "pageview", path: "/" }]);
        for (const name of WINDOW_NAMES)
          expected.add(`${name} ${Math.floor(now / WINDOW_LENGTHS[name]) * WINDOW_LENGTHS[name]}`);
        if (asks) take();
      }
      for (let at = closed.nextAt(windows); at !== null; at = closed.nextAt(windows)) {
        now = Math.max(now, at);
        take();
      }
      expect([...told].sort()).toEqual([...expected].sort());
    }),
  );
});

test("VIEWER-8 after a sleep the window that closed meanwhile is told, those of before are not", () => {
  const windows = emptyWindows();
  addArrivals(windows, T0, "v", [{ type: "error", path: "/" }]);
  rollWindows(windows, T0 + 60_000);
  addArrivals(windows, T0 + 60_000, "v", [{ type: "error", path: "/" }]);
  // The object slept since, and its alarm wakes it at the end of the minute.
  const woken = new ClosedWindows();
  expect(woken.nextAt(windows)).toBe(T0 + 61_000);
  const taken = woken.take(windows, T0 + 120_001);
  expect(taken.map(({ name, point }) => [name, point.at])).toEqual([["60s", T0 + 60_000]]);
  expect(woken.take(windows, T0 + 120_002)).toEqual([]);
  expect(woken.nextAt(windows)).toBeNull();
});

test("VIEWER-8 a window that closed before somebody came is none of its", () => {
  const windows = emptyWindows();
  addArrivals(windows, T0, "v", [{ type: "pageview", path: "/" }]);
  const closed = new ClosedWindows();
  closed.begin(T0 + 1_500);
  expect(closed.take(windows, T0 + 60_000).map(({ name }) => name)).toEqual(["5s", "60s"]);
});
