import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { BODY_BYTES_BROWSER, BODY_BYTES_KEY, EVENT_BYTES } from "../../protocol/limits.ts";
import type { RefusalCode } from "../../protocol/refusals.ts";
import { jsonText, nested, Pairs, Verbatim } from "./json-text.ts";
import { AGENT, CANARY, type SiteName, type World } from "./world.ts";

/** Hand-written requests and what has to become of each. */
export interface Row {
  name: string;
  route: string;
  site: SiteName;
  query?: string;
  headers?: Record<string, string | undefined>;
  /** Sent with the server's key. */
  keyed?: boolean;
  /** Text and bytes go as they are, all else as JSON. */
  body?: (world: World) => unknown;
  status: number;
  code?: RefusalCode;
  /** Events that the reply says it kept. */
  kept?: number;
  dropped?: string;
  /** Indexes of the events that are refused. */
  errors?: number[];
}

type Expected = Omit<Row, "name" | "route" | "site" | "body"> & { site?: SiteName };
type Parts = Record<string, unknown>;

const TRACK = "POST /api/v1/track";
const SESSIONS = "POST /api/v1/sessions";
const EVENTS = "POST /api/events";
const PIXEL = "GET /p.gif";

const bad = (code: RefusalCode = "invalid", status = 400): Expected => ({ status, code });
const good = (kept = 1, more: Partial<Expected> = {}): Expected => ({ status: 201, kept, ...more });

/** A body of `/api/v1/track` with one good event; `parts` go over it. */
function track(name: string, parts: (world: World, site: SiteName) => Parts, expected: Expected): Row {
  const { site = "exact" } = expected;
  const body = (world: World) => ({
    site: world.ids[site],
    tab: randomUUID(),
    events: [world.view(site)],
    ...parts(world, site),
  });
  return { ...expected, name, route: TRACK, site, body };
}

/** A body that is no ordinary one. */
const whole = (name: string, body: (world: World) => unknown, expected: Expected): Row => ({
  ...expected,
  name,
  route: TRACK,
  site: expected.site ?? "exact",
  body,
});

/** A good event, one with `parts` over it, and a good one: both good ones stay, whatever the one between them is. */
const beside = (name: string, parts: Parts | ((world: World) => unknown), is: "good" | "bad" | "nothing"): Row =>
  track(
    name,
    (world) => {
      const between = typeof parts === "function" ? parts(world) : world.view("exact", parts);
      return { events: [world.view(), between, world.view()] };
    },
    is === "bad" ? good(2, { errors: [1] }) : good(is === "good" ? 3 : 2, { errors: [] }),
  );

const simple = (world: World, site: SiteName, more: object = {}) => ({
  type: "pageview",
  page: world.view(site).page_url,
  session_id: randomUUID(),
  timestamp: new Date().toISOString(),
  ...more,
});

function event(name: string, parts: Parts, expected: Expected): Row {
  const site = expected.site ?? "loose";
  return { ...expected, name, route: EVENTS, site, body: (world) => simple(world, site, parts) };
}

function events(name: string, list: (world: World) => unknown, expected: Expected): Row {
  const body = (world: World) => ({ site: world.ids.exact, events: list(world) });
  return { ...expected, name, route: EVENTS, site: "exact", body };
}

function session(name: string, parts: Parts | ((world: World) => unknown), expected: Expected): Row {
  const body = (world: World) =>
    typeof parts === "function"
      ? parts(world)
      : { site: world.ids.loose, page_url: "https://loose.example/", ...parts };
  return { ...expected, name, route: SESSIONS, site: "loose", body };
}

const pixel = (name: string, query: string, expected: Partial<Expected> = {}): Row => ({
  name,
  route: PIXEL,
  site: "loose",
  query,
  status: 200,
  ...expected,
});

/** A body of `/api/v1/track` of exactly so many bytes, filled up in a field that nobody reads. */
function sized(bytes: number): (world: World) => string {
  return (world) => {
    const body = { site: world.ids.exact, tab: randomUUID(), filler: "", events: [world.view()] };
    return jsonText({ ...body, filler: "x".repeat(bytes - jsonText(body).length) });
  };
}

/** An event whose JSON has exactly so many bytes, in a body that is large enough to be measured. */
function sizedEvent(bytes: number, fill = "x"): (world: World) => unknown {
  return (world) => {
    const view = world.view("exact", { title: "" });
    const room = bytes - jsonText(view).length;
    const width = Buffer.byteLength(fill);
    return { ...view, title: fill.repeat(Math.floor(room / width)) + "x".repeat(room % width) };
  };
}

