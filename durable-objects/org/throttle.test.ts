import { describe, expect, test } from "vitest";
import { NO_TRIES, TRIES_LIFE, throttle, withFailure } from "./throttle";

const AT = 1_000_000;

describe("the wait after failures", () => {
  test.each([
    [0, 0],
    [4, 0],
    [5, 15_000],
    [6, 30_000],
    [7, 60_000],
    [10, 480_000],
    [11, 900_000],
    [12, 900_000],
    [5_000, 900_000],
  ])("%i of them, of which 4 and fewer are free: %i ms", (failures, wait) => {
    expect(throttle({ failures, at: AT }, 5, AT)).toBe(wait);
  });

  test.each([
    [1, 14_999],
    [14_999, 1],
    [15_000, 0],
    [1e9, 0],
  ])("%i ms later is %i ms", (later, wait) => {
    expect(throttle({ failures: 5, at: AT }, 5, AT + later)).toBe(wait);
  });

  test("is forgotten after a day", () => {
    const many = { failures: 50, at: AT };
    expect(throttle(many, 5, AT + TRIES_LIFE)).toBe(0);
    expect(withFailure(many, AT + TRIES_LIFE)).toEqual({ failures: 1, at: AT + TRIES_LIFE });
    expect(withFailure(many, AT + TRIES_LIFE - 1).failures).toBe(51);
  });

  test("begins with the first failure", () => {
    expect(withFailure(NO_TRIES, AT)).toEqual({ failures: 1, at: AT });
  });
});
