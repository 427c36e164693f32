import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHANNELS, sourceOf } from "./channel";
import { CLICK_IDS, COUNTRY_BRANDS, SOURCES } from "./channel-tables";
import { judge } from "./facts.fixture";
import { sourceByHost, sourceByWord } from "./known-sources";
import { SOURCES_OF_VISITS } from "./sources.fixture";

const OWN = ["example.com", "*.shop.example"];
const visit = (referrer: string, query = "") =>
  sourceOf({ referrer, page_url: `https://example.com/a${query}`, own_hosts: OWN });

describe("sourceOf", () => {
  test("the table of sources", () => {
    const { share, wrong } = judge(
      SOURCES_OF_VISITS,
      ({ cells }) => cells.slice(0, 2).join(" | "),
      ({ cells: [, , referrer = "", query] }) => {
        const { channel, source } = visit(referrer === "-" ? "" : referrer, query);
        return `${channel} | ${source}`;
      },
    );
    console.log(`Sources: ${share}`);
    expect(wrong).toEqual([]);
    expect(SOURCES_OF_VISITS.length).toBeGreaterThan(500);
  });

  test.each([[""], ["   "]])("no referrer: %j", (referrer) => {
    expect(visit(referrer)).toMatchObject({ channel: "Direct", source: "Direct", referrer_host: "" });
  });

  test("the other fields", () => {
    expect(
      visit("https://www.google.com/", "?utm_source=N&utm_medium=CPC&utm_campaign=A%20b&utm_term=t&utm_content=c"),
    ).toEqual({
      source: "N",
      channel: "Campaign",
      referrer_host: "google.com",
      campaign: "A b",
      medium: "cpc",
      term: "t",
      content: "c",
    });
    expect(visit("https://www.example.com/").referrer_host).toBe("");
    expect(visit("android-app://com.slack/").referrer_host).toBe("com.slack");
  });

  test("a host longer than a host can be is none", () => {
    expect(visit(`https://${"a.".repeat(120)}google.de/`)).toMatchObject({
      channel: "Organic search",
      source: "Google",
    });
    expect(visit(`https://${"a.".repeat(130)}google.de/`)).toMatchObject({ channel: "Direct", referrer_host: "" });
  });

  test("hash routes carry their parameters in the fragment", () => {
    expect(visit("", "#/shop?utm_source=poster").source).toBe("poster");
    expect(visit("", "?utm_source=query#/shop?utm_source=poster").source).toBe("query");
  });

  test("a page that tells its path alone", () => {
    const own = { own_hosts: OWN, page_url: "/a?utm_source=poster" };
    expect(sourceOf({ ...own, referrer: "" })).toMatchObject({ source: "poster", channel: "Campaign" });
  });

  test("the page's own host is own, listed or not", () => {
    const input = { referrer: "https://www.site.example/", page_url: "https://site.example/b", own_hosts: [] };
    expect(sourceOf(input).channel).toBe("Direct");
  });

  test("values are cleaned and cut, and keep the long numbers of advertising networks", () => {
    const long = "x".repeat(300);
    expect(visit("", `?utm_source=a%E2%80%AEb%00&utm_campaign=${long}`)).toMatchObject({
      source: "ab",
      campaign: "x".repeat(100),
    });
    expect(visit("", "?utm_source=s&utm_campaign=120210000000000123").campaign).toBe("120210000000000123");
    expect(visit("", "?utm_source=ann%40example.net").source).toBe("[redacted]");
    expect(visit("", "?utm_source=100%&utm_term=%zz")).toMatchObject({ source: "100%", term: "%zz" });
  });

  test("never throws, always a channel of the list", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (referrer, page_url) => {
        const found = sourceOf({ referrer, page_url, own_hosts: [referrer] });
        expect(CHANNELS).toContain(found.channel);
        expect(found.source).not.toBe("");
      }),
    );
  });
});

describe("the tables", () => {
  test("no host or word stands for two sources", () => {
    const hosts = SOURCES.flatMap((source) => source.hosts);
    const words = SOURCES.flatMap((source) => [source.name.toLowerCase(), ...(source.also ?? [])]);
    expect(hosts.filter((host, at) => hosts.indexOf(host) !== at)).toEqual([]);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });

  test("hosts and words are in lower case without www", () => {
    const entries = SOURCES.flatMap((source) => [...source.hosts, ...(source.also ?? [])]);
    expect(entries.filter((entry) => entry !== entry.toLowerCase() || entry.startsWith("www."))).toEqual([]);
  });

  test("sources of countries are known below com, those of click ids by their names", () => {
    for (const brand of COUNTRY_BRANDS) expect(sourceByHost(`${brand}.com`)).not.toBeNull();
    expect([...CLICK_IDS.values()].filter(({ source }) => !sourceByWord(source))).toEqual([]);
  });
});
