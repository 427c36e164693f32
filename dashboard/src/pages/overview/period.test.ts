import { expect, it } from "vitest";
import { DEFAULT_DAYS, daysBefore, daysOfQuery, queryOfDays } from "./period";

it.each([
  [{}, DEFAULT_DAYS],
  [{ period: "7d" }, { kind: "period", period: "7d" }],
  [{ period: "year" }, DEFAULT_DAYS],
  [
    { from: "2026-11-01", to: "2026-11-03" },
    { kind: "range", from: "2026-11-01", to: "2026-11-03" },
  ],
  [{ from: "2026-11-03", to: "2026-11-01" }, DEFAULT_DAYS],
  [{ from: "2026-11-01" }, DEFAULT_DAYS],
  [{ from: "2026-13-01", to: "2026-13-02" }, DEFAULT_DAYS],
  [
    { from: "2026-11-01", to: "2026-11-03", period: "7d" },
    { kind: "range", from: "2026-11-01", to: "2026-11-03" },
  ],
])("reads %j", (query, days) => expect(daysOfQuery(query)).toEqual(days));

it("comes back as it was written", () => {
  for (const query of [{ period: "90d" }, { from: "2026-01-01", to: "2026-02-01" }]) {
    const days = daysOfQuery(query);
    expect(daysOfQuery(queryOfDays(days))).toEqual(days);
  }
});

it.each([
  ["2026-11-15", "2026-11-21", "2026-11-08", "2026-11-14"],
  ["2026-03-01", "2026-03-01", "2026-02-28", "2026-02-28"],
  ["2026-01-01", "2026-01-31", "2025-12-01", "2025-12-31"],
])("compares %s to %s with as many days before", (from, to, before, until) =>
  expect(daysBefore(from, to)).toEqual({ from: before, to: until }),
);
