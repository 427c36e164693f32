import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LeafNews, LeafOrder } from "../../protocol/counter";
import { COUNTER_LEAF_LOOK, COUNTER_LEAF_WAIT } from "../../protocol/limits";
import { CounterLeaves } from "./counter-leaves";
import { SiteRoll } from "./model/site-roll";

const START = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const seats = (index: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ visitor: `v${n}`, stream: `${index}:${n}`, at: n + 1 }));
const whole = (index: number, count: number, epoch = 1): LeafNews => ({
  epoch,
  call: 0,
  whole: true,
  joined: seats(index, count),
  left: [],
});
const message = (totalConnections: number) => ({ totalConnections, uniqueVisitors: 0, timestamp: "" });

/** The leaves of an object that woke up, of which `kept` is stored. `answers` says what becomes of a call. */
function leavesOf(kept: number[], answers: (index: number, order: LeafOrder) => Promise<LeafNews | null>) {
  const roll = new SiteRoll<WebSocket>();
  const calls: { index: number; order: LeafOrder }[] = [];
  const written: (string | null)[] = [];
  const wakes: number[] = [];
  let changes = 0;
  const leaves = new CounterLeaves(
    {
      roll: () => roll,
      order: (index, order) => {
        calls.push({ index, order });
        return answers(index, order);
      },
      read: () => (kept.length === 0 ? null : JSON.stringify(kept)),
      write: (value) => written.push(value),
      wakeAt: (at) => wakes.push(at),
      changed: () => {
        changes++;
      },
      log: () => {},
    },
    { streams: 2, leaves: 3 },
  );
  leaves.ask(Date.now());
  return { roll, leaves, calls, written, wakes, changes: () => changes };
}

/** Settles what is settled already, and what follows from it. */
const settle = () => vi.advanceTimersByTimeAsync(0);

test("COUNTER-10 a site without leaves asks nobody, writes nothing and looks after nothing", async () => {
  const { leaves, calls, written, wakes } = leavesOf([], async () => null);
  leaves.tell(message(3), Date.now());
  leaves.look(Date.now() + 60_000);
  await settle();
  expect([leaves.ready, leaves.nextAt(Date.now()), vi.getTimerCount()]).toEqual([true, null, 0]);
  expect([calls, written, wakes]).toEqual([[], [], []]);
});

test("COUNTER-9 after a wake-up counts are known when all leaves have answered", async () => {
  const late = Promise.withResolvers<LeafNews>();
  const { leaves } = leavesOf([0, 2], async (index) => (index === 0 ? whole(0, 2) : late.promise));
  await settle();
  expect([leaves.ready, leaves.counts]).toEqual([false, null]);
  late.resolve(whole(2, 1));
  await leaves.whenReady();
  expect(leaves.counts).toEqual({ totalConnections: 3, uniqueVisitors: 2 });
  expect(vi.getTimerCount()).toBe(0);
});

test("COUNTER-9 a call that was lost is made again; a leaf that cannot be reached holds counts up for 5 s", async () => {
  let reachable = false;
  const { leaves, calls } = leavesOf([0], async () => {
    if (!reachable) throw new Error("Network connection lost.");
    return whole(0, 2);
  });
  await vi.advanceTimersByTimeAsync(COUNTER_LEAF_WAIT - 1);
  expect(leaves.ready).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(leaves.counts).toEqual({ totalConnections: 0, uniqueVisitors: 0 });
  const tried = calls.length;
  // 250 ms, doubling.
  expect(tried).toBe(5);
  reachable = true;
  await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
  expect(leaves.counts).toEqual({ totalConnections: 2, uniqueVisitors: 2 });
  expect(vi.getTimerCount()).toBe(0);
});

test("COUNTER-10 a leaf that cannot be reached is not counted after two looks, and again when it answers", async () => {
  let reachable = true;
  const { leaves, changes } = leavesOf([0], async (_, { known }) => {
    if (!reachable) throw new Error("Network connection lost.");
    return known === null ? whole(0, 2, Date.now()) : null;
  });
  await settle();
  reachable = false;
  const lookNext = async () => {
    await vi.advanceTimersByTimeAsync(Math.max(0, (leaves.nextAt(Date.now()) ?? 0) - Date.now()));
    leaves.look(Date.now());
    await settle();
  };
  await lookNext();
  await lookNext();
  expect(leaves.counts).toMatchObject({ totalConnections: 2 });
  const before = changes();
  await lookNext();
  expect(leaves.counts).toMatchObject({ totalConnections: 0 });
  expect(changes()).toBe(before + 1);
  expect(Date.now() - START).toBeLessThan(30_000);
  reachable = true;
  await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
  expect(leaves.counts).toMatchObject({ totalConnections: 2 });
});

