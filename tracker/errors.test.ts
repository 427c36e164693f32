import { describe, expect, test } from "vitest";
import { failureOf } from "./errors";

const event = (fields: object) => Object.assign(new Event("error"), fields);
const target = (fields: object) => {
  const failed = new Event("error");
  Object.defineProperty(failed, "target", { value: fields });
  return failed;
};

describe("what an event tells", () => {
  test("a script error: message, place and a stack of at most 2 KB", () => {
    const error = new TypeError("x is undefined");
    error.stack = "s".repeat(5_000);
    const fields = { message: "Uncaught TypeError: x is undefined", filename: "/a.js", lineno: 3, colno: 7, error };
    const failure = failureOf(event(fields));
    expect(failure).toEqual({
      message: "Uncaught TypeError: x is undefined",
      data: { kind: "error", source: "/a.js", line: 3, column: 7, stack: "s".repeat(2_048) },
    });
  });

  test.each([
    [new RangeError("too far"), "RangeError: too far"],
    ["plain text", "plain text"],
    [undefined, "undefined"],
    [{ code: 7 }, "[object Object]"],
  ])("a rejection with %s", (reason, message) =>
    expect(failureOf(event({ reason }))).toMatchObject({ message, data: { kind: "rejection" } }),
  );

  test.each([
    [
      { localName: "img", currentSrc: "https://a.example/x.png", src: "x" },
      "Could not load img https://a.example/x.png",
    ],
    [{ localName: "link", href: "https://a.example/x.css" }, "Could not load link https://a.example/x.css"],
  ])("a resource %j", (element, message) =>
    expect(failureOf(target(element))).toMatchObject({ message, data: { kind: "resource" } }),
  );

  test.each([[{ localName: "script", src: "https://stats.example/t-vitals.js" }], [{ localName: "video" }], [null]])(
    "%j is no failure of the page",
    (element) => expect(failureOf(target(element ?? {}))).toBeUndefined(),
  );
});
