import { describe, expect, test } from "vitest";
import { readStored, take } from "./memory";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const kept = (at: number) => ({ at, events: ["{}"] });

test.each([
  ["nothing", null],
  ["text of somebody else", "hello"],
  ["a number", "5"],
  ["no visitor", JSON.stringify({ until: NOW + 1 })],
  ["an id without end", JSON.stringify({ visitor: "v" })],
  ["an id whose time is over", JSON.stringify({ visitor: "v", until: NOW })],
])("%s is no stored visitor", (_name, text) => expect(readStored(text, NOW)).toBeUndefined());

test("events older than a day are forgotten, as they could not be dated any more", () => {
  const stored = { visitor: "v", until: NOW + HOUR, kept: { old: kept(NOW - 25 * HOUR), young: kept(NOW - HOUR) } };
  expect(readStored(JSON.stringify(stored), NOW)).toEqual({ ...stored, kept: { young: kept(NOW - HOUR) } });
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
