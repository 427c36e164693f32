import { expect, test } from "vitest";
import { LEAVES_KNOWN, LEAVES_REMEMBERED } from "../../protocol/limits";
import { ToldLeaves } from "./told-leaves";

test("LEAF-8 what was told holds for a while, and one is what holds otherwise", () => {
  const told = new ToldLeaves();
  expect(told.of("a", 0)).toBe(1);
  told.note("a", 4, 0);
  expect(told.of("a", LEAVES_REMEMBERED - 1)).toBe(4);
  expect(told.of("b", 0)).toBe(1);
  expect(told.of("a", LEAVES_REMEMBERED)).toBe(1);
  expect(told.size).toBe(0);
});

test("LEAF-8 the last word counts", () => {
  const told = new ToldLeaves();
  told.note("a", 4, 0);
  told.note("a", 2, 1);
  expect(told.of("a", 2)).toBe(2);
  told.note("a", 1, 3);
  expect(told.of("a", 4)).toBe(1);
  expect(told.size).toBe(0);
});

test.each([undefined, Number.NaN, 0, -1, 2.5, Number.POSITIVE_INFINITY])(
  "LEAF-8 %s, as an object of older code may say, is as one, whatever was told before",
  (leaves) => {
    const told = new ToldLeaves();
    told.note("a", 4, 0);
    told.note("a", leaves, 1);
    expect(told.of("a", 2)).toBe(1);
    expect(told.size).toBe(0);
  },
);

test("LEAF-8 of more busy sites than are kept the one that was told longest ago is forgotten", () => {
  const told = new ToldLeaves();
  for (let i = 0; i < LEAVES_KNOWN; i++) told.note(`s${i}`, 2, i);
  told.note("s0", 3, LEAVES_KNOWN);
  told.note("more", 2, LEAVES_KNOWN);
  expect(told.size).toBe(LEAVES_KNOWN);
  expect(told.of("s0", LEAVES_KNOWN)).toBe(3);
  expect(told.of("s1", LEAVES_KNOWN)).toBe(1);
});
