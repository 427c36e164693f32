import { expect, test } from "vitest";
import { WINDOW_PATHS } from "../../../protocol/limits";
import { addArrivals, emptyWindows, seriesSince } from "./windows";

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

test("LIVE-4 a window of few pages says nothing of a cut", () => {
  const windows = emptyWindows();
  addArrivals(windows, T0, "v", [{ type: "pageview", path: "/" }]);
  expect(seriesSince(windows, "1s", 0, T0)).toEqual([
    { at: T0, events: 1, page_views: 1, users: 1, errors: 0, routes: [["/", 1]] },
  ]);
});
