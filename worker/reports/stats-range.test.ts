import { describe, expect, it } from "vitest";
import { resolveInterval, resolveRange } from "./stats-range";

const TODAY = "2026-03-31";

describe("resolveRange", () => {
  it.each([
    [{ period: "today" }, "2026-03-31", "2026-03-31"],
    [{ period: "yesterday" }, "2026-03-30", "2026-03-30"],
    [{ period: "7d" }, "2026-03-25", "2026-03-31"],
    [{ period: "30d" }, "2026-03-02", "2026-03-31"],
    [{ period: "90d" }, "2026-01-01", "2026-03-31"],
    [{ period: "12mo" }, "2025-04-01", "2026-03-31"],
    [{ period: "all" }, "2020-02-02", "2026-03-31"],
    [{}, "2026-03-02", "2026-03-31"],
    [{ from: "2026-01-01" }, "2026-01-01", "2026-03-31"],
    [{ from: "2026-01-01", to: "2026-01-05" }, "2026-01-01", "2026-01-05"],
    [{ from: "2026-01-01", to: "2030-01-05" }, "2026-01-01", "2030-01-05"],
  ] as const)("%o is %s to %s", (asked, from, to) => {
    expect(resolveRange(asked, TODAY, "2020-02-02")).toEqual({ ok: true, value: { from, to } });
  });

  it.each([
    ["without data", null],
    ["with data of tomorrow alone", "2026-04-01"],
  ])("all is today %s", (_, first) => {
    expect(resolveRange({ period: "all" }, TODAY, first)).toEqual({ ok: true, value: { from: TODAY, to: TODAY } });
  });

  it.each([
    [{ period: "7d", from: "2026-01-01" }, "period"],
    [{ to: "2026-01-01" }, "from"],
    [{ from: "1969-12-31" }, "from"],
    [{ from: "2026-04-01" }, "from"],
  ] as const)("%o is refused for %s", (asked, field) => {
    const range = resolveRange(asked, TODAY, null);
    expect(range).toEqual({ ok: false, fields: { [field]: expect.any(String) } });
  });
});

describe("resolveInterval", () => {
  it.each([
    [{}, "2026-03-31", "hour"],
    [{}, "2026-03-30", "day"],
    [{ interval: "day" }, "2026-03-31", "day"],
    [{ interval: "hour" }, "2026-03-25", "hour"],
  ] as const)("%o from %s is by %s", (asked, from, interval) => {
    expect(resolveInterval(asked, { from, to: TODAY })).toEqual({ ok: true, value: interval });
  });

  it("refuses hours of more than a week", () => {
    const refused = resolveInterval({ interval: "hour" }, { from: "2026-03-24", to: TODAY });
    expect(refused).toEqual({ ok: false, fields: { interval: expect.any(String) } });
  });
});
