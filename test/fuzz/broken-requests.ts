import { randomUUID } from "node:crypto";
import type { Raw } from "./raw-socket.ts";
import type { World } from "./world.ts";

/** Requests that are broken below JSON: framing, lengths, connections that end too early. */
export interface Broken {
  name: string;
  raw: (world: World, body: string) => Raw;
  /** Statuses of the answers, in order; null: any one refusal, or a closed connection without a word. */
  statuses: readonly number[] | null;
  /** How often the page view in it must be stored in the end; null: it may be stored or not, at most once. */
  stored: 0 | 1 | null;
}

/** A body with one page view of that page. */
export const bodyWith = (world: World, page_url: string): string =>
  JSON.stringify({ site: world.ids.loose, tab: randomUUID(), events: [world.view("loose", { page_url })] });

/** Request line and headers of a browser's beacon, with `lines` behind them. */
export function head(world: World, lines: readonly string[], target = "/api/v1/track", version = "HTTP/1.1"): string {
  const own = Object.entries(world.browser("loose")).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${target} ${version}`, "Host: 127.0.0.1", ...own, ...lines, "", ""].join("\r\n");
}

const length = (bytes: number | string) => `Content-Length: ${bytes}`;
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked";

const one = (
  name: string,
  lines: (body: string) => string[],
  body: (body: string) => string,
  expected: Expected,
): Broken => ({
  name,
  raw: (world, text) => ({ pieces: [head(world, lines(text)), body(text)], then: expected.then ?? "wait" }),
  statuses: expected.statuses,
  stored: expected.stored,
});
type Expected = Pick<Broken, "statuses" | "stored"> & { then?: Raw["then"] };

const same = (text: string) => text;
const own = (text: string) => [length(text.length)];
const kept: Expected = { statuses: [201], stored: 1 };
const refused: Expected = { statuses: null, stored: 0 };

export const BROKEN: readonly Broken[] = [
  one("an ordinary request", own, same, kept),
  one("a body that ends early, then silence", (t) => [length(t.length + 50)], same, { statuses: [], stored: 0 }),
  one("a body that ends early, then the end", (t) => [length(t.length + 50)], same, { ...refused, then: "end" }),
  one("a body that ends early, then a reset", own, (t) => t.slice(0, 60), { statuses: [], stored: 0, then: "reset" }),
  one("a whole body, then a reset", own, same, { statuses: [], stored: null, then: "reset" }),
  one("a whole body, then the end", own, same, { ...kept, then: "end" }),
  one("a length that is too short", (t) => [length(t.length - 20)], same, refused),
  one("no length and no chunks", () => [], same, refused),
  one("a length below nothing", () => [length(-1)], same, refused),
  one("a length that is no number", () => [length("ten")], same, refused),
  one("a length in hex", (t) => [length(`0x${t.length.toString(16)}`)], same, refused),
  one("two lengths", (t) => [length(t.length), length(t.length - 5)], same, refused),
  one("a length beyond all numbers", () => [length("99999999999999999999999")], same, refused),
  one("a length of 5 GB, then the end", () => [length(5_000_000_000)], same, { ...refused, then: "end" }),
  one(
    "chunks",
    () => [CHUNKED],
    (t) => `${chunk(t.slice(0, 30))}${chunk(t.slice(30))}0\r\n\r\n`,
    kept,
  ),
  one(
    "chunks of one byte",
    () => [CHUNKED],
    (t) => `${[...t].map(chunk).join("")}0\r\n\r\n`,
    kept,
  ),
  one(
    "chunks with an extension",
    () => [CHUNKED],
    (t) => `${t.length.toString(16)};x="y"\r\n${t}\r\n0\r\n\r\n`,
    {
      statuses: null,
      stored: null,
    },
  ),
  one(
    "a chunk of no size",
    () => [CHUNKED],
    (t) => `zz\r\n${t}\r\n0\r\n\r\n`,
    refused,
  ),
  one("a chunk without an end", () => [CHUNKED], chunk, { ...refused, then: "end" }),
  one(
    "a chunk larger than it is, then the end",
    () => [CHUNKED],
    (t) => `ffff\r\n${t}`,
    { ...refused, then: "end" },
  ),
  one(
    "chunks and a length",
    (t) => [CHUNKED, length(t.length)],
    (t) => `${chunk(t)}0\r\n\r\n`,
    {
      statuses: null,
      stored: null,
    },
  ),
  one("an unknown transfer encoding", () => ["Transfer-Encoding: x"], same, refused),
  one("Expect: 100-continue", (t) => [length(t.length), "Expect: 100-continue"], same, kept),
  one("a header of 200 KB", (t) => [length(t.length), `X-Long: ${"x".repeat(200_000)}`], same, refused),
  one("2,000 headers", (t) => [length(t.length), ...Array.from({ length: 2_000 }, (_, i) => `X-${i}: ${i}`)], same, {
    statuses: null,
    stored: null,
  }),
  one("a NUL in a header", (t) => [length(t.length), "X-Nul: a\0b"], same, { statuses: null, stored: null }),
  one("a header without a colon", (t) => [length(t.length), "nonsense"], same, refused),
  {
    name: "another request behind a length that is too short",
    raw: (world, text) => ({
      pieces: [head(world, [length(2)]), `{}${head(world, [length(text.length)])}${text}`],
      then: "wait",
    }),
    statuses: [400, 201],
    stored: 1,
  },
  {
    name: "three requests at once",
    raw: (world, text) => ({
      pieces: [
        `${head(world, [length(2)])}{}${head(world, [length(text.length)])}${text}${head(world, [length(4)])}null`,
      ],
      then: "wait",
    }),
    statuses: [400, 201, 400],
    stored: 1,
  },
  {
    name: "byte by byte",
    raw: (world, text) => ({ pieces: [...`${head(world, [length(text.length)])}${text}`], then: "wait" }),
    statuses: [201],
    stored: 1,
  },
  {
    name: "a target with its host",
    raw: (world, text) => ({
      pieces: [head(world, [length(text.length)], "http://127.0.0.1/api/v1/track"), text],
      then: "wait",
    }),
    statuses: null,
    stored: null,
  },
  ...[
    "/api/v1/../v1/track",
    "//api/v1/track",
    "/api/v1/track/",
    "/API/v1/track",
    "/api/v1/track%00",
    "/api\\v1\\track",
  ].map(
    (target): Broken => ({
      name: `the target ${target}`,
      raw: (world, text) => ({ pieces: [head(world, [length(text.length)], target), text], then: "wait" }),
      statuses: null,
      stored: null,
    }),
  ),
  {
    name: "HTTP/1.0",
    raw: (world, text) => ({
      pieces: [head(world, [length(text.length)], "/api/v1/track", "HTTP/1.0"), text],
      then: "wait",
    }),
    statuses: null,
    stored: null,
  },
  { name: "no HTTP", raw: (_, text) => ({ pieces: [text], then: "end" }), statuses: null, stored: 0 },
  {
    name: "a handshake of TLS",
    raw: () => ({ pieces: [Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])], then: "end" }),
    statuses: null,
    stored: 0,
  },
  {
    name: "the beginning of HTTP/2",
    raw: () => ({ pieces: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], then: "end" }),
    statuses: null,
    stored: 0,
  },
  { name: "nothing", raw: () => ({ pieces: [], then: "end" }), statuses: [], stored: 0 },
];
