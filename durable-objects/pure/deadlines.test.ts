import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Deadlines } from "./deadlines";

const step = fc.oneof(
  fc.record({ do: fc.constant("set" as const), name: fc.nat(8), at: fc.integer({ min: -50, max: 500 }) }),
  fc.record({ do: fc.constant("delete" as const), name: fc.nat(8) }),
  fc.record({ do: fc.constant("take" as const), now: fc.integer({ min: -50, max: 500 }) }),
  fc.record({ do: fc.constant("earliest" as const), most: fc.nat(4) }),
);

test("names come out when their time has come, the earliest is known, whatever is set, moved and deleted", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const deadlines = new Deadlines();
      const plain = new Map<string, number>();
      const sorted = () => [...plain].sort(([, a], [, b]) => a - b);
      for (const one of steps) {
        if (one.do === "set") {
          deadlines.set(`${one.name}`, one.at);
          plain.set(`${one.name}`, one.at);
        } else if (one.do === "delete") {
          deadlines.delete(`${one.name}`);
          plain.delete(`${one.name}`);
        } else if (one.do === "take") {
          const due = sorted().filter(([, at]) => at <= one.now);
          expect(deadlines.take(one.now).sort()).toEqual(due.map(([name]) => name).sort());
          for (const [name] of due) plain.delete(name);
        } else {
          const times = [...deadlines.earliest(one.most)].map((name) => plain.get(name));
          expect(times).toEqual(
            sorted()
              .slice(0, one.most)
              .map(([, at]) => at),
          );
        }
        expect(deadlines.size).toBe(plain.size);
        expect(deadlines.next()).toBe(sorted()[0]?.[1] ?? null);
        for (const name of ["0", "1"]) expect(deadlines.has(name)).toBe(plain.has(name));
      }
    }),
  );
});
