import { describe, expect, it } from "vitest";
import { addDays, addMonths, datesIn, dayCount, dayNumber, hourAt, hourLabel, hoursIn } from "./calendar";

describe("days", () => {
  it.each([
    ["2026-03-01", -1, "2026-02-28"],
    ["2024-03-01", -1, "2024-02-29"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-03-29", 1, "2026-03-30"],
    ["2026-01-15", 0, "2026-01-15"],
  ])("%s and %i days are %s", (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected);
  });

  it.each([
    ["2026-11-21", -12, "2025-11-21"],
    ["2024-02-29", -12, "2023-02-28"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-01-31", 1, "2026-02-28"],
    ["2026-12-31", 1, "2027-01-31"],
  ])("%s and %i months are %s", (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  it("counts both ends", () => {
    expect(dayCount({ from: "2026-02-27", to: "2026-03-02" })).toBe(4);
    expect(datesIn({ from: "2026-02-27", to: "2026-03-02" })).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
    expect(datesIn({ from: "2026-03-02", to: "2026-03-01" })).toEqual([]);
    expect(dayNumber("2026-02-27")).toBe(20260227);
  });
});

describe("hours", () => {
  const hours = (date: string, timeZone: string) => hoursIn({ from: date, to: date }, timeZone).map((h) => h.hour);
  const all = Array.from({ length: 24 }, (_, i) => i);

  it.each([
    ["an ordinary day", "2026-05-05", "Europe/Vienna", all],
    ["clocks forward: 2 o'clock is missing", "2026-03-29", "Europe/Vienna", all.filter((h) => h !== 2)],
    ["clocks back: 2 o'clock comes twice and is one", "2026-10-25", "Europe/Vienna", all],
    ["clocks forward at midnight", "2026-04-24", "Africa/Cairo", all.filter((h) => h !== 0)],
    ["half an hour forward", "2026-10-04", "Australia/Lord_Howe", all],
    ["a zone off by 45 minutes", "2026-05-05", "Asia/Kathmandu", all],
    ["far east", "2026-05-05", "Pacific/Kiritimati", all],
    ["far west", "2026-05-05", "Pacific/Pago_Pago", all],
    ["a day that was left out", "2011-12-30", "Pacific/Apia", []],
  ])("%s", (_, date, timeZone, expected) => {
    expect(hours(date, timeZone)).toEqual(expected);
  });

  it("go on over days in order", () => {
    const labels = hoursIn({ from: "2026-03-28", to: "2026-03-30" }, "Europe/Vienna").map(hourLabel);
    expect(labels).toHaveLength(71);
    expect(labels[0]).toBe("2026-03-28T00:00");
    expect(labels.at(-1)).toBe("2026-03-30T23:00");
    expect(labels).toEqual([...labels].sort());
  });

  it("are those of the zone", () => {
    expect(hourAt(Date.UTC(2026, 11, 31, 23, 30), "Europe/Vienna")).toEqual({ date: "2027-01-01", hour: 0 });
    expect(hourAt(Date.UTC(2026, 0, 1, 4, 59), "America/New_York")).toEqual({ date: "2025-12-31", hour: 23 });
  });
});
