import { describe, expect, test } from "vitest";
import type { OrgSite, Second } from "../../protocol/org";
import { applyOrgFrame, applyOrgPoll, initialOrgState, type OrgState } from "./org-state";

const T = 1_700_000_000_000;

const today = { date: "2026-11-21", page_views: 4, visitors: 2, sessions: 2, events: 9, errors: 1 };
const site = (site_id: string, now: number, seconds: Second[] = [], at = T): OrgSite => ({
  site_id,
  group_id: null,
  report: { at, now, connections: now, active: now, today, first_event_at: T, last_event_at: T, seconds },
});

const say = (state: OrgState, type: string, seq: number, sites: unknown[], room = "org:o") =>
  applyOrgFrame(state, "org:o", JSON.stringify({ type, room, seq, data: { at: T, sites } }), T);

describe("ROOM-2 an organization's picture", () => {
  const first = say(initialOrgState, "snapshot", 7, [
    site("a", 1, [[T - 3_000, 2, 0]]),
    { ...site("b", 0), report: null },
  ]);

  test("begins with a snapshot and follows deltas, whose seconds are added", () => {
    const next = say(first, "delta", 8, [
      site(
        "a",
        3,
        [
          [T - 3_000, 5, 1],
          [T + 58_000, 1, 0],
        ],
        T + 58_000,
      ),
      site("c", 9),
    ]);
    expect([...(next.sites?.keys() ?? [])]).toEqual(["a", "b", "c"]);
    expect(next.sites?.get("a")?.report).toMatchObject({ now: 3, seconds: [[T + 58_000, 1, 0]] });
    expect(say(first, "delta", 8, [site("a", 3, [[T - 2_000, 1, 0]])]).sites?.get("a")?.report?.seconds).toEqual([
      [T - 3_000, 2, 0],
      [T - 2_000, 1, 0],
    ]);
    expect(next.sites?.get("b")?.report).toBeNull();
    expect(next.frames).toBe(2);
  });

  test("a number that is missing makes it stale, one that came before changes nothing", () => {
    const stale = say(first, "delta", 9, []);
    expect(stale.stale).toBe(true);
    expect(say(stale, "snapshot", 12, []).stale).toBe(false);
    expect(say(first, "delta", 7, [site("a", 5)])).toBe(first);
    expect(say(initialOrgState, "delta", 1, [])).toBe(initialOrgState);
    expect(say(first, "delta", 8, [site("a", 5)], "group:g")).toBe(first);
  });

  test("a site that is gone is not in the next snapshot", () => {
    expect([...(say(first, "snapshot", 8, [site("b", 1)]).sites?.keys() ?? [])]).toEqual(["b"]);
  });

  test("what cannot be read throws", () => {
    expect(() => say(first, "delta", 8, [{ site_id: 3 }])).toThrow();
    expect(() => applyOrgPoll(first, { data: {} }, T)).toThrow();
  });

  test("polling brings numbers, and no delta fits on them", () => {
    const generated_at = new Date(T + 5_000).toISOString();
    const row = { site: "a", now: 8, connections: 9, total_active: 10, total_today: 11, last_event_at: generated_at };
    const polled = applyOrgPoll(first, { data: { generated_at, per_site: [row] } }, T);
    expect(polled.sites?.get("a")?.report).toMatchObject({
      now: 8,
      active: 10,
      today: { page_views: 11, visitors: 2 },
    });
    expect(polled.seq).toBeNull();
    expect(say(polled, "delta", 8, [site("a", 1)])).toBe(polled);
  });
});
