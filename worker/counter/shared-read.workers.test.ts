import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSharedRead } from "./shared-read";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("many who ask at once cause one load, and so do those who ask until its life is over", async () => {
  const shared = createSharedRead<number>({ life: 2_000, size: 10 });
  let loads = 0;
  const load = async () => {
    await scheduler.wait(30);
    return ++loads;
  };
  const ask = () => shared.get("a", load);
  expect(await Promise.all(Array.from({ length: 50 }, ask))).toEqual(Array(50).fill(1));
  vi.advanceTimersByTime(1_999);
  expect(await ask()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
});

test("where the clock was set back it is loaded again", async () => {
  const shared = createSharedRead<number>({ life: 2_000, size: 10 });
  let loads = 0;
  const ask = () => shared.get("a", async () => ++loads);
  expect(await ask()).toBe(1);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(2);
});

test("a failure is everybody's, and asked about again after its life", async () => {
  const shared = createSharedRead<number>({ life: 2_000, size: 10 });
  let loads = 0;
  const ask = () =>
    shared.get("a", async () => {
      if (++loads === 1) throw new Error("away");
      return loads;
    });
  const first = await Promise.allSettled([ask(), ask(), ask()]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  vi.advanceTimersByTime(2_000);
  expect(await ask()).toBe(2);
});

test("a reader who was cut off while loading holds the others up for one life at most", async () => {
  const shared = createSharedRead<number>({ life: 2_000, size: 10 });
  void shared.get("a", () => new Promise<number>(() => {}));
  const waits = shared.get("a", async () => 7);
  vi.advanceTimersByTime(2_000);
  expect(await waits).toBe(7);
});

test("keys are bounded", async () => {
  const shared = createSharedRead<string>({ life: 2_000, size: 2 });
  const loaded: string[] = [];
  const ask = (key: string) =>
    shared.get(key, async () => {
      loaded.push(key);
      return key;
    });
  for (const key of ["a", "b", "c", "c", "a"]) await ask(key);
  expect(loaded).toEqual(["a", "b", "c", "a"]);
});
