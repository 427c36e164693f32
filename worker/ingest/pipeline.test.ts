import { expect, test } from "vitest";
import type { SiteEvent } from "../../protocol/event";
import type { Site } from "../../protocol/management";
import { type Draft, runSteps } from "./pipeline";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const site: Site = {
  id: "s",
  org_id: "o",
  name: "Shop",
  domain: "shop.example",
  domains: ["shop.example", "*.shop.example"],
  group_id: null,
  time_zone: "UTC",
  identity: "daily",
  public_counter: false,
  rate_limit: 100,
  leaves: 1,
  excluded_paths: ["/admin/*"],
  excluded_addresses: ["192.0.2.7", "198.51.100.0/24"],
  created_at: "2026-01-01T00:00:00.000Z",
};

const event = (path: string, type: SiteEvent["type"] = "pageview", host = "shop.example"): SiteEvent => ({
  at: 0,
  type,
  page_url: `https://${host}${path}`,
  path,
});

const draft = (over: Partial<Draft> = {}, events = [event("/")]): Draft => ({
  site,
  more_hosts: [],
  trusted: false,
  origin_host: "shop.example",
  address: "203.0.113.5",
  user_agent: FIREFOX,
  anonymous: false,
  events: events.map((e, index) => ({ event: e, index })),
  ...over,
});

test.each([
  ["a page of the site", {}, undefined],
  ["a page below it", { origin_host: "www.shop.example:8443" }, undefined],
  ["a foreign page", { origin_host: "evil.example" }, "foreign_origin"],
  ["a page without a host", { origin_host: "" }, "foreign_origin"],
  [
    "a foreign page that the installation lists",
    { origin_host: "cdn.example", more_hosts: ["cdn.example"] },
    undefined,
  ],
  ["no origin, page of the site", { origin_host: null }, undefined],
  ["a bot", { user_agent: "Mozilla/5.0 (compatible; GPTBot/1.2)" }, "bot"],
  ["no user agent", { user_agent: "" }, "bot"],
  ["a server with a key", { trusted: true, user_agent: "", origin_host: null, address: "" }, undefined],
  ["own address", { address: "192.0.2.7" }, "own_visit"],
  ["own network", { address: "198.51.100.9" }, "excluded_address"],
] satisfies [string, Partial<Draft>, string | undefined][])("BEACON-8 %s", (_, over, reason) => {
  const { events, dropped } = runSteps(draft(over));
  expect(dropped[0]?.reason).toBe(reason);
  expect(events).toHaveLength(reason === undefined ? 1 : 0);
});

test("BEACON-8 excluded pages go, the others stay, and each is counted", () => {
  const { events, dropped } = runSteps(draft({}, [event("/"), event("/admin/a"), event("/admin/b")]));
  expect(events.map((e) => e.index)).toEqual([0]);
  expect(dropped).toEqual([{ reason: "excluded_page", count: 2, example: "/admin/*" }]);
});

test("BEACON-8 without an origin the page itself must be the site's", () => {
  const { events, dropped } = runSteps(
    draft({ origin_host: null }, [event("/", "pageview", "evil.example"), event("/")]),
  );
  expect(events.map((e) => e.index)).toEqual([1]);
  expect(dropped).toEqual([{ reason: "foreign_origin", count: 1, example: "evil.example" }]);
});

test("BEACON-6 without an id only page views are kept", () => {
  const { events, dropped } = runSteps(
    draft({ anonymous: true }, [event("/"), event("/", "custom"), event("/", "leave")]),
  );
  expect(events.map((e) => e.index)).toEqual([0]);
  expect(dropped).toEqual([{ reason: "opt_out", count: 2, example: "" }]);
});