const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);
const plain = (world: World) => jsonText({ site: world.ids.exact, tab: randomUUID(), events: [world.view()] });
const many = (count: number) => (world: World) => ({ events: Array.from({ length: count }, () => world.view()) });
const type = (value: string) => ({ headers: { "Content-Type": value } });

const SURROGATE = new Verbatim('"a\\ud800b"');
const NUL = "a\u0000b";
const BIDI = "a\u202eb\u2066c\u200f";
const KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "then", "length"];

const ENVELOPES: Row[] = [
  track("an ordinary body", () => ({}), good()),
  track("as application/json", () => ({}), good(1, type("application/json"))),
  whole("nothing", () => "", bad("unreadable")),
  whole("white space", () => " \n\t ", bad("unreadable")),
  whole("half of it", (w) => plain(w).slice(0, 40), bad("unreadable")),
  whole("two bodies", (w) => plain(w) + plain(w), bad("unreadable")),
  whole("a comma too many", (w) => plain(w).replace("]}", ",]}"), bad("unreadable")),
  whole("comments", (w) => `/* */${plain(w)}`, bad("unreadable")),
  whole("single quotes", (w) => plain(w).replaceAll('"', "'"), bad("unreadable")),
  ...["null", "true", "5", '"text"', "[]", "{}", "[[]]"].map((text) => whole(text, () => text, bad())),
  whole("an array around it", (w) => `[${plain(w)}]`, bad()),
  track("unknown fields", () => ({ foo: 1, bar: { baz: [] } }), good()),
  ...KEYS.map((key) =>
    whole(
      `a field ${key}`,
      (w) => jsonText(new Pairs([[key, { polluted: true }], ...Object.entries(JSON.parse(plain(w)))])),
      good(),
    ),
  ),
  whole(
    "events twice: the last counts",
    (w) => {
      const list = [w.view()];
      const pairs = { site: w.ids.exact, tab: randomUUID() };
      return new Pairs([["events", [5]], ...Object.entries(pairs), ["events", list]]);
    },
    good(),
  ),
  ...[null, "x", 5, {}, true, [], new Verbatim("[]")].map((list) =>
    track(`events: ${jsonText(list)}`, () => ({ events: list }), bad()),
  ),
  track("events under numbers, no array", (w) => ({ events: { 0: w.view(), length: 1 } }), bad()),
  track("100 events", many(100), good(100)),
  track("101 events", many(101), bad()),
  track("the same event twice", (w) => ({ events: Array(2).fill(w.view()) }), good()),
  ...[null, 5, "x".repeat(129), ["a"], {}].map((site) =>
    track(`site: ${jsonText(site).slice(0, 20)}`, () => ({ site }), bad()),
  ),
  ...["", "nobody", "../exact", "*", "%", "a b", "' OR 1=1 --", "__proto__", "constructor", NUL, "\ud800"].map((site) =>
    track(`site: ${jsonText(site)}`, () => ({ site }), good(0, { dropped: "unknown_site" })),
  ),
  track("no site but the origin", () => ({ site: undefined }), good()),
  track(
    "no site and an origin of nobody",
    () => ({ site: undefined }),
    good(0, { dropped: "unknown_site", headers: { Origin: "https://nobody.example" } }),
  ),
  ...["null", "x", "https://", "javascript:alert(1)", `https://${"a".repeat(300)}.example`].map((Origin) =>
    track(`the origin ${Origin.slice(0, 30)}`, () => ({}), good(0, { dropped: "foreign_origin", headers: { Origin } })),
  ),
  ...[
    "https://exact.example.evil.example",
    "https://evil-exact.example",
    "https://exact.example@evil.example",
    "http://xexact.example",
  ].map((Origin) =>
    track(`the origin ${Origin}`, () => ({}), good(0, { dropped: "foreign_origin", headers: { Origin } })),
  ),
  track("no origin, pages of the site", () => ({}), good(1, { headers: { Origin: undefined } })),
  ...[null, 5, "x", "", {}, NUL, "00000000-0000-0000-0000-00000000000g", "x".repeat(5_000)].flatMap((id) => [
    track(`tab: ${jsonText(id).slice(0, 40)}`, () => ({ tab: id }), bad()),
    track(`session_id: ${jsonText(id).slice(0, 40)}`, () => ({ session_id: id }), bad()),
  ]),
  ...["11111111-1111-1111-1111-111111111111", "00000000-0000-0000-0000-000000000000"].map((session_id) =>
    track(`session_id: ${session_id}`, () => ({ session_id }), good()),
  ),
  track("a browser's user_id in place of a tab", () => ({ tab: undefined, user_id: "u" }), bad()),
  track("a key's user_id in place of a tab", () => ({ tab: undefined, user_id: "u" }), good(1, { keyed: true })),
  track("neither tab nor session", () => ({ tab: undefined }), bad()),
  track("a tab in capitals", () => ({ tab: randomUUID().toUpperCase() }), good()),
  track("a session of its own and a tab", () => ({ session_id: randomUUID() }), good()),
  // Trackers of before say one.
  ...["0", "9;DROP", 5, "x".repeat(33)].map((route) =>
    track(`route: ${jsonText(route).slice(0, 9)}`, () => ({ route }), good()),
  ),
  ...["yes", 1, null].map((dnt) => track(`dnt: ${jsonText(dnt)}`, () => ({ dnt }), bad())),
  track("dnt", () => ({ dnt: true }), good()),
  track("dnt and a click", (w) => ({ dnt: true, events: [w.view("exact", { event_type: "click" })] }), {
    ...good(0),
    dropped: "opt_out",
  }),
  track("dnt and nothing else", () => ({ dnt: true, tab: undefined }), good()),
  track("not visible", () => ({ visible: false }), good()),
  track(
    "a context of nonsense",
    () => ({ context: { screen_width: "wide", language: 5, viewport_width: -1 } }),
    good(),
  ),
  track("a context of hostile text", () => ({ context: { language: `e\u202en${NUL}` } }), good()),
  track("a context with a lone surrogate", () => ({ context: { language: SURROGATE } }), good()),
];

