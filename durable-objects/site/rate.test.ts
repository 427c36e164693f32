import { describe, expect, test } from "vitest";
import type { RateClaim } from "../../protocol/ingest";
import { FixedWindow } from "../pure/fixed-window";
import { Rates } from "./rate";

/** A whole minute. */
const AT = 60_000 * 1_000;
const from = (address: string, route: "events" | "sessions" = "events"): RateClaim => ({
  by: "address",
  route,
  address,
});
const by = (id: string): RateClaim => ({ by: "key", id });

describe("RATE-1 requests of an address", () => {
  test("pass up to the limit, and are told the seconds left beyond it", () => {
    const rates = new Rates();
    expect([1, 2, 3].map(() => rates.take(from("a"), 2, AT + 15_000))).toEqual([0, 0, 45]);
    expect(rates.take(from("a"), 2, AT + 59_999)).toBe(1);
    expect(rates.take(from("a"), 2, AT + 60_000)).toBe(0);
  });

  test("are counted apart from those of others and of another kind", () => {
    const rates = new Rates();
    for (const claim of [from("a"), from("b"), from("a", "sessions"), by("a")]) {
      expect(rates.take(claim, 1, AT)).toBe(0);
    }
    expect(rates.take(from("a"), 1, AT)).toBe(60);
  });

  test.each([
    ["2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", 60],
    ["2001:db8:0:1::1", "2001:db8:0:2::1", 0],
    ["192.0.2.1", "::ffff:192.0.2.1", 60],
    ["192.0.2.1", "192.0.2.2", 0],
  ])("%s and then %s: %i s to wait", (one, other, wait) => {
    const rates = new Rates();
    rates.take(from(one), 1, AT);
    expect(rates.take(from(other), 1, AT)).toBe(wait);
  });

  test("a request that was long on its way forgives nobody", () => {
    const rates = new Rates();
    rates.take(from("a"), 1, AT);
    expect(rates.take(from("slow"), 1, AT - 1)).toBe(0);
    expect(rates.take(from("a"), 1, AT)).toBe(60);
  });
});

test("RATE-1 after the clock was set back counting goes on by it", () => {
  const rates = new Rates();
  rates.take(from("a"), 1, AT + 3_600_000);
  expect([1, 2].map(() => rates.take(from("a"), 1, AT))).toEqual([0, 60]);
});

test("RATE-2 requests of a key pass up to 1,000 in a second, whatever the site's limit for addresses", () => {
  const rates = new Rates();
  const waits = Array.from({ length: 1_001 }, () => rates.take(by("k"), 1, AT + 999));
  expect(waits.indexOf(1)).toBe(1_000);
  expect(rates.take(by("other"), 1, AT + 999)).toBe(0);
  expect(rates.take(by("k"), 1, AT + 1_000)).toBe(0);
});

describe("RATE-3 a window in memory", () => {
  test("stays as large as it may be in a flood of names, and still counts who sends much", () => {
    const window = new FixedWindow(60_000, 1_000);
    let [steady, largest] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      window.count(`flood ${i}`, AT);
      if (i % 400 === 0) steady = window.count("steady", AT);
      largest = Math.max(largest, window.size);
    }
    expect(largest).toBeLessThanOrEqual(1_000);
    expect(steady).toBe(250);
  });

  test("lets go of all names with the period", () => {
    const window = new FixedWindow(60_000, 1_000);
    for (let i = 0; i < 500; i++) window.count(`name ${i}`, AT);
    window.count("next", AT + 60_000);
    expect(window.size).toBe(1);
  });
});

test("RATE-1 several are counted at once", () => {
  const rates = new Rates();
  const claim = { by: "address", route: "socket_events", address: "192.0.2.1" } as const;
  expect(rates.take(claim, 100, 1_000, 99)).toBe(0);
  expect(rates.take(claim, 100, 1_000, 1)).toBe(0);
  expect(rates.take(claim, 100, 1_000, 1)).toBe(59);
});
