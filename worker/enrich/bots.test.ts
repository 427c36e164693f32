import { describe, expect, test } from "vitest";
import { seededRandom } from "../../scripts/load/random";
import { botOf } from "./bots";
import { BROWSERS } from "./browsers.fixture";
import { judge } from "./facts.fixture";
import { PROGRAMS } from "./programs.fixture";

const told = (userAgent: string) => {
  const verdict = botOf(userAgent);
  return verdict ? `${verdict.kind} | ${verdict.name}` : "a person";
};

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SEED = 20_261_121;

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

  test.each([
    `${FIREFOX} 3cc9be27-c734-46c4-a206-dfbb11b7feed`,
    `${FIREFOX} FEED8E27-C734-46C4-A206-DFBB11B7A001`,
    `${FIREFOX} App/2.1 (id=3cc9be27-feed-46c4-a206-dfbb11b7feed; release)`,
    `${FIREFOX} Shop/3.0 3cc9be27c73446c4a206dfbb11b7feed`,
    `${FIREFOX} Shop/3.0 device:5e6feed7a1b2c3d4`,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 NewsApp/4.1 0a1feed2-c734-46c4-a206-dfbb11b70000",
  ])("an identifier makes no program of a browser: %s", (userAgent) => {
    expect(botOf(userAgent)).toBeNull();
  });

  test.each([
    ["other | Feed", `Mozilla/5.0 (compatible; Feed) 3cc9be27-c734-46c4-a206-dfbb11b70000`],
    ["other | MyFeed", `${FIREFOX} MyFeed/1.0 3cc9be27-c734-46c4-a206-dfbb11b7feed`],
    ["other | feedface", `${FIREFOX} feedface`],
    ["other | Unknown", "3cc9be27-c734-46c4-a206-dfbb11b7feed"],
  ])("an identifier makes no person of a program: %s", (verdict, userAgent) => {
    expect(told(userAgent)).toBe(verdict);
  });

  test(`20,000 random identifiers (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    const hex = (digits: number) =>
      Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
    const people = BROWSERS.map(({ cells }) => cells[4] ?? "");
    const wrong: string[] = [];
    for (let n = 0; n < 20_000; n++) {
      const id = [8, 4, 4, 4, 12].map(hex).join(n % 2 === 0 ? "-" : "");
      const userAgent = `${people[n % people.length]} ${id}`;
      if (botOf(userAgent)) wrong.push(userAgent);
    }
    expect(wrong).toEqual([]);
  });

  test("a user agent of many kilobytes costs no more than its beginning", () => {
    const person = BROWSERS[0]?.cells[4] ?? "";
    expect(botOf(`${person} ${"x ".repeat(20_000)}Googlebot/2.1`)).toBeNull();
  });
});
