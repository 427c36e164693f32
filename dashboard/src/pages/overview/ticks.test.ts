import * as fc from "fast-check";
import { expect, it } from "vitest";
import { labelPlaces, niceScale } from "./ticks";

it.each([
  [0, 1, 4, 2],
  [1, 1, 1, 1],
  [3, 1, 3, 1],
  [7, 1, 8, 2],
  [97, 1, 100, 25],
  [1_640, 1, 2_000, 500],
  [0.45, 0.01, 0.6, 0.2],
  [0, 0.01, 0.04, 0.02],
])("scales %d in steps of at least %d to %d by %d", (most, least, top, step) =>
  expect(niceScale(most, least)).toEqual({ top, step }),
);

it("holds every value in at most four steps of whole counts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), (most) => {
      const { top, step } = niceScale(most, 1);
      expect(top).toBeGreaterThanOrEqual(most);
      expect(top / step).toBeLessThanOrEqual(4);
      expect(Number.isInteger(step)).toBe(true);
      expect(top % step).toBe(0);
    }),
  );
});

it.each([
  [0, 5, []],
  [1, 5, [0]],
  [7, 7, [0, 1, 2, 3, 4, 5, 6]],
  [30, 10, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]],
  [5, 0, [0]],
])("labels of %d days at most %d", (count, most, places) => expect(labelPlaces(count, most)).toEqual(places));
