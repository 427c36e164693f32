import { describe, expect, test } from "vitest";
import { isTransient, retryDelay } from "./queue";

test.each([
  [undefined, true],
  [200, false],
  [201, false],
  [400, false],
  [404, false],
  [408, true],
  [413, false],
  [429, true],
  [500, true],
  [503, true],
])("status %s is worth another try: %s", (status: number | undefined, transient) =>
  expect(isTransient(status)).toBe(transient),
);

describe("delay before the next try", () => {
  test.each([
    [0, 0, 0, 0],
    [0, 0, 1, 1_000],
    [3, 0, 0.5, 4_000],
    [8, 0, 1, 256_000],
    [100, 0, 1, 256_000],
    [0, 120, 1, 120_000],
    [8, 1, 1, 256_000],
    [1, Number.NaN, 0.5, 1_000],
  ])("failure %i, Retry-After %s, chance %s: %i ms", (failures, retryAfter, chance, delay) =>
    expect(retryDelay(failures, retryAfter, chance)).toBe(delay),
  );
});
