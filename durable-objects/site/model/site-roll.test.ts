import { expect, test } from "vitest";
import type { HeldSeat, LeafNews } from "../../../protocol/counter";
import { SiteRoll } from "./site-roll";

const seat = (visitor: string, stream: string, at: number): HeldSeat => ({ visitor, stream, at });
const news = (epoch: number, call: number, joined: HeldSeat[], left: string[] = []): LeafNews => ({
  epoch,
  call,
  whole: call === 0,
  joined,
  left,
});
const counts = (totalConnections: number, uniqueVisitors: number) => ({ totalConnections, uniqueVisitors });

test("COUNTER-8 a visitor with streams here and at leaves is one, who goes with the last of them", () => {
  const roll = new SiteRoll<string>();
  roll.join("socket", seat("ann", "a", 1));
  roll.hear(0, news(1, 0, [seat("ann", "b", 2), seat("bob", "c", 3)]));
  roll.hear(1, news(1, 0, [seat("ann", "d", 4)]));
  expect(roll.counts).toEqual(counts(4, 2));
  roll.leave("socket");
  roll.forget(1);
  expect(roll.counts).toEqual(counts(2, 2));
  roll.hear(0, news(1, 1, [], ["b"]));
  expect(roll.counts).toEqual(counts(1, 1));
});

test("COUNTER-9 calls that come late or twice change nothing", () => {
  const roll = new SiteRoll<string>();
  const first = news(5, 0, [seat("ann", "a", 1)]);
  const second = news(5, 1, [seat("bob", "b", 2)]);
  const third = news(5, 2, [], ["b"]);
  for (const call of [first, second, third]) expect(roll.hear(0, call).again).toBeNull();
  for (const call of [first, second, third, news(4, 0, []), news(4, 7, [], ["a"])]) {
    expect(roll.hear(0, call).again).toBe(5);
    expect(roll.counts).toEqual(counts(1, 1));
  }
  // Of a leaf or an epoch of which it knows nothing it wants the whole.
  expect(roll.hear(1, second).again).toBe(0);
  expect(roll.hear(0, news(6, 1, [seat("bob", "b", 2)])).again).toBe(5);
});

test("COUNTER-8 a goodbye that comes before the leaf's report ends the stream when that comes", () => {
  const roll = new SiteRoll<string>();
  const at = roll.stamp(100);
  expect(roll.end("a", 100)).toEqual({ own: [], leaves: [] });
  const { ends } = roll.hear(0, news(1, 0, [seat("ann", "a", at)]));
  expect(ends.leaves).toEqual([{ index: 0, stream: "a", at: expect.any(Number) }]);
  expect(ends.leaves[0]?.at).toBeGreaterThan(at);
  expect(roll.counts).toEqual(counts(0, 0));
  // Opened again after that it is there.
  roll.hear(0, news(1, 1, [seat("ann", "a", roll.stamp(100))]));
  expect(roll.counts).toEqual(counts(1, 1));
});

test("COUNTER-8 a stream is where it was opened last, in whatever order one hears of it", () => {
  const roll = new SiteRoll<string>();
  roll.hear(0, news(1, 0, [seat("ann", "a", 5)]));
  expect(roll.join("socket", seat("ann", "a", 7)).leaves).toEqual([{ index: 0, stream: "a", at: 7 }]);
  // Its leaf has not heard of it, and tells it again.
  expect(roll.hear(0, news(2, 0, [seat("ann", "a", 5)])).ends.leaves).toEqual([{ index: 0, stream: "a", at: 7 }]);
  const { ends } = roll.hear(1, news(1, 0, [seat("ann", "a", 9)]));
  expect(ends).toEqual({ own: ["socket"], leaves: [] });
  expect([roll.counts, roll.leafOf("a")]).toEqual([counts(1, 1), 1]);
});
