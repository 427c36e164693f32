import { describe, expect, test } from "vitest";
import { isTransient, retryDelay } from "./retry";

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
    [0, undefined, 0, 1_000],
    [0, null, 1, 2_000],
    [3, null, 0.5, 12_000],
    [7, null, 1, 256_000],
    [100, null, 1, 256_000],
    [0, "120", 1, 120_000],
    [7, "1", 1, 256_000],
    [1, "Wed, 21 Oct 2015 07:28:00 GMT", 0.5, 3_000],
  ])("failure %i, Retry-After %s, chance %s: %i ms", (failures, retryAfter, chance, delay) =>
    expect(retryDelay(failures, retryAfter, chance)).toBe(delay),
  );
});