const ENCODINGS: Row[] = [
  whole("UTF-8 with a byte order mark", (w) => bytes(`\ufeff${plain(w)}`, "utf8"), good()),
  whole("UTF-16, little end first", (w) => bytes(plain(w), "utf16le"), bad("unreadable")),
  whole("UTF-16 with its mark", (w) => bytes(`\ufeff${plain(w)}`, "utf16le"), bad("unreadable")),
  whole("a byte that is no UTF-8", (w) => bytes(plain(w).replace("/page", "/p\xe9ge"), "latin1"), bad("unreadable")),
  whole(
    "an overlong slash",
    (w) => Buffer.concat([bytes('{"a":"', "utf8"), Buffer.from([0xc0, 0xaf]), bytes(`",${plain(w).slice(1)}`, "utf8")]),
    bad("unreadable"),
  ),
  whole(
    "a surrogate in UTF-8",
    (w) =>
      Buffer.concat([
        bytes('{"a":"', "utf8"),
        Buffer.from([0xed, 0xa0, 0x80]),
        bytes(`",${plain(w).slice(1)}`, "utf8"),
      ]),
    bad("unreadable"),
  ),
  whole("a raw control in a text", (w) => plain(w).replace("/page", "/pa\nge"), bad("unreadable")),
  whole("gzip that says so", (w) => gzipSync(plain(w)), {
    ...bad("unsupported_media_type", 415),
    headers: { "Content-Encoding": "gzip" },
  }),
  whole("gzip that does not say so", (w) => gzipSync(plain(w)), bad("unreadable")),
  ...["br", "deflate", "gzip, identity", "x"].map((encoding) =>
    whole(`Content-Encoding: ${encoding}`, plain, {
      ...bad("unsupported_media_type", 415),
      headers: { "Content-Encoding": encoding },
    }),
  ),
  whole("Content-Encoding: identity", plain, good(1, { headers: { "Content-Encoding": "identity" } })),
  ...[
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/html",
    "application/json5",
    "application/ndjson",
    "text/plainx",
    "x",
    ";",
    "application/octet-stream",
  ].map((value) => whole(`Content-Type: ${value}`, plain, { ...bad("unsupported_media_type", 415), ...type(value) })),
  ...[
    "text/plain",
    "TEXT/PLAIN",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json ; x=y",
    "text/plain;charset=iso-8859-1",
  ].map((value) => whole(`Content-Type: ${value}`, plain, good(1, type(value)))),
  whole("no Content-Type", plain, good(1, { headers: { "Content-Type": undefined } })),
];

