import { expect, it } from "vitest";
import { progressLine, progressText } from "./progress";

it.each([
  [{ position: 0, size: 2_354_331, lines: 0, ms: 0 }, "0 % of 2.4 MB, 0 lines/s"],
  [{ position: 1_000_000, size: 2_000_000, lines: 12_345, ms: 500 }, "50 % of 2.0 MB, 24,690 lines/s"],
  [{ position: 0, size: 0, lines: 0, ms: 1 }, "100 % of 0.0 MB, 0 lines/s"],
])("%o is %s", (state, text) => {
  expect(progressText(state)).toBe(text);
});

function line(terminal: boolean) {
  const written: string[] = [];
  let now = 0;
  const made = progressLine({ write: (text) => written.push(text), terminal, clock: () => now });
  return {
    ...made,
    written,
    at: (ms: number) => {
      now = ms;
    },
  };
}

it("is written a few times a second, and goes away", () => {
  const progress = line(true);
  for (let ms = 0; ms <= 1_000; ms += 50) {
    progress.at(ms);
    progress.update(ms, 1_000, ms);
  }
  progress.clear();
  expect(progress.written).toHaveLength(6);
  expect(progress.written.at(-1)).toBe("\r\x1b[2K");
});

it("is not written to a file", () => {
  const progress = line(false);
  progress.at(1_000);
  progress.update(1, 2, 3);
  progress.clear();
  expect(progress.written).toEqual([]);
});
