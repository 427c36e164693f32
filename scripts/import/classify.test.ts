import { describe, expect, it } from "vitest";
import { ImportRow, ROW_TEXT } from "../../worker/import/import-request";
import { classify } from "./classify";
import type { LogLine } from "./parse-line";

const NOW = Date.UTC(2026, 0, 1);
const judges = {
  now: NOW,
  botOf: (user_agent: string) => (user_agent === "Bot" ? { kind: "search", name: "Bot" } : null),
};
const given = (target: string, more: Partial<LogLine> = {}): LogLine => ({
  ip: "198.18.0.1",
  at: Date.UTC(2015, 4, 17),
  date: "2015-05-17",
  request: { method: "GET", target },
  status: 200,
  referrer: "",
  user_agent: "Browser",
  ...more,
});
const kindOf = (line: LogLine) => {
  const classified = classify(line, judges);
  return classified.kind === "skipped" ? classified.reason : classified.kind;
};

describe("a page view", () => {
  it("is sent with what the server needs", () => {
    const classified = classify(given("/a?b=1", { referrer: "http://example.org/" }), judges);
    expect(classified).toEqual({
      kind: "page view",
      row: {
        at: Date.UTC(2015, 4, 17),
        ip: "198.18.0.1",
        user_agent: "Browser",
        path: "/a?b=1",
        referrer: "http://example.org/",
        status: 200,
      },
    });
  });

  it.each([
    ["/", 200],
    ["/a", 304],
    ["/a.html", 206],
    ["/a.php?file=x.png", 200],
    ["/v1.2/", 200],
    ["/blog/feedback", 200],
    ["/a?q=rssa", 200],
    ["//twice", 200],
  ])("%s %i", (target, status) => {
    expect(kindOf(given(target, { status }))).toBe("page view");
  });

  it("of a proxy's request has its path", () => {
    const path = (target: string) => {
      const classified = classify(given(target), judges);
      return classified.kind === "page view" ? classified.row.path : null;
    };
    expect(path("http://example.com/a?b")).toBe("/a?b");
    expect(path("http://example.com")).toBe("/");
    expect(path("https://example.com?b")).toBe("/?b");
  });

  it("fits what the server takes, however long it is", () => {
    const long = "x".repeat(70_000);
    const classified = classify(given(`/${long}`, { ip: long, referrer: `http://${long}`, user_agent: long }), judges);
    const row = classified.kind === "page view" ? classified.row : null;
    expect(ImportRow.parse(row)).toMatchObject({ referrer: "", user_agent: long.slice(0, ROW_TEXT.user_agent) });
  });
});

describe("no page view", () => {
  it.each([
    ["method", given("/", { request: { method: "HEAD", target: "/" } })],
    ["method", given("/", { request: { method: "OPTIONS", target: "*" } })],
    ["request", given("/", { request: null })],
    ["request", given("*")],
    ["request", given("ftp://example.com/")],
    ["status", given("/", { status: 404 })],
    ["status", given("/", { status: 301 })],
    ["status", given("/", { status: 500 })],
    ["status", given("/style.css", { status: 404 })],
    ["time", given("/", { at: 0 })],
    ["time", given("/", { at: NOW + 2 * 86_400_000 })],
    ["static file", given("/style.css")],
    ["static file", given("/IMG.JPEG?v=2")],
    ["static file", given("/favicon.ico")],
    ["static file", given("/robots.txt")],
    ["feed", given("/index.xml")],
    ["feed", given("/blog/feed/")],
    ["feed", given("/atom")],
    ["feed", given("/?flav=rss20")],
    ["feed", given("/blog?x=1&feed=atom")],
    ["bot", given("/", { user_agent: "Bot" })],
  ])("%s: %o", (reason, line) => {
    expect(kindOf(line)).toBe(reason);
  });
});
