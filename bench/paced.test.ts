import { expect, test } from "vitest";
import { shownAfter } from "./paced";

const frames = [
  { at: 90, events: 100 },
  { at: 200, events: 110 },
  { at: 300, events: 150 },
];

test("a batch is shown by the first frame that counts it", () => {
  const batches = [
    { due: 100, events: 5 },
    { due: 110, events: 10 },
    { due: 150, events: 15 },
    { due: 190, events: 50 },
  ];
  expect(shownAfter(batches, frames, 100)).toEqual([100, 90, 150, 110]);
});

test("a batch that no frame counts is an error", () => {
  expect(() => shownAfter([{ due: 100, events: 51 }], frames, 100)).toThrow(/No frame counted 51/);
});
