import { describe, expect, test } from "vitest";
import { windowPoint } from "../../live/pictures.fixture";
import { errorRate, firstStart, SLOTS, seriesOf, sumSince, topRoutes } from "./window-series";

const events = (point: { events: number }) => point.events;

describe("seriesOf", () => {
  const points = [
    windowPoint(0, { events: 9 }),
    windowPoint(56_000, { events: 4 }),
    windowPoint(58_000, { events: 2 }),
    windowPoint(59_000, { events: 1 }),
  ];
  test.each([
    ["missing windows are zero, the last is the running one", 59_500, 4, 56_000, [4, 0, 2, 1]],
    ["time rolls on without frames", 61_999, 4, 58_000, [2, 1, 0, 0]],
    ["all of it passes", 120_000, 4, 117_000, [0, 0, 0, 0]],
    ["what is ahead of the clock is left out", 58_100, 3, 56_000, [4, 0, 2]],
  ])("%s", (_name, now, slots, from, values) => {
    expect(seriesOf(points, 1_000, now, events, slots)).toEqual({ from, length: 1_000, values });
  });

  test("windows are aligned to multiples of their length", () => {
    expect(firstStart(123_456, 60_000, 2)).toBe(60_000);
    expect(seriesOf([], 5_000, 7_000_000, events).values).toHaveLength(SLOTS);
  });
});

test.each([
  [0, 0, 0],
  [0, 4, 0],
  [1, 4, 0.25],
])("%i errors of %i events are a rate of %d", (errors, all, rate) => {
  expect(errorRate({ errors, events: all })).toBe(rate);
});

describe("topRoutes", () => {
  const points = [
    windowPoint(1_000, { routes: [["/old", 50]] }),
    windowPoint(70_000, {
      routes: [
        ["/b", 2],
        ["/a", 2],
      ],
    }),
    windowPoint(71_000, {
      routes: [
        ["/c", 3],
        ["/b", 2],
      ],
    }),
  ];
  test("adds up the windows drawn, most first, names settle ties", () => {
    expect(topRoutes(points, 1_000, 71_500, 9)).toEqual([
      ["/b", 4],
      ["/c", 3],
      ["/a", 2],
    ]);
    expect(topRoutes(points, 1_000, 71_500, 1)).toEqual([["/b", 4]]);
    expect(topRoutes(points, 1_000, 900_000, 9)).toEqual([]);
  });
});

test("sumSince adds what began at or after a time", () => {
  const points = [1, 2, 3].map((second) => windowPoint(second * 1_000, { events: second, errors: 1 }));
  expect(sumSince(points, 2_000)).toEqual({ events: 5, page_views: 2, errors: 2 });
});