const SIZES: Row[] = [
  whole("64 KB", sized(BODY_BYTES_BROWSER), good()),
  whole("64 KB and one", sized(BODY_BYTES_BROWSER + 1), bad("too_large", 413)),
  whole("200 KB", sized(200_000), bad("too_large", 413)),
  whole("1 MB without a key", sized(BODY_BYTES_KEY), bad("too_large", 413)),
  whole("64 KB and one with a key", sized(BODY_BYTES_BROWSER + 1), good(1, { keyed: true })),
  whole("1 MB with a key", sized(BODY_BYTES_KEY), good(1, { keyed: true })),
  whole("1 MB and one with a key", sized(BODY_BYTES_KEY + 1), { ...bad("too_large", 413), keyed: true }),
  whole("200 KB with a key that is none", sized(200_000), {
    ...bad("unauthorized", 401),
    headers: { Authorization: `Bearer ${CANARY.key}` },
  }),
  whole("200 KB of a form", sized(200_000), {
    ...bad("unsupported_media_type", 415),
    ...type("application/x-www-form-urlencoded"),
  }),
  beside("an event of 16 KB", sizedEvent(EVENT_BYTES), "good"),
  beside("an event of 16 KB and one", sizedEvent(EVENT_BYTES + 1), "bad"),
  beside("an event of 16 KB in emoji", sizedEvent(EVENT_BYTES, "😀"), "good"),
  beside("an event of 16 KB and one in emoji", sizedEvent(EVENT_BYTES + 1, "😀"), "bad"),
  beside(
    "an event of 20 KB in small pieces of emoji",
    (w) => w.view("exact", { event_data: { list: Array(1_700).fill("😀é中") } }),
    "bad",
  ),
  beside(
    "an event of 20 KB in its keys",
    (w) =>
      w.view("exact", { event_data: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`中中中中${i}`, 1])) }),
    "bad",
  ),
  track("one event of 17 KB alone", (w) => ({ events: [sizedEvent(17_000)(w)] }), bad()),
];

const NESTING: Row[] = [
  ...[10, 100, 1_000, 5_000].flatMap((depth) => [
    beside(`event_data ${depth} arrays deep`, { event_data: { a: nested(depth, "array") } }, "good"),
    ...(depth > 2_000 ? [] : [beside(`event_data ${depth} deep`, { event_data: nested(depth, "object") }, "good")]),
  ]),
  track("20,000 arrays deep beside the events", () => ({ deep: nested(20_000, "array") }), good()),
  track("a context 20,000 arrays deep", () => ({ context: nested(20_000, "array") }), good()),
  track("20,000 arrays deep in place of the events", () => ({ events: nested(20_000, "array") }), bad()),
  track("20,000 arrays deep in place of the site", () => ({ site: nested(20_000, "array") }), bad()),
  whole("nothing but 60,000 brackets", () => nested(30_000, "array"), bad()),
  whole("brackets that never close", () => "[".repeat(60_000), bad("unreadable")),
  beside("an array as deep as it may be", (w) => ({ ...w.view(), event_data: nested(7_000, "array") }), "bad"),
];

const number = (text: string) => new Verbatim(text);
const NUMBERS: Row[] = [
  ...["NaN", "Infinity", "-Infinity", "undefined", "0x10", "01", "+1", ".5", "1.", "1e"].map((text) =>
    track(`a number ${text}`, () => ({ foo: number(text) }), bad("unreadable")),
  ),
  ...(
    [
      ["1e400", "bad"],
      ["-1", "bad"],
      ["2147483648", "bad"],
      ["9007199254740993", "bad"],
      ["1.5", "bad"],
      ['"1"', "bad"],
      ["true", "bad"],
      ["null", "bad"],
      ["[1]", "bad"],
      ["-0", "good"],
      ["1e2", "good"],
      ["2147483647", "good"],
    ] as const
  ).map(([text, is]) => beside(`seq: ${text}`, { seq: number(text) }, is)),
  ...(
    [
      ["1e400", "bad"],
      ["-100001", "bad"],
      ["10000001", "bad"],
      ['"5"', "bad"],
      ["{}", "bad"],
      ["-0", "good"],
      ["-0.4", "good"],
      ["10.5", "good"],
      ["5e-324", "good"],
      ["null", "good"],
    ] as const
  ).map(([text, is]) => beside(`viewport_x: ${text}`, { event_type: "click", viewport_x: number(text) }, is)),
  ...(
    [
      ["1e400", "bad"],
      ["-1", "bad"],
      ["86400001", "good"],
      ["0.4", "good"],
      ["86400000", "good"],
    ] as const
  ).map(([text, is]) => beside(`engaged_ms: ${text}`, { event_type: "leave", engaged_ms: number(text) }, is)),
  ...(
    [
      ["101", "good"],
      ["-0.1", "bad"],
      ["99.9", "good"],
    ] as const
  ).map(([text, is]) => beside(`scroll_depth: ${text}`, { event_type: "scroll", scroll_depth: number(text) }, is)),
  beside(
    "numbers of all kinds in event_data",
    {
      event_data: Object.fromEntries(
        ["1e400", "-1e400", "-0", "9007199254740993", "1e-400", "123456789012345678901234567890"].map((text) => [
          text,
          number(text),
        ]),
      ),
    },
    "good",
  ),
];

