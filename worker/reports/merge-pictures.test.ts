import { describe, expect, test } from "vitest";
import { TOP_ROWS } from "../../protocol/limits";
import type { LiveSession, LiveSnapshot, WindowPoint } from "../../protocol/live";
import { mergePictures } from "./merge-pictures";

const NOON = Date.UTC(2026, 10, 21, 12);

function picture(site_id: string, more: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    site_id,
    at: NOON,
    now: 0,
    connections: 0,
    active: 0,
    today: { date: "2026-11-21", page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 },
    pages: [],
    sources: [],
    countries: [],
    devices: [],
    drops: [],
    first_event_at: null,
    last_event_at: null,
    windows: { "1s": [], "5s": [], "60s": [] },
    sessions: [],
    feed: [],
    ...more,
  };
}

const point = (at: number, events: number, users: number, routes: WindowPoint["routes"] = []): WindowPoint => ({
  at,
  events,
  page_views: events,
  users,
  errors: 1,
  routes,
});
const session = (session_id: string, last_activity: number) => ({ session_id, last_activity }) as LiveSession;

describe("several sites as one", () => {
  test("counts are sums, rows of a value come together, the most visitors first", () => {
    const merged = mergePictures(
      [
        picture("a", { now: 2, active: 3, connections: 4, pages: [row("/", 2), row("/a", 1)], first_event_at: 9 }),
        picture("b", { now: 5, active: 6, connections: 7, pages: [row("/b", 4), row("/", 3)], last_event_at: 8 }),
      ],
      NOON,
    );
    expect(merged).toMatchObject({ now: 7, active: 9, connections: 11, first_event_at: 9, last_event_at: 8, cut: [] });
    expect(merged.pages).toEqual([row("/", 5), row("/b", 4), row("/a", 1)]);
  });

  test("sessions are newest first, each with its site", () => {
    const merged = mergePictures(
      [
        picture("a", { sessions: [session("a1", 50), session("a2", 10)] }),
        picture("b", { sessions: [session("b1", 30)] }),
      ],
      NOON,
    );
    expect(merged.sessions.map(({ site, session_id }) => [site, session_id])).toEqual([
      ["a", "a1"],
      ["b", "b1"],
      ["a", "a2"],
    ]);
  });

  test("windows of the same time add up, and what came after the first answer closes none", () => {
    const merged = mergePictures(
      [
        picture("a", {
          windows: { "1s": [point(NOON - 1_000, 2, 1, [["/", 2]]), point(NOON, 1, 1)], "5s": [], "60s": [] },
        }),
        picture("b", {
          at: NOON + 1_500,
          windows: {
            "1s": [point(NOON - 1_000, 3, 2, [["/", 3]]), point(NOON + 1_000, 9, 9)],
            "5s": [],
            "60s": [],
          },
        }),
      ],
      NOON,
    );
    expect(merged.at).toBe(NOON);
    expect(merged.windows["1s"]).toEqual([
      { at: NOON - 1_000, events: 5, page_views: 5, users: 3, errors: 2, routes: [["/", 5]] },
      point(NOON, 1, 1),
    ]);
  });

  test("a day is named only where all are at the same", () => {
    const other = picture("b");
    expect(mergePictures([picture("a"), other], NOON).today.date).toBe("2026-11-21");
    other.today.date = "2026-11-22";
    expect(mergePictures([picture("a"), other], NOON).today.date).toBeNull();
  });

  test("says which lists were cut at a site", () => {
    const full = Array.from({ length: TOP_ROWS }, (_, i) => row(`/${i}`, 1));
    expect(mergePictures([picture("a", { pages: full }), picture("b")], NOON).cut).toEqual(["pages"]);
    // One site's own list is what it always is.
    expect(mergePictures([picture("a", { pages: full })], NOON).cut).toEqual([]);
  });

  test("no site is an empty picture of now", () => {
    expect(mergePictures([], NOON)).toMatchObject({ at: NOON, now: 0, sessions: [], last_event_at: null });
  });
});

function row(value: string, visitors: number) {
  return { value, visitors };
}
