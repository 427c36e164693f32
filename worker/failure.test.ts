import { describe, expect, test } from "vitest";
import { failureOf, rootMessage } from "./failure";

const overloaded = Object.assign(new Error("Too many requests queued"), { overloaded: true });
const retryable = Object.assign(new Error("gone"), { retryable: true });

describe("what a caller is told of an error", () => {
  test.each<[string, unknown, string]>([
    ["a mistake of ours", new TypeError("x is undefined"), "internal"],
    ["anything thrown", "text", "internal"],
    ["a constraint", new Error("D1_ERROR: UNIQUE constraint failed: sites.id: SQLITE_CONSTRAINT"), "internal"],
    ["a word of ours that sounds like D1's", new Error("exceeded the list"), "internal"],
    ["no table", new Error("D1_ERROR: no such table: sites: SQLITE_ERROR"), "unavailable"],
    ["no column", new Error("D1_ERROR: no such column: chunks at offset 7: SQLITE_ERROR"), "unavailable"],
    ["a lock", new Error("D1_ERROR: database is locked: SQLITE_BUSY"), "unavailable"],
    ["an overloaded D1", new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."), "unavailable"],
    ["a broken connection", new Error("D1_ERROR: Network connection lost."), "unavailable"],
    [
      "a query's cause",
      new Error("Failed query", { cause: new Error("D1_ERROR: Network connection lost.") }),
      "unavailable",
    ],
    ["a full storage", new Error("database or disk is full: SQLITE_FULL"), "unavailable"],
    ["an overloaded object", overloaded, "unavailable"],
    ["an object that moved", retryable, "unavailable"],
  ])("%s", (_, error, code) => {
    const failure = failureOf(error);
    expect(failure.code).toBe(code);
    expect("Retry-After" in failure.headers).toBe(code === "unavailable");
    expect(failure.message).not.toContain(rootMessage(error));
  });
});

test("the root of an error is its innermost cause", () => {
  const root = new RangeError("deep");
  expect(rootMessage(new Error("values: secret", { cause: new Error("more", { cause: root }) }))).toBe(
    "RangeError: deep",
  );
  expect(rootMessage("text")).toBe("text");
});
