import { describe, expect, test } from "vitest";
import type { ShownStatus } from "./read-status";
import { bytesText, quantile, quantileText, verdictOf } from "./verdict";

const NOW = 1_000_000;
const status = (outbox: Partial<ShownStatus["outbox"]>, flush: Partial<ShownStatus["flush"]> = {}) =>
  ({
    at: NOW,
    outbox: { batches: 0, events: 0, bytes: 0, oldest_at: null, ...outbox },
    flush: { failures: 0, retry_at: null, ...flush },
  }) as ShownStatus;

describe("the verdict", () => {
  test.each([
    ["nothing waits", status({}), "well", "All is well."],
    ["what waits is young", status({ events: 4, oldest_at: NOW - 9_000 }), "well", "All is well."],
    [
      "what waits is old",
      status({ events: 1, oldest_at: NOW - 125_000 }),
      "late",
      "The database is behind by 2 min. 1 event waits safely in the site's object.",
    ],
    [
      "writes fail",
      status({ events: 1_204, oldest_at: NOW - 9_000 }, { failures: 3, retry_at: NOW + 8_000 }),
      "failing",
      "The last 3 writes to the database failed. 1,204 events wait safely in the site's object; the next try is in 8 s.",
    ],
    [
      "a try is due",
      status({ events: 2, oldest_at: NOW - 9_000 }, { failures: 1, retry_at: NOW - 1 }),
      "failing",
      "The last write to the database failed. 2 events wait safely in the site's object; the next try is now.",
    ],
  ])("when %s", (_, given, level, text) => expect(verdictOf(given)).toEqual({ level, text }));
});

describe("a quantile", () => {
  const le = [1, 10, 1_000];
  test.each([
    [[0, 0, 0, 0], 0.5, null, ""],
    [[1, 0, 0, 0], 0.5, 1, "under 1 ms"],
    [[5, 5, 0, 0], 0.5, 1, "under 1 ms"],
    [[5, 5, 0, 0], 0.51, 10, "under 10 ms"],
    [[90, 5, 4, 1], 0.99, 1_000, "under 1 s"],
    [[90, 5, 3, 2], 0.99, Number.POSITIVE_INFINITY, "over 1 s"],
  ])("of %j at %d", (counts, share, bound, text) => {
    expect(quantile({ le, counts, sum: 0 }, share)).toBe(bound);
    expect(quantileText({ le, counts, sum: 0 }, share)).toBe(text);
  });
});

test.each([
  [0, "0 KB"],
  [1, "1 KB"],
  [12_345, "13 KB"],
  [999_999, "1,000 KB"],
  [3_440_000, "3.4 MB"],
])("%i bytes are %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));
