import { expect, test } from "vitest";
import { judge, readFacts } from "./facts.fixture";

const TABLE = `
## Numbers
even | 2
odd | 3 | and more
~ Too large to count.
even | 10
`;

test("a table is read line by line, the last cell with all that follows", () => {
  expect(readFacts(TABLE, 2)).toEqual([
    { cells: ["even", "2"], why: "" },
    { cells: ["odd", "3 | and more"], why: "" },
    { cells: ["even", "10"], why: "Too large to count." },
  ]);
});

test.each([
  ["all right but what is out of reach", ["even", "odd", "odd"], "2 of 3 right (66.7 %)", []],
  ["a row that is wrong", ["even", "even", "odd"], "1 of 3 right (33.3 %)", ["odd | 3 | and more\n    gave even"]],
  [
    "a row that is within reach after all",
    ["even", "odd", "even"],
    "3 of 3 right (100.0 %)",
    ["even | 10\n    gave even"],
  ],
])("%s", (_, answers, share, wrong) => {
  const given = answers.values();
  const answer = () => given.next().value ?? "";
  expect(judge(readFacts(TABLE, 2), ({ cells }) => cells[0] ?? "", answer)).toEqual({ share, wrong });
});
