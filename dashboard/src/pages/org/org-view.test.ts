import { expect, test } from "vitest";
import type { OrgSite, Second } from "../../../../protocol/org";
import { siteOf } from "../../site.fixture";
import { orderOf, sparkOf, type TileFilter, tilesOf, totalsOf } from "./org-view";

const NOW = Date.parse("2026-11-21T12:00:30Z");

const told = (
  site_id: string,
  now: number,
  seconds: Second[] = [],
  at = NOW,
  group_id: string | null = null,
): OrgSite => ({
  site_id,
  group_id,
  report: {
    at,
    now,
    connections: now + 1,
    active: now,
    today: { date: "2026-11-21", page_views: 10, visitors: 1, sessions: 1, events: 1, errors: 0 },
    first_event_at: 1,
    last_event_at: at,
    seconds,
  },
});

const known = (...sites: OrgSite[]) => new Map(sites.map((one) => [one.site_id, one]));
const all: TileFilter = { group: undefined, query: "" };

test("orders by what moves, and leaves what is about as busy where it is", () => {
  const sites = ["quiet", "here", "busy", "busier", "busiest"].map((id) => siteOf(id));
  const state = known(
    told("quiet", 0),
    told("here", 3),
    told("busy", 1, [[NOW - 1_000, 9, 0]]),
    told("busier", 1, [[NOW - 1_000, 15, 0]]),
    told("busiest", 1, [[NOW - 1_000, 16, 0]]),
  );
  expect(orderOf(tilesOf(sites, state, all, NOW))).toEqual(["busiest", "busier", "busy", "here", "quiet"]);
  expect(orderOf(tilesOf(sites, null, all, NOW))).toEqual(["busier", "busiest", "busy", "here", "quiet"]);
});

test("a tile that did not change stays the same", () => {
  const sites = [siteOf("a"), siteOf("b")];
  const state = known(told("a", 1, [[NOW - 1_000, 4, 1]]), told("b", 2));
  const first = tilesOf(sites, state, all, NOW);
  const changed = new Map(state).set("b", told("b", 3));
  const next = tilesOf(sites, changed, all, NOW + 1_000, first);
  expect([next[0] === first[0], next[1] === first[1]]).toEqual([true, false]);
  expect(tilesOf(sites, changed, all, NOW + 61_000, next)[0]).toMatchObject({ events: 0 });
});

test("filters by group, also one that the socket alone knows, and by words", () => {
  const sites = [
    siteOf("a", { group_id: "g", name: "Nord Shop" }),
    siteOf("b", { domains: ["b.example", "alias.example"] }),
    siteOf("c"),
  ];
  const state = known(told("c", 0, [], NOW, "g"));
  const ids = (filter: Partial<TileFilter>) =>
    tilesOf(sites, state, { ...all, ...filter }, NOW).map((tile) => tile.site.id);
  expect(ids({ group: "g" })).toEqual(["a", "c"]);
  expect(ids({ query: " shop nord" })).toEqual(["a"]);
  expect(ids({ query: "alias" })).toEqual(["b"]);
  expect(ids({ query: "nobody" })).toEqual([]);
});

test("adds up what is shown; yesterday's page views are not today's", () => {
  const night = Date.parse("2026-11-21T23:30:00Z");
  const sites = [siteOf("a"), siteOf("b"), siteOf("far", { time_zone: "Asia/Tokyo" })];
  const state = known(
    told("a", 2, [[NOW - 1_000, 4, 1]]),
    told("b", 0, [
      [NOW - 1_000, 1, 0],
      [NOW - 70_000, 9, 9],
    ]),
    told("far", 0),
  );
  const totals = totalsOf(tilesOf(sites, state, all, NOW));
  expect(totals).toMatchObject({ now: 2, connections: 5, events: 5, errors: 1, views: 30, busy: 1 });
  expect(totals.points.at(-1)).toEqual({ at: NOW - 1_000, events: 5, errors: 1 });
  expect(totalsOf(tilesOf(sites, state, all, night)).views).toBe(20);
  expect(totalsOf(tilesOf(sites, state, all, night + 3_600_000)).views).toBe(0);
});

test("draws a stroke a second, errors as a part of it", () => {
  expect(sparkOf([], NOW)).toEqual({ events: "", errors: "" });
  const spark = sparkOf(
    [
      [NOW - 61_000, 50, 0],
      [NOW - 59_000, 4, 0],
      [NOW, 2, 1],
    ],
    NOW,
  );
  expect(spark.events).toBe("M1 24V1.0M119 24V12.5");
  expect(spark.errors).toBe("M119 24V18.3");
});
