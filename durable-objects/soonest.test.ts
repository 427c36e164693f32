import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Soonest } from "./soonest";

beforeEach(() => {
  vi.useFakeTimers({ now: 10_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("it runs once, at the earliest time asked for, and again only when it is asked again", () => {
  const ran: number[] = [];
  const soonest = new Soonest((now) => ran.push(now));
  for (const at of [10_500, 10_200, 10_900]) soonest.at(at);
  expect(soonest.waits).toBe(true);
  vi.advanceTimersByTime(5_000);
  expect(ran).toEqual([10_200]);
  expect(soonest.waits).toBe(false);
  soonest.at(9_000);
  vi.advanceTimersByTime(0);
  expect(ran).toEqual([10_200, 15_000]);
});

test("what was cancelled does not run, and may be asked for again", () => {
  const ran: number[] = [];
  const soonest = new Soonest((now) => ran.push(now));
  soonest.at(10_100);
  soonest.cancel();
  expect([soonest.waits, vi.getTimerCount()]).toEqual([false, 0]);
  soonest.at(10_300);
  vi.advanceTimersByTime(1_000);
  expect(ran).toEqual([10_300]);
});

test("what is asked for while it runs is another time", () => {
  const ran: number[] = [];
  const soonest = new Soonest((now) => {
    ran.push(now);
    if (ran.length < 3) soonest.at(now + 100);
  });
  soonest.at(10_100);
  vi.advanceTimersByTime(1_000);
  expect(ran).toEqual([10_100, 10_200, 10_300]);
});
