import { expect, test } from "vitest";
import { figureOf, percentileOf, ratioOf } from "./figures";

test.each([
  [[7], 7, 7, 7],
  [[9, 1, 5], 5, 1, 9],
  [[4, 1, 2, 100], 3, 1, 100],
])("rounds %j: median %d, from %d to %d", (rounds, median, low, high) => {
  expect(figureOf(rounds)).toEqual({ median, low, high, rounds });
});

test("a ratio is taken round by round, so that what slows both sides in one round does not count", () => {
  expect(ratioOf([60, 30, 80], [100, 50, 100])).toEqual({ median: 0.6, low: 0.6, high: 0.8, rounds: [0.6, 0.6, 0.8] });
});

test("without rounds, or with one too many, there is no figure", () => {
  expect(() => figureOf([])).toThrow(RangeError);
  expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
  expect(() => percentileOf([], 0.5)).toThrow(RangeError);
});
