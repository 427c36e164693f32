import process from "node:process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact, redactIdentity } from "./redact";

const M = "[redacted]";

/** Processor time of this thread, milliseconds: what else the machine does is not in it. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const TEXTS: readonly (readonly [text: string, redacted: string])[] = [
  ["write to ann@example.net today", `write to ${M} today`],
  ["ann.lee+news@mail.example.co.uk", M],
  ["jürgen@bücher.example", M],
  ["a@b", "a@b"],
  ["@someone", "@someone"],
  ["token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_D end", `token ${M} end`],
  ["eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", M],
  ["eyJ", "eyJ"],
  ["4111111111111111", M],
  ["4111 1111 1111 1111", M],
  ["4111-1111-1111-1111", M],
  ["3782 822463 10005", M],
  ["1234567890123", M],
  ["1234567890123456789", M],
  ["123456789012", "123456789012"],
  ["order 123456789012", "order 123456789012"],
  ["2026-11-21 09:45:58", "2026-11-21 09:45:58"],
  ["2024-01-15-12-30", "2024-01-15-12-30"],
  ["d41d8cd98f00b204e9800998ecf8427e", M],
  ["D41D8CD98F00B204E9800998ECF8427E", M],
  ["507f1f77bcf86cd799439011", "507f1f77bcf86cd799439011"],
  ["1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", M],
  ["dGhpcyBpcyBhIHNlY3JldCB0b2tlbiAxMjM0NQ==", M],
  ["k3j9x0a8d7f6g5h4k3j9x0a8d7f6", M],
  ["abc12def34ghi5678jklmnop", M],
  ["abc12def34ghijkl56789012", "abc12def34ghijkl56789012"],
  ["thequickbrownfoxjumpsoverthelazydog", "thequickbrownfoxjumpsoverthelazydog"],
  ["getUserByIdAndReturnAllOfItsOrders", "getUserByIdAndReturnAllOfItsOrders"],
  ["iphone15promax256gbblacktitanium", "iphone15promax256gbblacktitanium"],
  ["my-top-10-ios-18-tips-and-tricks-for-2026", "my-top-10-ios-18-tips-and-tricks-for-2026"],
  ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"],
];

describe("redact", () => {
  test.each(TEXTS)("%s", (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test.each([
    "/bb7c334d-0056-4367-8587-8127b964f765",
    "/99be3004-1915-4091-9777-f244c115cdfb",
    "order-35399977-6458-4801-9249-1eee3a8474a7.pdf",
  ])("a UUID stays though a part of it looks like a card's number: %s", (text) => {
    expect(redact(text)).toBe(text);
    expect(redact(`${text} 4111-1111-1111-1111`)).toBe(`${text} ${M}`);
  });

  test("every UUID stays", () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => redact(`/orders/${uuid}/`) === `/orders/${uuid}/`),
      { numRuns: 5_000 },
    );
  });

  test("identity alone leaves long numbers and tokens", () => {
    expect(redactIdentity("120210000000000123 d41d8cd98f00b204e9800998ecf8427e")).toBe(
      "120210000000000123 d41d8cd98f00b204e9800998ecf8427e",
    );
    expect(redactIdentity("ann@example.net eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc")).toBe(`${M} ${M}`);
  });

  test("redacting twice changes nothing", () => {
    const piece = fc.constantFrom("4111", "1111", " ", "-", "a@b.co", "eyJhbGciOiJI.x9", "Z9z", "0f", ".", "_", "=");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const once = redact(pieces.join(""));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  test("finds the tokens that a pattern for them would find", () => {
    const JWT = /\beyJ[\w-]{8,}\.[\w-]{2,}(?:\.[\w-]*)?/g;
    const piece = fc.constantFrom("eyJ", "abcdefgh", "eyJhbGciOiJI", ".", "-", "x", "_9", " ", "/", "é", "..");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        expect(redactIdentity(text)).toBe(text.replace(JWT, M));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["tokens that do not end", "-eyJ"],
    ["tokens of one part", "-eyJabcdefgh"],
    ["dots", "eyJabcdefgh.a."],
    ["addresses that do not end", "a@a-"],
    ["letters", "aA1_"],
    ["cards that almost fit", "4111 1111 "],
  ])("twice as much takes about twice as long: %s", (_, piece) => {
    const took = (text: string, times: number) => {
      const start = workedMs();
      for (let i = 0; i < times; i++) redact(text);
      return workedMs() - start;
    };
    const long = piece.repeat((512 * 1_024) / piece.length);
    const short = long.slice(0, long.length / 8);
    took(short, 8);
    // The same amount of text in eight pieces and in one; of each the time that nothing else on the machine added to.
    const least = (text: string, times: number) => Math.min(...Array.from({ length: 8 }, () => took(text, times)));
    const [inPieces, inOne] = [least(short, 8), least(long, 1)];
    // Were it quadratic, the one would take eight times as long.
    expect(inOne / inPieces).toBeLessThan(4);
  });

  test("long runs of what almost fits take time in step with their length", () => {
    const cost = (length: number) => {
      const text = "a".repeat(length) + "1 ".repeat(length) + "eyJ".repeat(length);
      const start = workedMs();
      redact(text);
      return workedMs() - start;
    };
    // Were it quadratic, 50 times the text would take 2,500 times as long.
    expect(Math.min(cost(50_000), cost(50_000), cost(50_000))).toBeLessThan(1_000);
  });
});
