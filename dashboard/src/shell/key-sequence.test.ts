import { expect, it } from "vitest";
import { createKeySequence } from "./key-sequence";

const press = (keys: [key: string, at: number][]) => {
  const find = createKeySequence(["?", "t", "g l", "g o"]);
  return keys.map(([key, at]) => find({ key, at }));
};

it.each<[string, [string, number][], (string | null)[]]>([
  ["one key", [["?", 0]], ["?"]],
  [
    "two keys",
    [
      ["g", 0],
      ["l", 300],
    ],
    [null, "g l"],
  ],
  [
    "two keys too far apart",
    [
      ["g", 0],
      ["l", 1_501],
    ],
    [null, null],
  ],
  [
    "an unknown second key",
    [
      ["g", 0],
      ["x", 100],
    ],
    [null, null],
  ],
  ["a second key alone", [["l", 0]], [null]],
  [
    "a key between",
    [
      ["g", 0],
      ["x", 100],
      ["l", 200],
    ],
    [null, null, null],
  ],
  [
    "two commands in a row",
    [
      ["g", 0],
      ["o", 100],
      ["g", 200],
      ["l", 300],
    ],
    [null, "g o", null, "g l"],
  ],
  [
    "a command of one key after a beginning",
    [
      ["g", 0],
      ["t", 100],
    ],
    [null, "t"],
  ],
])("finds %s", (_, keys, found) => expect(press(keys)).toEqual(found));
