import fc from "fast-check";
import { nested, Pairs, Verbatim } from "./json-text.ts";

/** Values that nobody sends who means well. All of them are valid JSON. */

const NASTY = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00x",
  "\u202egnp.exe",
  "\u2066\u2069",
  "\u0085\u009b",
  "\ufeff",
  "\u2028",
  "👩‍👩‍👧‍👦",
  "z\u0301\u0301\u0301",
  "İıſK",
  "__proto__",
  "constructor",
  "toString",
  "javascript:alert(1)",
  "<script>alert(1)</script>",
  "'); DROP TABLE sessions; --",
  "a\r\nX-Injected: 1",
  "../../etc/passwd",
  "%00%ff%2e%2e",
  "*",
  "null",
  "NaN",
  "-1",
  "1e309",
  "[]",
  "{}",
  "(other)",
  "eyJhbGciOiJIUzI1NiJ9.eyJ1IjoxfQ.x",
  "4111 1111 1111 1111",
  "me@example.com",
] as const;

const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 });

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 2, arbitrary: units.map((codes) => String.fromCharCode(...codes)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NASTY), fc.integer({ min: 2, max: 800 }))
      .map(([text, times]) => text.repeat(times).slice(0, 4_000)),
  },
);

const hostileNumber: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5, 2_147_483_648, 8.64e15, 8.64e15 + 2, Number.MAX_SAFE_INTEGER),
  fc.constantFrom("1e400", "-1e400", "-0", "9007199254740993", "1e-400", "1E5").map((text) => new Verbatim(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

const hostileLeaf: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom(null, true, false),
  fc
    .tuple(fc.integer({ min: 1, max: 1_500 }), fc.constantFrom("array" as const, "object" as const))
    .map(([depth, kind]) => nested(depth, kind)),
);

/** Anything that JSON can say, keys of prototypes and keys given twice too. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileLeaf },
  { weight: 1, arbitrary: fc.array(hostileLeaf, { maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.tuple(hostileText, hostileLeaf), { maxLength: 6 }).map((pairs) => new Pairs(pairs)),
  },
);

/** A text as it may stand in an address: percent-encoded, also bytes that are no UTF-8 and broken encodings. */
export const hostilePiece: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: hostileText.map((text) => encodeURIComponent(text.slice(0, 500).toWellFormed())) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 8 })
      .map((all) => Array.from(all, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")),
  },
  { weight: 1, arbitrary: fc.constantFrom("%", "%zz", "%u0041", "+", "..;", "%2e%2e%2f", "%5c", "demo") },
);

export const hostileQuery: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          ..."from to limit offset cursor type period metrics dimension interval timezone sort order".split(" "),
          ..."page country device window rooms session_id visitor filters site".split(" "),
        ),
        hostilePiece,
      ),
      fc.oneof(hostilePiece, fc.constantFrom("1970-01-01", "9999-12-31", "0", "-1", "1e9", "all", "page", "hour")),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

type Change = (bytes: number[], at: number, what: number) => void;
const CHANGES: readonly Change[] = [
  (bytes, at, what) => void bytes.splice(at, 1, what),
  (bytes, at, what) => void bytes.splice(at, 0, what),
  (bytes, at, what) => void bytes.splice(at, 1 + (what % 20)),
  (bytes, at, what) => void bytes.splice(at, 0, ...bytes.slice(at, at + what)),
  (bytes, at) => void bytes.splice(at),
  (bytes, at, what) => void bytes.splice(at, 0, ...Buffer.from('{}[]",:\\0'.charAt(what % 9))),
];

/** The same bytes, and up to four changes. */
export const bitten: fc.Arbitrary<(body: Uint8Array) => Uint8Array> = fc
  .array(fc.tuple(fc.constantFrom(...CHANGES), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((changes) => (body) => {
    const bytes = [...body];
    for (const [change, place, what] of changes) change(bytes, Math.floor(place * bytes.length), what);
    return Uint8Array.from(bytes);
  });