const TEXT_FIELDS = [
  "title",
  "name",
  "referrer",
  "target_element",
  "target_selector",
  "target_tag",
  "target_id",
  "target_class",
  "event_id",
] as const;
const TEXTS: [string, unknown][] = [
  ["a lone surrogate", SURROGATE],
  ["a NUL", NUL],
  ["bidi controls", BIDI],
  ["C1 controls", "a\u0085\u009bb"],
  ["a line separator", "a\u2028b\u2029"],
  ["emoji", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
  ["combining marks", `z${"\u0301".repeat(90)}`],
  ["markup", '"><img src=x onerror=alert(1)>'],
  ["SQL", "'); DROP TABLE sessions; --"],
  ["a header", "a\r\nSet-Cookie: x=1"],
  ["a path", "../../../etc/passwd"],
  ["a prototype key", "__proto__"],
  ["nothing", ""],
];
const TEXT_ROWS: Row[] = [
  ...TEXT_FIELDS.flatMap((field) =>
    TEXTS.map(([what, text]) =>
      beside(
        `${what} in ${field}`,
        { event_type: "click", [field]: text },
        field === "event_id" && text === "" ? "bad" : "good",
      ),
    ),
  ),
  ...TEXTS.map(([what, text]) =>
    beside(`${what} in event_type`, { event_type: text }, text === "" || String(text).length > 50 ? "bad" : "good"),
  ),
  ...TEXTS.map(([what, text]) => beside(`${what} in event_data`, { event_data: { a: text, b: [text] } }, "good")),
  ...TEXTS.filter(([, text]) => typeof text === "string").map(([what, text]) =>
    beside(`${what} as a key of event_data`, { event_data: new Pairs([[String(text), 1]]) }, "good"),
  ),
  ...KEYS.map((key) => beside(`${key} in event_data`, { event_data: new Pairs([[key, { [key]: 1 }]]) }, "good")),
  beside("event_type of 50", { event_type: "t".repeat(50) }, "good"),
  beside("event_type of 51", { event_type: "t".repeat(51) }, "bad"),
  beside("event_id of 128", { event_id: "i".repeat(128) }, "good"),
  beside("event_id of 129", { event_id: "i".repeat(129) }, "bad"),
  beside("name of 2048", { name: "n".repeat(2_048) }, "good"),
  beside("name of 2049", { name: "n".repeat(2_049) }, "bad"),
  beside("a title of 5,000", { title: "t".repeat(5_000) }, "good"),
  ...["event_type", "event_id", "name", "page_url", "title", "referrer"].flatMap((field) =>
    [5, true, [], {}].map((value) => beside(`${field}: ${jsonText(value)}`, { [field]: value }, "bad")),
  ),
  ...["event_type", "page_url", "timestamp"].map((field) => beside(`no ${field}`, { [field]: undefined }, "bad")),
  ...[null, 5, "x", [], [[]], {}, true].map((raw) => beside(`${jsonText(raw)} as event`, () => raw, "bad")),
  ...[5, "x", []].map((data) => beside(`event_data: ${jsonText(data)}`, { event_data: data }, "bad")),
  beside("a ping", { event_type: "ping" }, "nothing"),
];

const PAGES: Row[] = [
  ...[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "about:blank",
    "blob:https://exact.example/1",
    "chrome-extension://abc/x.html",
    "https://",
    "http://[::1",
    "https://exact.example:99999/",
    "",
    " ",
    NUL.replace(/[ab]/g, ""),
    `/${"p".repeat(2_048)}`,
  ].map((page_url) => beside(`page_url: ${jsonText(page_url).slice(0, 40)}`, { page_url }, "bad")),
  ...[
    "/",
    "?utm_source=x",
    "#top",
    "//exact.example/x",
    "/%",
    "/%ff%fe",
    "/%00",
    "/%E2%80%AE",
    "/a/../../../b",
    "/\ud800",
    "/*",
    "/**/*",
    "/<script>alert(1)</script>",
    "/'; DROP TABLE sessions; --",
    "https://EXACT.example:443/A?b=c#d",
    `https://user:${CANARY.password}@exact.example/in`,
    `/?token=${CANARY.password}&utm_source=a%00b`,
    `/${"p".repeat(2_047)}`,
    "/\u202egnp.exe",
    "/#/route?x=1",
    "/#!/\u0000",
  ].map((page_url) => beside(`page_url: ${jsonText(page_url).slice(0, 40)}`, { page_url }, "good")),
];

const DAY = 86_400_000;
const iso = (shift: number) => () => new Date(Date.now() + shift).toISOString();
const at = (name: string, timestamp: unknown, is: "good" | "bad") =>
  beside(name, (w) => w.view("exact", { timestamp: typeof timestamp === "function" ? timestamp() : timestamp }), is);
const TIMES: Row[] = [
  at("a year ago", iso(-365 * DAY), "good"),
  at("in a year", iso(365 * DAY), "good"),
  at("1970", "1970-01-01T00:00:00Z", "good"),
  at("year 0", "0000-01-01T00:00:00Z", "good"),
  at("9999", "9999-12-31T23:59:59.999Z", "good"),
  at("a leap day", "2024-02-29T12:00:00Z", "good"),
  at("no leap day", "2025-02-29T12:00:00Z", "bad"),
  at("a leap second", "2016-12-31T23:59:60Z", "bad"),
  at("no zone", "2026-01-01T00:00:00", "bad"),
  at("a zone", "2026-01-01T00:00:00+14:00", "good"),
  at("a zone that is none", "2026-01-01T00:00:00+99:99", "bad"),
  at("nanoseconds", "2026-01-01T00:00:00.123456789Z", "good"),
  at("no time", "2026-01-01", "bad"),
  at("a month 13", "2026-13-01T00:00:00Z", "bad"),
  at("words", "yesterday", "bad"),
  at("no text", "", "bad"),
  at("nothing", null, "bad"),
  at("milliseconds", () => Date.now(), "good"),
  at("0", 0, "good"),
  at("-1", -1, "bad"),
  at("half a millisecond", 0.5, "bad"),
  at("the last moment there is", 8.64e15, "good"),
  at("one after it", 8.64e15 + 1, "bad"),
  at("1e400", number("1e400"), "bad"),
  at("a list", [], "bad"),
  ...[0, 8.64e15, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"].map((sent_at) =>
    track(`sent_at: ${sent_at}`, () => ({ sent_at }), good()),
  ),
  ...["now", -1, null, "2026-02-30T00:00:00Z"].map((sent_at) =>
    track(`sent_at: ${jsonText(sent_at)}`, () => ({ sent_at }), bad()),
  ),
  track(
    "times of all ages with a key",
    (w) => ({
      events: [0, 1, 8.64e15, Date.now() - 5_000 * DAY, "0000-01-01T00:00:00Z", "2000-02-29T23:59:59.999Z"].map(
        (timestamp) => w.view("exact", { timestamp }),
      ),
    }),
    good(6, { keyed: true }),
  ),
  track(
    "backwards",
    (w) => ({
      events: Array.from({ length: 50 }, (_, i) => w.view("exact", { seq: 50 - i, timestamp: Date.now() - i * 1_000 })),
    }),
    good(50),
  ),
];

const IDENTITY: Row[] = [
  track(
    "claims of a browser",
    () => ({ user_id: "boss", country: "DE", ip: CANARY.claimed_address, user_agent: "Other/1.0" }),
    good(),
  ),
  track(
    "claims with a key",
    () => ({ user_id: "u", country: "DE", ip: CANARY.claimed_address, user_agent: `X/1 ${CANARY.agent}` }),
    good(1, { keyed: true }),
  ),
  track("claims of nonsense", () => ({ user_id: 5, country: [], ip: {}, user_agent: 0, visitor: "me" }), good()),
  ...["\u0000", "__proto__", "x".repeat(255), "\u202e", "a\ud800", "../../x", "*"].map((user_id) =>
    track(`user_id: ${jsonText(user_id).slice(0, 20)}`, () => ({ user_id }), good(1, { keyed: true })),
  ),
  ...["999.1.1.1", "::", "fe80::1%eth0", "x".repeat(45), "127.0.0.1, 8.8.8.8"].map((ip) =>
    track(`ip: ${ip.slice(0, 20)}`, () => ({ ip }), good(1, { keyed: true })),
  ),
  ...["XX", "de", "Germany", "", "__proto__", "\ud800", "constructor"].map((country) =>
    track(`country: ${jsonText(country)}`, () => ({ country }), good(1, { keyed: true })),
  ),
  track("a visitor's own id", () => ({ visitor: randomUUID() }), good(1, { site: "persistent" })),
  ...["", "Bearer", "Bearer ", "Bearer x.y.z", `Bearer ${CANARY.key}`, "Bearer ff_", "bearer null"].map((value) =>
    track(
      `Authorization: ${value}`,
      () => ({}),
      value === "" ? good() : { ...bad("unauthorized", 401), headers: { Authorization: value } },
    ),
  ),
  track("a password of a proxy", () => ({}), good(1, { headers: { Authorization: "Basic dTpw" } })),
  track("Sec-GPC and a click", (w) => ({ events: [w.view("exact", { event_type: "click" })] }), {
    ...good(0),
    dropped: "opt_out",
    headers: { "Sec-GPC": "1" },
  }),
  track("a bot", () => ({}), good(0, { dropped: "bot", headers: { "User-Agent": "curl/8.0" } })),
  track("no agent", () => ({}), good(0, { dropped: "bot", headers: { "User-Agent": undefined } })),
  track("an agent of 8 KB", () => ({}), good(1, { headers: { "User-Agent": `${AGENT} ${"x".repeat(8_000)}` } })),
  track("a language of bytes", () => ({}), good(1, { headers: { "Accept-Language": "e\u0085\u009f\u00ad,x" } })),
  track("a cookie of somebody", () => ({}), good(1, { headers: { Cookie: `footfall_session=${"a".repeat(43)}` } })),
];

const event200 = (more: Partial<Expected> = {}): Expected => ({ status: 200, ...more });
const SIMPLE: Row[] = [
  event("one event", {}, event200()),
  event("no time", { timestamp: undefined }, event200()),
  ...TEXTS.map(([what, text]) =>
    event(`${what} as session_id`, { session_id: text }, text === "" ? bad() : event200()),
  ),
  ...["..", "a/b", "%2e", "?", "#", "x".repeat(128), "\\", "s:1", "*", "events"].map((session_id) =>
    event(`session_id: ${session_id.slice(0, 12)}`, { session_id }, event200()),
  ),
  ...[5, null, [], {}, "x".repeat(129), "\u0000\u202e"].map((session_id) =>
    event(`session_id: ${jsonText(session_id).slice(0, 20)}`, { session_id }, bad()),
  ),
  ...["type", "page", "session_id"].map((field) => event(`no ${field}`, { [field]: undefined }, bad())),
  event("metadata of nonsense", { metadata: "x" }, event200()),
  event(
    "metadata of all kinds",
    { metadata: { device: [], referrer: 5, name: {}, a: nested(500, "array") } },
    event200(),
  ),
  event("claims of nonsense", { country: 5, user_id: [] }, event200()),
  event("a page of script", { page: "javascript:alert(1)" }, bad()),
  events("nothing", () => [], bad()),
  events("no list", () => ({}), bad()),
  events("101", (w) => Array.from({ length: 101 }, () => simple(w, "exact")), bad()),
  events("100 of 100 sessions", (w) => Array.from({ length: 100 }, () => simple(w, "exact")), event200({ kept: 100 })),
  events(
    "bad ones between good ones",
    (w) => [
      simple(w, "exact"),
      null,
      5,
      simple(w, "exact", { session_id: NUL }),
      [],
      simple(w, "exact", { page: "javascript:x" }),
      simple(w, "exact", { session_id: "__proto__" }),
      simple(w, "exact", { metadata: new Pairs([["__proto__", { polluted: 1 }]]) }),
    ],
    event200({ kept: 4, errors: [1, 2, 4, 5] }),
  ),
  events("only bad ones", () => [null, {}, "x"], bad()),
];

const OPENINGS: Row[] = [
  session("an ordinary one", {}, { status: 201 }),
  session("no page", { page_url: undefined }, bad()),
  session("a page of script", { page_url: "javascript:alert(1)" }, bad()),
  session("a site of nobody", { site: "nobody" }, { status: 201, dropped: "unknown_site" }),
  ...["null", "[]", "5", '"x"'].map((text) => session(text, () => text, bad())),
  session(
    "claims of nonsense",
    { user_id: 5, device_type: "fridge", browser: [], os: {}, referrer: 7 },
    { status: 201 },
  ),
  ...TEXTS.map(([what, text]) =>
    session(
      `${what} everywhere`,
      { user_id: text, browser: text, os: text, referrer: text, user_agent: text, context: { language: text } },
      { status: 201, keyed: true },
    ),
  ),
  session("an agent of a bot with a key", { user_agent: "curl/8.0" }, { status: 201, keyed: true, dropped: "bot" }),
];

const PIXELS: Row[] = [
  pixel("a page", "site=SITE&page=https://loose.example/pixel"),
  pixel("no page and no referer", "site=SITE"),
  pixel("no site", "page=/x"),
  pixel("a site of nobody", "site=nobody&page=/x", { dropped: "unknown_site" }),
  ...[
    "site=SITE&page=javascript:alert(1)",
    "site=SITE&page=%00",
    "site=SITE&page=%ED%A0%80",
    "site=SITE&page=%",
    "site=SITE&page=%FF%FE",
    "site=SITE&page=/%E2%80%AEx&referrer=%00%ff",
    `site=SITE&page=/${"p".repeat(3_000)}`,
    "site=SITE&site=nobody&page=/x",
    "site[]=SITE&page=/x",
    "site=%00&page=/x",
    "site=__proto__&page=/x",
    "&&&===",
    "%",
    "",
  ].map((query) => pixel(query.slice(0, 50), query)),
];

/** Texts on which a careless pattern takes the square of their length; the bodies are as large as they may be. */
const LONG: Row[] = [
  ["eyJ", "-eyJaaaaaaaa"],
  ["short eyJ", "eyJ-"],
  ["at signs", "a@"],
  ["an address", "a.b-c+d"],
  ["digits", "1234 "],
  ["hex", "0a1b"],
  ["dots", "a."],
  ["text areas", "<textarea "],
  ["values", "value= "],
  ["quotes", 'value="'],
  ["percents", "%25"],
  ["encoded slashes", "%2f"],
  ["parameters", "&utm_source=a@b."],
  ["slashes", "/"],
  ["spaces", " "],
  ["a language's pieces", "a;q="],
].flatMap(([what = "", piece = ""]) => [
  track(
    `long ${what}`,
    (w) => {
      const text = piece.repeat(Math.floor(3_400 / piece.length));
      const fill = { title: text, referrer: `https://a.example/?${text}`, target_element: text, target_selector: text };
      return { events: Array.from({ length: 4 }, () => w.view("exact", { event_type: "click", ...fill })) };
    },
    good(4),
  ),
  track(
    `one long referrer of ${what}`,
    (w) => ({ events: [w.view("exact", { referrer: `https://a.example/${piece.repeat(12_000 / piece.length)}` })] }),
    good(),
  ),
]);

/** As many referrers as one body can bring, each as long as it may be. */
const MANY_LONG = events(
  "60 senders, each with a long referrer",
  (w) =>
    Array.from({ length: 60 }, () =>
      simple(w, "exact", { metadata: { referrer: `https://a.example/${"eyJ-".repeat(3_800)}` } }),
    ),
  event200({ kept: 60, keyed: true }),
);

export const CORPUS: readonly Row[] = [
  MANY_LONG,
  ...ENVELOPES,
  ...ENCODINGS,
  ...SIZES,
  ...NESTING,
  ...NUMBERS,
  ...TEXT_ROWS,
  ...PAGES,
  ...TIMES,
  ...IDENTITY,
  ...SIMPLE,
  ...OPENINGS,
  ...PIXELS,
  ...LONG,
];
