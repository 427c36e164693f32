import { expect, test } from "vitest";
import { retryDelay } from "./retry-delay";

test.each([
  [0, 0.9, 0],
  [1, 0, 1_000],
  [1, 1, 1_500],
  [2, 0, 2_000],
  [3, 0.5, 5_000],
  [5, 0, 16_000],
  [6, 0, 20_000],
  [6, 1, 30_000],
  [500, 1, 30_000],
])("attempt %i with chance %d waits %i ms", (attempt, random, delay) => {
  expect(retryDelay(attempt, random)).toBe(delay);
});
