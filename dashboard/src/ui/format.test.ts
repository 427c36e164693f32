import { describe, expect, it } from "vitest";
import { changeOf, changeText, dayRange, duration, namedDay, shortDay, snippetOf } from "./format";

describe("duration", () => {
  it.each([
    [0, "0 s"],
    [499, "0 s"],
    [45_000, "45 s"],
    [59_499, "59 s"],
    [59_500, "1 min 00 s"],
    [125_000, "2 min 05 s"],
    [3_599_000, "59 min 59 s"],
    [3_600_000, "1 h 00 min"],
    [3_725_000, "1 h 02 min"],
  ])("writes %d ms as %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
});

describe("change", () => {
  it.each([
    [112, 100, "+12 %"],
    [96, 100, "−4 %"],
    [100, 100, "0 %"],
    [1004, 1000, "0 %"],
    [0, 10, "−100 %"],
    [900, 100, "+800 %"],
    [1000, 100, "× 10"],
    [1_234_500, 100, "× 12.3 k"],
  ])("tells %d after %d as %s", (now, before, text) =>
    expect(changeText(changeOf(now, before) ?? Number.NaN)).toBe(text),
  );

  it("has none where nothing was before", () => expect(changeOf(5, 0)).toBeNull());
});

describe("days", () => {
  it.each([
    ["2026-11-21", "Nov 21", "Sat, Nov 21"],
    ["2026-01-01", "Jan 1", "Thu, Jan 1"],
  ])("names %s", (date, short, named) => {
    expect(shortDay(date)).toBe(short);
    expect(namedDay(date)).toBe(named);
  });

  it.each([
    ["2026-11-01", "2026-11-21", /^Nov 1\s–\s21, 2026$/],
    ["2025-12-30", "2026-01-02", /^Dec 30, 2025\s–\sJan 2, 2026$/],
    ["2026-11-21", "2026-11-21", /^Nov 21, 2026$/],
  ])("joins %s and %s", (from, to, text) => expect(dayRange(from, to)).toMatch(text));
});

it("writes the snippet as the contract has it", () =>
  expect(snippetOf("https://stats.example.com", "demo")).toBe(
    '<script defer src="https://stats.example.com/t.js" data-site="demo"></script>',
  ));
