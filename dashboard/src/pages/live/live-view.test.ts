import { describe, expect, test } from "vitest";
import { LIVE_SESSIONS_SHOWN } from "../../../../protocol/limits";
import type { LiveFilter } from "../../../../protocol/live";
import { feedItem, liveSession, snapshotOf } from "../../../live/pictures.fixture";
import { liveView } from "./live-view";
import { topCities } from "./top-cities";
import { whoIsOn } from "./who-is-on";

const sessions = [
  liveSession("a", { current_page: "/x", page_views: 3 }),
  liveSession("b", { country: "DE", city: "Berlin", device: "mobile", visitor_id: "visitor-a" }),
  liveSession("c", { country: null, city: null, source: "Direct" }),
  liveSession("d", { now: false, device: "mobile", page_views: 2 }),
];
const snapshot = snapshotOf({
  now: 77,
  connections: 90,
  active: 120,
  sessions,
  feed: [feedItem(2), feedItem(1, { country: "DE" })],
});

describe("liveView", () => {
  test("without a filter the numbers are the site's own, untouched", () => {
    const view = liveView(snapshot, {});
    expect(view).toMatchObject({ now: 77, connections: 90, active: 120, page_views: 1, filtered: false, cut: false });
    expect(view.sessions).toBe(snapshot.sessions);
    expect(view.windows).toBe(snapshot.windows);
  });

  test.each<[string, LiveFilter, number, string[], number]>([
    ["country", { country: "AT" }, 1, ["a", "d"], 5],
    ["no known country", { country: "" }, 1, ["c"], 1],
    ["page", { page: "/x" }, 1, ["a"], 3],
    ["source", { source: "Direct" }, 1, ["c"], 1],
    ["device", { device: "mobile" }, 1, ["b", "d"], 3],
    ["all of them", { country: "DE", device: "mobile", page: "/", source: "Google" }, 1, ["b"], 1],
    ["nobody", { country: "FR" }, 0, [], 0],
  ])("narrows by %s", (_name, filter, now, ids, pageViews) => {
    const view = liveView(snapshot, filter);
    expect(view.sessions.map((session) => session.session_id)).toEqual(ids);
    expect(view).toMatchObject({ now, connections: null, active: ids.length, page_views: pageViews, filtered: true });
  });

  test("one visitor with two sessions is one visitor", () => {
    const view = liveView(snapshot, { source: "Google" });
    expect(view.now).toBe(1);
    expect(view.countries).toEqual([
      { value: "AT", visitors: 1 },
      { value: "DE", visitors: 1 },
    ]);
  });

  test("an unknown country has no row", () => {
    expect(liveView(snapshot, { source: "Direct" }).countries).toEqual([]);
  });

  test("the feed is narrowed likewise", () => {
    expect(liveView(snapshot, { country: "DE" }).feed.map((item) => item.n)).toEqual([1]);
  });

  test("says when more are active than are listed", () => {
    const many = Array.from({ length: LIVE_SESSIONS_SHOWN }, (_, index) => liveSession(`s${index}`));
    const full = snapshotOf({ sessions: many, active: LIVE_SESSIONS_SHOWN + 1 });
    expect(liveView(full, { country: "AT" }).cut).toBe(true);
    expect(liveView({ ...full, active: LIVE_SESSIONS_SHOWN }, { country: "AT" }).cut).toBe(false);
  });

  test("windows are made of the journeys", () => {
    const walk = liveSession("w", {
      country: "JP",
      journey: [
        { at: 61_100, type: "pageview", path: "/" },
        { at: 61_900, type: "error", path: "/" },
        { at: 64_000, type: "pageview", path: "/" },
      ],
    });
    const { windows } = liveView(snapshotOf({ sessions: [walk] }), { country: "JP" });
    expect(windows["1s"]).toEqual([
      { at: 61_000, events: 2, page_views: 1, users: 1, errors: 1, routes: [["/", 1]] },
      { at: 64_000, events: 1, page_views: 1, users: 1, errors: 0, routes: [["/", 1]] },
    ]);
    expect(windows["60s"]).toEqual([{ at: 60_000, events: 3, page_views: 2, users: 1, errors: 1, routes: [["/", 2]] }]);
  });
});

test("who is on a page, three by name and the rest by number", () => {
  const all = ["Vienna", "Lagos", "Oslo", "Rome", "Cork"].map((city) => liveSession(city, { city }));
  expect(whoIsOn([...all, liveSession("gone", { now: false })])).toEqual(
    new Map([["/", "Vienna desktop, Lagos desktop, Oslo desktop +2"]]),
  );
});

test("cities of visitors now", () => {
  expect(topCities(sessions, 5)).toEqual([
    ["Berlin", 1],
    ["Vienna", 1],
  ]);
  expect(topCities(sessions, 1)).toEqual([["Berlin", 1]]);
});
