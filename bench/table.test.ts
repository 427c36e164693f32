import { describe, expect, test } from "vitest";
import { figureOf } from "./figures";
import { type Finding, isReached } from "./findings";
import { cellsOf, formatMarkdown, formatNumber, formatTable } from "./table";

const finding: Finding = {
  row: "ingest",
  what: "requests",
  unit: "/s",
  footfall: figureOf([1200, 1300, 1250]),
  reference: figureOf([2000, 2100, 2050]),
  ratio: figureOf([0.6, 0.62, 0.61]),
  target: { of: "ratio", least: 0.6 },
};

test.each([
  [0, "0"],
  [0.0123456, "0.0123"],
  [0.6, "0.6"],
  [1.2345, "1.23"],
  [123.45, "123"],
  [84_312, "84,310"],
])("%d is written %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("the cells of a finding", () => {
  expect(cellsOf(finding)).toEqual([
    "requests",
    "1,250 /s (1,200–1,300)",
    "2,050 /s (2,000–2,100)",
    "0.61 (0.6–0.62)",
    "ratio ≥ 0.6",
    "yes",
  ]);
});

describe("a target is reached", () => {
  test.each([
    [{ of: "ratio", least: 0.6 }, true],
    [{ of: "ratio", least: 0.62 }, false],
    [{ of: "figure", most: 1_250 }, true],
    [{ of: "figure", most: 1_249 }, false],
    [{ of: "figure", least: 1_251 }, false],
  ] as const)("%o: %s", (target, reached) => {
    expect(isReached({ ...finding, target })).toBe(reached);
  });

  test("or not, where there is none", () => {
    const { target: _, ...without } = finding;
    expect(isReached(without)).toBeNull();
  });
});

test("columns stand below each other", () => {
  const lines = formatTable([finding, { ...finding, what: "a longer name" }]).split("\n");
  expect(lines).toHaveLength(4);
  expect(new Set([lines[0]?.indexOf("Footfall"), ...lines.slice(2).map((line) => line.indexOf("1,250"))]).size).toBe(1);
});

test("Markdown escapes what would end a cell", () => {
  expect(formatMarkdown([{ ...finding, what: "a|b" }])).toContain("| a\\|b | 1,250 /s");
});
