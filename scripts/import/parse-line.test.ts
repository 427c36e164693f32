import process from "node:process";
import { describe, expect, it } from "vitest";
import { parseLine } from "./parse-line";

const TIME = "[17/May/2015:10:05:03 +0000]";
const line = ({
  ip = "198.18.0.1",
  user = "-",
  request = "GET / HTTP/1.1",
  status = "200",
  bytes = "12",
  referrer = "-",
  agent = "UA/1",
} = {}) => `${ip} - ${user} ${TIME} "${request}" ${status} ${bytes} "${referrer}" "${agent}"`;

/** Processor time of this thread, milliseconds: what else the machine does is not in it. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The time that reading it takes by itself, milliseconds: that of the quickest of a few. */
function least(text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const started = workedMs();
    parseLine(text);
    return workedMs() - started;
  });
  return Math.min(...times);
}

describe("a line", () => {
  it("is read", () => {
    expect(parseLine(line({ referrer: "http://example.org/a?b", agent: "Mozilla/5.0 (X11; Linux)" }))).toEqual({
      ip: "198.18.0.1",
      at: Date.UTC(2015, 4, 17, 10, 5, 3),
      date: "2015-05-17",
      request: { method: "GET", target: "/" },
      status: 200,
      referrer: "http://example.org/a?b",
      user_agent: "Mozilla/5.0 (X11; Linux)",
    });
  });

  it.each([
    ["IPv6", line({ ip: "2001:db8::1" }), { ip: "2001:db8::1" }],
    ["host name", line({ ip: "client.example.net" }), { ip: "client.example.net" }],
    ["user with a space", line({ user: "John Doe" }), { status: 200 }],
    ["no bytes", line({ bytes: "-" }), { status: 200 }],
    ["no referrer and user agent", line({ referrer: "-", agent: "-" }), { referrer: "", user_agent: "" }],
    ["empty referrer and user agent", line({ referrer: "", agent: "" }), { referrer: "", user_agent: "" }],
    ["escaped quotes", line({ agent: String.raw`My \"best\" browser` }), { user_agent: 'My "best" browser' }],
    ["escaped backslash before a quote", line({ agent: String.raw`C:\\` }), { user_agent: "C:\\" }],
    [
      "escaped quote in a request",
      line({ request: String.raw`GET /\"a\" HTTP/1.1` }),
      { request: { method: "GET", target: '/"a"' } },
    ],
    ["bytes of UTF-8 by nginx", line({ agent: String.raw`\xC3\xA4\x22` }), { user_agent: 'ä"' }],
    ["broken UTF-8", line({ agent: String.raw`a\xFFb` }), { user_agent: "a\uFFFDb" }],
    ["an escape nobody knows", line({ agent: String.raw`a\qb` }), { user_agent: String.raw`a\qb` }],
    ["fields behind", `${line()} "198.18.0.9" 0.004`, { user_agent: "UA/1" }],
    [
      "a query with a space",
      line({ request: "GET /a b?c d HTTP/1.1" }),
      { request: { method: "GET", target: "/a b?c d" } },
    ],
    ["HTTP/2.0", line({ request: "GET /a HTTP/2.0" }), { request: { method: "GET", target: "/a" } }],
    ["HTTP/3", line({ request: "GET /a HTTP/3" }), { request: { method: "GET", target: "/a" } }],
    ["no protocol", line({ request: "GET /a" }), { request: { method: "GET", target: "/a" } }],
    [
      "a proxy's request",
      line({ request: "GET http://example.com/a HTTP/1.1" }),
      { request: { method: "GET", target: "http://example.com/a" } },
    ],
    ["no request", line({ request: "-", status: "408" }), { request: null, status: 408 }],
    ["empty request", line({ request: "", status: "400" }), { request: null }],
    ["a TLS handshake", line({ request: String.raw`\x16\x03\x01\x02`, status: "400" }), { request: null }],
    ["lower-case method", line({ request: "get / HTTP/1.1" }), { request: null }],
    ["method alone", line({ request: "GET" }), { request: null }],
  ])("%s", (_, text, expected) => {
    expect(parseLine(text)).toMatchObject(expected);
  });

  it.each([
    ["empty", ""],
    ["a comment", "#Fields: date time c-ip"],
    ["cut in the user agent", line().slice(0, -1)],
    ["cut in the referrer", line().slice(0, line().indexOf('"-"') + 2)],
    ["cut in the request", line().slice(0, 50)],
    ["common format", line().replace(/ "-" "UA\/1"$/, "")],
    ["unquoted quote", line({ agent: 'a"b' })],
    ["status in letters", line({ status: "abc" })],
    ["status of two digits", line({ status: "20" })],
    ["no address", line({ ip: "" })],
    ["a date of no calendar", line().replace("17/May", "31/Feb")],
    ["JSON", '{"ip":"198.18.0.1"}'],
    ["controls", "\u0000\u0001\u0002"],
  ])("is bad: %s", (_, text) => {
    expect(parseLine(text)).toBeNull();
  });

  it.each([
    ["brackets", " [".repeat(30_000)],
    ["quotes", `198.18.0.1 - - ${TIME} ${'"'.repeat(60_000)}`],
    ["backslashes", `198.18.0.1 - - ${TIME} "${"\\".repeat(60_001)}`],
    ["escapes", line({ agent: String.raw`\xC3`.repeat(15_000) }).slice(0, -1)],
    ["spaces in the request", line({ request: `GET ${" HTTP/1.1 ".repeat(6_000)}` }).slice(0, -1)],
    ["spaces", " ".repeat(60_000)],
  ])("of 60 KB takes no time: %s", (_, text) => {
    expect(parseLine(text)).toBeNull();
    expect(least(text)).toBeLessThan(100);
  });

  it("with a request of 60 KB is read in no time", () => {
    const text = line({ request: `GET /${" HTTP/1.1".repeat(6_000)}` });
    expect(parseLine(text)).toMatchObject({ request: { method: "GET" } });
    expect(least(text)).toBeLessThan(100);
  });
});
