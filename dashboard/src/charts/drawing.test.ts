import { expect, test } from "vitest";
import { fitText } from "./bar-chart";
import { axisTop } from "./line-chart";

test.each([
  [0, 3, { top: 3, step: 1 }],
  [7, 3, { top: 7.5, step: 2.5 }],
  [10, 3, { top: 10, step: 5 }],
  [14, 3, { top: 15, step: 5 }],
  [0.3, 0.03, { top: 0.3, step: 0.1 }],
  [1200, 3, { top: 1500, step: 500 }],
])("an axis for %d (at least %d) has round steps, three or fewer", (most, least, expected) => {
  const { top, step } = axisTop(most, least);
  expect(top).toBeCloseTo(expected.top);
  expect(step).toBeCloseTo(expected.step);
  expect(top / step).toBeLessThanOrEqual(3 + 1e-9);
});

test.each([
  [0, { top: 3, step: 1 }],
  [7, { top: 10, step: 5 }],
  [12, { top: 15, step: 5 }],
  [25, { top: 30, step: 10 }],
])("an axis of counts up to %d has no fractions", (most, expected) => {
  expect(axisTop(most, 3, true)).toEqual(expected);
});

test.each([
  ["/pricing", 20, "/pricing"],
  ["/shop/grinders/niche", 12, "/shop/…niche"],
  ["/abc", 1, "…"],
])("%s in %i places is %s", (text, room, expected) => {
  expect(fitText(text, room, (shown) => shown.length)).toBe(expected);
});
