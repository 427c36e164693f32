import { describe, expect, test } from "vitest";
import { isTransient, retryDelay, take } from "./queue";

test.each([
  [200, false],
  [201, false],
  [400, false],
  [404, false],
  [408, true],
  [413, false],
  [429, true],
  [500, true],
  [503, true],
])("status %i is worth another try: %s", (status, transient) => expect(isTransient(status)).toBe(transient));

describe("delay before the next try", () => {
  test.each([
    [0, 0, 0, 500],
    [0, 0, 1, 1_000],
    [3, 0, 0.5, 6_000],
    [8, 0, 1, 256_000],
    [100, 0, 1, 256_000],
    [0, 120, 1, 120_000],
    [8, 1, 1, 256_000],
    [1, Number.NaN, 0, 1_000],
  ])("failure %i, Retry-After %s, chance %s: %i ms", (failures, retryAfter, chance, delay) =>
    expect(retryDelay(failures, retryAfter, chance)).toBe(delay),
  );
});

describe("a batch", () => {
  test("takes the first events and leaves the rest", () => {
    const queue = ["a", "b", "c"];
    expect(take(queue, 2, 100)).toEqual(["a", "b"]);
    expect(queue).toEqual(["c"]);
  });
  test("counts bytes, not characters, with the comma between events", () => {
    const queue = ["ä".repeat(10), "ä".repeat(10), "b"];
    expect(take(queue, 50, 43)).toEqual(["ä".repeat(10), "ä".repeat(10)]);
  });
  test("keeps the order: nothing small goes past something large", () => {
    const queue = ["x".repeat(100), "y"];
    expect(take(queue, 50, 50)).toEqual([]);
    expect(queue).toHaveLength(2);
  });
});
