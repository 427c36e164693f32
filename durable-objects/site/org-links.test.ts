import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PassedFrame, SiteNews, WatchReply } from "../../protocol/org";
import type { LiveSite } from "./live-site";
import { emptyState } from "./model/state";
import { OrgLinks } from "./org-links";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const GO: WatchReply = { stop: false, frames: true, pace: 250, viewers: 0 };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const delta = (seq: number): PassedFrame => ({ seq, asked: false, parts: [{ type: "delta", head: "", tail: "" }] });

/** A site's object as far as links see it; `replies` are what the organization's objects answer. */
function site(kept: string | null = null) {
  const replies = new Map<number, WatchReply>();
  const told: { relay: number; news: SiteNews }[] = [];
  const rows: (string | null)[] = [];
  const audience: number[] = [];
  const away = new Set<number>();
  let row = kept;
  const make = (): OrgLinks => {
    const links: OrgLinks = new OrgLinks({
      // Only its state is read.
      live: () => ({ state: emptyState() }) as unknown as LiveSite,
      facts: () => ({ site_id: "s", org_id: "o", time_zone: "UTC", session_timeout_ms: 1, rate_limit: 1, leaves: 1 }),
      wakeAt: () => {},
      read: () => row,
      write: (value) => {
        row = value;
        rows.push(value);
      },
      tell: async (_, relay, news) => {
        if (away.has(relay)) throw new Error("Network connection lost.");
        told.push({ relay, news: structuredClone(news) });
        return replies.get(relay) ?? GO;
      },
      sendPicture: (link, now) =>
        link.passOn({ seq: 0, asked: true, parts: [{ type: "snapshot", head: "", tail: "" }] }, now),
      audience: (more) => audience.push(more),
      log: () => {},
    });
    return links;
  };
  const heard = (relay: number) =>
    told
      .filter((one) => one.relay === relay)
      .flatMap(({ news }) => news.frames.map((f) => ("parts" in f ? f.seq : -1)));
  return { make, replies, told, rows, audience, away, heard };
}

const watch = (relay: number, more: object = {}) => ({
  org_id: "o",
  relay,
  since: 1,
  frames: true,
  picture: false,
  viewers: 1,
  ...more,
});

describe("ROOM-7 objects of an organization that watch a site", () => {
  test("each gets every frame once, whatever becomes of the others", async () => {
    const { make, away, heard } = site();
    const links = make();
    for (const relay of [0, 1, 7]) links.watch(watch(relay), Date.now());
    expect(links.passing).toBe(3);
    away.add(1);
    for (let seq = 1; seq <= 3; seq++) links.passOn(delta(seq), Date.now());
    await vi.advanceTimersByTimeAsync(100);
    expect([heard(0), heard(1), heard(7)]).toEqual([[1, 2, 3], [], [1, 2, 3]]);
    away.clear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([heard(0), heard(1), heard(7)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test("a picture goes to the one that asked", async () => {
    const { make, heard } = site();
    const links = make();
    links.watch(watch(0), Date.now());
    links.watch(watch(1, { picture: true }), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect([heard(0), heard(1)]).toEqual([[], [0]]);
  });

  test("each ends by itself, all are one row, and after the last one there is nothing", async () => {
    const { make, replies, rows, told } = site();
    make().watch(watch(0), Date.now());
    make().watch(watch(2), Date.now());
    const links = make();
    expect([links.watched, links.passing]).toEqual([true, 2]);
    replies.set(0, { ...GO, stop: true });
    links.passOn(delta(1), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect([links.passing, make().passing]).toEqual([1, 1]);
    replies.set(2, { ...GO, stop: true });
    links.passOn(delta(2), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect(rows.at(-1)).toBeNull();
    const before = told.length;
    for (const one of [links, make()]) {
      one.passOn(delta(3), Date.now());
      one.changed(Date.now());
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect([told.length, links.watched, links.passing, vi.getTimerCount()]).toEqual([before, false, 0, 0]);
  });

  test("what was kept when there was one alone is that of the first", () => {
    const links = site(JSON.stringify({ org_id: "o", since: 1, frames: true })).make();
    expect([links.watched, links.passing]).toEqual([true, 1]);
  });

  test("an object whose code is older, which says neither its number nor its viewers, is the first one with nobody", async () => {
    const { make, replies, rows, heard } = site();
    const links = make();
    links.watch({ org_id: "o", since: 1, frames: true, picture: false }, Date.now());
    const { viewers: _, ...old } = GO;
    replies.set(0, old);
    links.passOn(delta(1), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect([heard(0), links.viewers]).toEqual([[1], { all: 0, most: 0 }]);
    expect(Object.keys(JSON.parse(rows.at(-1) ?? "{}"))).toEqual(["0"]);
  });

  test("what was kept under no number is forgotten", () => {
    const link = JSON.stringify({ org_id: "o", since: 1, frames: true });
    const links = site(JSON.stringify({ undefined: link, NaN: link, "1": link })).make();
    expect([links.watched, links.passing]).toEqual([true, 1]);
    expect(site(JSON.stringify({ undefined: link })).make().watched).toBe(false);
  });

  test("those in the room elsewhere are counted as the objects say", async () => {
    const { make, replies, audience } = site();
    const links = make();
    links.watch(watch(0, { viewers: 3 }), Date.now());
    links.watch(watch(1, { viewers: 5 }), Date.now());
    expect(links.viewers).toEqual({ all: 8, most: 5 });
    replies.set(0, { ...GO, viewers: 1 }).set(1, { ...GO, viewers: 5 });
    links.passOn(delta(1), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect([links.viewers, audience]).toEqual([{ all: 6, most: 5 }, [3, 5, 0]]);
    replies.set(1, { ...GO, stop: true, viewers: 0 });
    links.passOn(delta(2), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect(links.viewers).toEqual({ all: 1, most: 1 });
  });
});
