import { describe, expect, test } from "vitest";
import { botOf } from "./bots";
import { BROWSERS } from "./browsers.fixture";
import { judge } from "./facts.fixture";
import { PROGRAMS } from "./programs.fixture";

const told = (userAgent: string) => {
  const verdict = botOf(userAgent);
  return verdict ? `${verdict.kind} | ${verdict.name}` : "a person";
};

describe("botOf", () => {
  test("the table of programs", () => {
    const { share, wrong } = judge(
      PROGRAMS,
      ({ cells }) => cells.slice(0, 2).join(" | "),
      ({ cells }) => told(cells[2] ?? ""),
    );
    console.log(`Programs: ${share}`);
    expect(wrong).toEqual([]);
    expect(PROGRAMS.length).toBeGreaterThan(270);
  });

  test("no browser of a person is taken for a program", () => {
    const people = BROWSERS.map(({ cells }) => ({ cells, why: "" }));
    const { share, wrong } = judge(
      people,
      () => "a person",
      ({ cells }) => told(cells[4] ?? ""),
    );
    console.log(`People kept: ${share}`);
    expect(wrong).toEqual([]);
  });

  test.each([[""], ["   "], ["-"]])("no user agent: %j", (userAgent) => {
    expect(botOf(userAgent)).toEqual({ kind: "tool", name: "Unknown" });
  });

  test("a user agent of many kilobytes costs no more than its beginning", () => {
    const person = BROWSERS[0]?.cells[4] ?? "";
    expect(botOf(`${person} ${"x ".repeat(20_000)}Googlebot/2.1`)).toBeNull();
  });
});