test("COUNTER-10 a leaf that answers is counted however late looks come", async () => {
  const { leaves, calls, changes } = leavesOf([0], async (_, { known }) => (known === null ? whole(0, 2) : null));
  await settle();
  const before = changes();
  for (let look = 1; look <= 4; look++) {
    await vi.advanceTimersByTimeAsync(10 * COUNTER_LEAF_LOOK);
    leaves.look(Date.now());
    expect(leaves.counts).toMatchObject({ totalConnections: 2 });
    await settle();
    expect(calls).toHaveLength(1 + look);
  }
  expect(changes()).toBe(before);
});

test("COUNTER-10 a clock that is set back puts no look off", async () => {
  const { leaves, roll, calls, written } = leavesOf([0], async (_, { known }) => (known === null ? whole(0, 2) : null));
  await settle();
  const back = START - 3_600_000;
  vi.setSystemTime(back);
  expect(leaves.nextAt(back)).toBe(back + COUNTER_LEAF_LOOK);
  await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
  leaves.look(Date.now());
  await settle();
  expect(calls).toHaveLength(2);
  // Nor when an empty leaf is looked after for the last time.
  leaves.end([...roll.end("0:0", Date.now()).leaves, ...roll.end("0:1", Date.now()).leaves], Date.now());
  await settle();
  for (let look = 0; look < 6; look++) {
    await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
    leaves.look(Date.now());
    await settle();
  }
  expect([leaves.nextAt(Date.now()), written]).toEqual([null, [null]]);
});

test("COUNTER-10 of a leaf that has more than a few streams, or cannot be reached, none is brought home", async () => {
  let reachable = true;
  let held = 2;
  const { leaves, calls } = leavesOf([0], async (_, { known }) => {
    if (!reachable) throw new Error("Network connection lost.");
    return known === null ? whole(0, held) : null;
  });
  await settle();
  const closed = async () => {
    await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
    leaves.look(Date.now());
    await settle();
    return calls.at(-1)?.order.close.map(({ stream }) => stream);
  };
  expect(await closed()).toEqual([]);
  held = 1;
  leaves.hear(0, whole(0, 1, 2), Date.now());
  reachable = false;
  leaves.tell(message(1), Date.now());
  await settle();
  expect(await closed()).toEqual([]);
  expect(leaves.counts).toMatchObject({ totalConnections: 1 });
  reachable = true;
  await vi.advanceTimersByTimeAsync(COUNTER_LEAF_LOOK);
  expect(await closed()).toEqual(["0:0"]);
});

test("COUNTER-8 a leaf that is slow is told the latest alone, and what it has to close until it answered", async () => {
  const answers: (() => void)[] = [];
  const { roll, leaves, calls } = leavesOf([], () => new Promise((done) => answers.push(() => done(null))));
  leaves.hear(1, whole(1, 2), Date.now());
  leaves.tell(message(1), Date.now());
  for (const total of [2, 3]) leaves.tell(message(total), Date.now());
  leaves.end(roll.end("1:0", Date.now()).leaves, Date.now());
  expect(calls).toHaveLength(1);
  answers.shift()?.();
  await settle();
  expect(calls).toHaveLength(2);
  expect(calls[1]?.order).toMatchObject({ message: { totalConnections: 3 }, close: [{ stream: "1:0" }], known: 1 });
  // Ended again, later, while the call is under way.
  leaves.end([{ index: 1, stream: "1:0", at: START + 500 }], Date.now());
  answers.shift()?.();
  await settle();
  expect(calls[2]?.order.close).toEqual([{ stream: "1:0", at: START + 500 }]);
  answers.shift()?.();
  await settle();
  leaves.tell(message(4), Date.now());
  expect(calls[3]?.order.close).toEqual([]);
});

test("COUNTER-9 what a leaf was not told is told by the next call that arrives", async () => {
  let lost = true;
  const { leaves, calls } = leavesOf([], async () => {
    if (lost) throw new Error("Network connection lost.");
    return null;
  });
  leaves.hear(0, whole(0, 1), Date.now());
  leaves.tell(message(7), Date.now());
  await settle();
  lost = false;
  await vi.advanceTimersByTimeAsync(250);
  expect(calls.map(({ order }) => order.message?.totalConnections)).toEqual([7, 7]);
});

test("COUNTER-10 which leaves hold streams is written when one is used first, before its stream is sent there", async () => {
  const { leaves, written, wakes } = leavesOf([], async () => null);
  expect(leaves.place("a", START)).toMatchObject({ index: 0, last: 2 });
  expect([written, wakes]).toEqual([["[0]"], [START + COUNTER_LEAF_LOOK]]);
  leaves.hear(0, whole(0, 2), START);
  expect(leaves.place("b", START)).toMatchObject({ index: 1 });
  leaves.place("c", START);
  expect(written).toEqual(["[0]", "[0,1]"]);
});
