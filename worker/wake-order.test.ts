import { expect, test } from "vitest";
import { wakeOrder } from "./wake-order";

const ids = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`);

test("every site is once in the order of every hour", () => {
  for (const count of [0, 1, 7, 200])
    for (const turn of [0, 1, 495_000]) expect([...wakeOrder(ids(count), turn)].sort()).toEqual(ids(count).sort());
});

/** However many calls of a run the platform lets through. */
test.each([
  [45, 30],
  [45, 46],
  [45, 60],
  [45, 90],
  [45, 100],
  [45, 200],
  [45, 400],
  [45, 1_000],
  [200, 201],
  [200, 400],
  [200, 1_000],
  [200, 5_000],
])("where %i sites of a run are woken, each of %i has its turn soon", (first, count) => {
  for (const begin of [0, 1, 495_000, 495_017]) {
    // Three times the runs that would do if they did not overlap.
    const runs = 3 * Math.ceil(count / first);
    const woken = new Set<string>();
    for (let turn = begin; turn < begin + runs; turn++) {
      for (const id of wakeOrder(ids(count), turn).slice(0, first)) woken.add(id);
    }
    expect([begin, woken.size]).toEqual([begin, count]);
  }
});
