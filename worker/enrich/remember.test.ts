import { expect, test } from "vitest";
import { LONGEST, remember } from "./remember";

function counted(most: number, mayKeep?: (text: string, answer: string) => boolean) {
  const asked: string[] = [];
  const upper = remember(
    (text) => {
      asked.push(text);
      return text.toUpperCase();
    },
    most,
    mayKeep,
  );
  return { asked, upper };
}

test("an answer is worked out once", () => {
  const { asked, upper } = counted(10);
  expect([upper("a"), upper("b"), upper("a")]).toEqual(["A", "B", "A"]);
  expect(asked).toEqual(["a", "b"]);
});

test("a null is an answer too", () => {
  let asked = 0;
  const none = remember(() => {
    asked++;
    return null;
  }, 10);
  expect([none("a"), none("a")]).toEqual([null, null]);
  expect(asked).toBe(1);
});

test("never more than the given number is kept", () => {
  const { asked, upper } = counted(2);
  for (const text of ["a", "b", "c", "c", "a"]) upper(text);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

test("what is asked for again is kept, however many others come", () => {
  const { asked, upper } = counted(4);
  for (const text of ["a", "b", "c", "a", "d", "e", "a", "b"]) upper(text);
  expect(asked).toEqual(["a", "b", "c", "d", "e", "b"]);
});

test("long texts and those that may not be kept are worked out each time", () => {
  const { asked, upper } = counted(10, (text) => text !== "secret");
  const long = "x".repeat(LONGEST + 1);
  for (const text of ["secret", "secret", long, long]) upper(text);
  expect(asked).toHaveLength(4);
});
