import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { figureOf } from "./figures";
import type { Report } from "./findings";
import { formatReport, replaceFigures } from "./report";

const report: Report = {
  machine: {
    date: "2026-11-21T12:00:00.000Z",
    commit: "abc1234",
    cpu: "A CPU",
    cores: 2,
    memory_gb: 24,
    node: "24.21.0",
    workerd: "1.0",
    system: "linux x64",
  },
  short: false,
  failures: { sockets: "After 60 s 12 of 20 sockets were open." },
  findings: [
    { row: "ingest", what: "requests", unit: "/s", footfall: figureOf([1, 2, 3]) },
    { row: "cost", what: "rows", unit: "", footfall: figureOf([4]), target: { of: "figure", most: 6 } },
    { row: "ingest", what: "events", unit: "/s", footfall: figureOf([50]) },
  ],
};

test("each part has its own table", () => {
  const text = formatReport(report);
  expect(text).toContain("Measured on 2026-11-21 at commit abc1234: A CPU, 2 cores, 24 GB");
  const [ingest = "", cost = "", sockets = ""] = text.split("### ").slice(1);
  expect(ingest).toMatch(/^Ingest with a durable answer\n/);
  expect(ingest).toMatch(/\| requests .*\n\| events /);
  expect(cost).toContain("| rows | 4 |  |  | ≤ 6 | yes |");
  expect(sockets).toBe("Many sockets on one object\n\nCould not be measured: After 60 s 12 of 20 sockets were open.");
});

test("docs/performance.md has a place for them, and nothing else changes", () => {
  const before = readFileSync(join(import.meta.dirname, "..", "docs", "performance.md"), "utf8");
  const once = replaceFigures(before, "FIGURES");
  expect(once).toContain("\n\nFIGURES\n\n");
  expect(replaceFigures(once, "FIGURES")).toBe(once);
  expect(once.split("\n").filter((line) => !before.includes(line))).toEqual(["FIGURES"]);
});

test("a document without such a place is left alone", () => {
  expect(() => replaceFigures("# Performance", "FIGURES")).toThrow(/There are no lines/);
});
