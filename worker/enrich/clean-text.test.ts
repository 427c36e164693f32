import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText, cutText, plainText } from "./clean-text";

describe("cleanText", () => {
  test.each([
    ["plain", 10, "plain"],
    ["", 10, ""],
    ["abcdef", 3, "abc"],
    ["a\u0000b\tc\nd\u007fe\u0085f", 20, "abcdef"],
    ["\u202Egpj.exe\u202C \u2066x\u2069 \u200Ey\u200F\u061C", 20, "gpj.exe x y"],
    ["a\uD800b", 10, "a\uFFFDb"],
    ["😀😀😀", 2, "😀😀"],
    ["Zażółć gęślą", 6, "Zażółć"],
    ["mail ann@example.net now", 100, "mail [redacted] now"],
    ["mail ann@example.net now", 8, "mail [re"],
    ["a\u200Bnn@exa\u202Emple.net", 100, "a\u200B[redacted]"],
    ["4".repeat(30), 16, "[redacted]"],
  ])("%j cut to %i", (value, most, clean) => {
    expect(cleanText(value, most)).toBe(clean);
  });

  test("well-formed, within the limit, without controls, and cleaning twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat({ max: 60 }), (value, most) => {
        const clean = cleanText(value, most);
        expect(clean.isWellFormed()).toBe(true);
        expect([...clean].length).toBeLessThanOrEqual(most);
        expect(plainText(clean)).toBe(clean);
        expect(cleanText(clean, most)).toBe(clean);
      }),
    );
  });

  test("a text within the limit is the same text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect(cutText(value, [...value].length)).toBe(value);
      }),
    );
  });
});
