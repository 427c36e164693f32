import fc from "fast-check";
import { expect, test } from "vitest";
import type { HeldSeat } from "../../protocol/counter";
import { Roll } from "./roll";

test("several connections of one visitor are one visitor, who goes with the last of them", () => {
  const roll = new Roll<number>();
  roll.join(1, { visitor: "ann", stream: "a", at: 0 });
  roll.join(2, { visitor: "ann", stream: "b", at: 0 });
  roll.join(3, { visitor: "bob", stream: "c", at: 0 });
  expect(roll.counts).toEqual({ totalConnections: 3, uniqueVisitors: 2 });
  roll.leave(1);
  expect(roll.counts).toEqual({ totalConnections: 2, uniqueVisitors: 2 });
  roll.leave(2);
  expect(roll.counts).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
});

test("a stream that comes back takes the place of the one that died, also with another cookie", () => {
  const roll = new Roll<number>();
  roll.join(1, { visitor: "ann", stream: "a", at: 0 });
  expect(roll.join(2, { visitor: "new", stream: "a", at: 0 })).toBe(1);
  expect(roll.counts).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
  expect(roll.of("a")).toBe(2);
  // The end of the former one is noticed later, and must not take the new one along.
  expect(roll.leave(1)).toBe(false);
  expect(roll.counts).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
});

test("counts are those of a plain list, whatever comes and goes in whatever order", () => {
  const step = fc.record({
    come: fc.boolean(),
    visitor: fc.integer({ max: 4, min: 0 }),
    stream: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const roll = new Roll<number>();
      let list: { id: number; visitor: string; stream: string }[] = [];
      steps.forEach(({ come, visitor, stream }, id) => {
        const seat: HeldSeat = { visitor: `v${visitor}`, stream: `s${stream}`, at: id };
        if (come) {
          list = [...list.filter((one) => one.stream !== seat.stream), { id, ...seat }];
          roll.join(id, seat);
        } else {
          const gone = roll.of(seat.stream);
          list = list.filter((one) => one.stream !== seat.stream);
          if (gone !== undefined) roll.leave(gone);
        }
        const visitors = new Set(list.map((one) => one.visitor));
        expect(roll.counts).toEqual({ totalConnections: list.length, uniqueVisitors: visitors.size });
        expect([...roll.connections()].sort()).toEqual(list.map((one) => one.id).sort());
      });
    }),
    { seed: 4 },
  );
});
