import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../../protocol/frame";
import { FEED_ITEMS, LIVE_SESSIONS_SHOWN, WINDOW_POINTS } from "../../protocol/limits";
import type { LiveDelta, LiveSnapshot } from "../../protocol/live";
import { applyDelta, applyFrame, applySnapshot } from "./apply-frame";
import { initialState } from "./live-state";
import { alertOf, feedItem, helloOf, liveSession, snapshotOf, windowPoint } from "./pictures.fixture";

const room = "site:demo";
const snapshotFrame = (seq: number, data = snapshotOf()): Frame => ({ type: "snapshot", room, seq, data });
const deltaFrame = (seq: number, data: LiveDelta, of = room): Frame => ({ type: "delta", room: of, seq, data });
const shown = applyFrame(initialState("demo"), snapshotFrame(7), 10_000);

describe("applyFrame", () => {
  test.each([
    ["the next frame is taken", deltaFrame(8, { at: 11_000, now: 5 }), { seq: 8, stale: false, frames: 2 }],
    ["a gap asks for a new picture", deltaFrame(9, { at: 11_000, now: 5 }), { seq: 7, stale: true, frames: 1 }],
    ["a repeat changes nothing", deltaFrame(7, { at: 11_000, now: 5 }), { seq: 7, stale: false, frames: 1 }],
    ["another room is not ours", deltaFrame(8, { at: 11_000, now: 5 }, "site:other"), { seq: 7, frames: 1 }],
    ["a snapshot replaces", snapshotFrame(900), { seq: 900, stale: false, frames: 2 }],
    ["a pong changes nothing", { type: "pong" }, { seq: 7, frames: 1 }],
  ] satisfies [string, Frame, object][])("%s", (_name, frame, expected) => {
    expect(applyFrame(shown, frame, 10_000)).toMatchObject(expected);
  });

  test("a delta that came before any snapshot, or after a polled picture, does not fit", () => {
    const delta = deltaFrame(1, { at: 1, now: 2 });
    expect(applyFrame(initialState("demo"), delta, 0).stale).toBe(true);
    const polled = applySnapshot(initialState("demo"), snapshotOf(), null, 0);
    expect(applyFrame(polled, delta, 0)).toMatchObject({ stale: true, snapshot: polled.snapshot });
  });

  test("a stale picture stands until the next snapshot", () => {
    const stale = applyFrame(shown, deltaFrame(9, { at: 11_000, now: 5 }), 0);
    expect(applyFrame(stale, deltaFrame(8, { at: 11_000, now: 5 }), 0)).toBe(stale);
    expect(applyFrame(stale, snapshotFrame(20), 0)).toMatchObject({ stale: false, seq: 20 });
  });

  test("the server's clock is the nearest seen, and hello sets it", () => {
    const hello: Frame = { type: "hello", data: helloOf({ at: 50_000 }) };
    const greeted = applyFrame(initialState("demo"), hello, 20_000);
    expect(greeted.clockOffset).toBe(30_000);
    const late = applyFrame(greeted, snapshotFrame(1, snapshotOf({ at: 50_000 })), 20_400);
    expect(late.clockOffset).toBe(30_000);
    expect(applyFrame(late, deltaFrame(2, { at: 51_000 }), 20_900).clockOffset).toBe(30_100);
  });
});

describe("applyDelta", () => {
  test("what did not change keeps its identity", () => {
    const before = snapshotOf({ sessions: [liveSession("a"), liveSession("b")], feed: [feedItem(1)] });
    const after = applyDelta(before, { at: 11_000, sessions: [liveSession("b", { events: 2, last_activity: 3_000 })] });
    expect(after.feed).toBe(before.feed);
    expect(after.pages).toBe(before.pages);
    expect(after.windows).toBe(before.windows);
    expect(after.sessions[1]).toBe(before.sessions[0]);
  });

  test("lists are capped", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => index);
    const after = applyDelta(snapshotOf(), {
      at: 11_000,
      windows: { "1s": many(100).map((index) => windowPoint(index * 1_000)) },
      sessions: many(300).map((index) => liveSession(`s${index}`, { last_activity: index })),
      feed: many(80)
        .map((index) => feedItem(index))
        .reverse(),
    });
    expect(after.windows["1s"].map((point) => point.at)).toEqual(
      many(WINDOW_POINTS + 1).map((index) => (index + 100 - WINDOW_POINTS - 1) * 1_000),
    );
    expect(after.sessions).toHaveLength(LIVE_SESSIONS_SHOWN);
    expect(after.sessions[0]?.session_id).toBe("s299");
    expect(after.feed.map((item) => item.n).slice(0, 2)).toEqual([79, 78]);
    expect(after.feed).toHaveLength(FEED_ITEMS);
  });
});

/** What may happen at a site, and what it does to a server's picture of it. */
type Change = { kind: "event"; session: number; after: number } | { kind: "gone"; session: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("event"),
      session: fc.nat(12),
      after: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("gone"), session: fc.nat(12) }) },
);

/** A server in miniature: applies changes one by one and tells what a viewer has to hear of since the last frame. */
class Site {
  at = 1_000_000;
  n = 0;
  sessions = new Map<string, ReturnType<typeof liveSession>>();
  feed: ReturnType<typeof feedItem>[] = [];
  points: ReturnType<typeof windowPoint>[] = [];
  changed = new Set<string>();
  gone = new Set<string>();
  fresh: ReturnType<typeof feedItem>[] = [];
  dirty = new Set<number>();

  apply(what: Change): void {
    const id = `s${what.session}`;
    if (what.kind === "gone") {
      if (this.sessions.delete(id)) this.gone.add(id);
      this.changed.delete(id);
      return;
    }
    this.at += what.after;
    const before = this.sessions.get(id);
    this.sessions.set(id, liveSession(id, { events: (before?.events ?? 0) + 1, last_activity: this.at }));
    this.changed.add(id);
    this.gone.delete(id);
    const item = feedItem(++this.n, { session_id: id });
    this.feed = [item, ...this.feed].slice(0, FEED_ITEMS);
    this.fresh.unshift(item);
    const start = Math.floor(this.at / 1_000) * 1_000;
    const point = this.points.find((candidate) => candidate.at === start);
    this.points = this.points.filter((candidate) => candidate !== point);
    this.points.push(windowPoint(start, { events: (point?.events ?? 0) + 1 }));
    this.points = this.points.slice(-(WINDOW_POINTS + 1));
    this.dirty.add(start);
  }

  picture(): LiveSnapshot {
    const sessions = [...this.sessions.values()].sort((a, b) => b.last_activity - a.last_activity);
    return snapshotOf({
      at: this.at,
      now: this.sessions.size,
      sessions,
      feed: this.feed,
      windows: { "1s": this.points, "5s": [], "60s": [] },
    });
  }

  delta(): LiveDelta {
    const picture = this.picture();
    const delta: LiveDelta = {
      at: this.at,
      now: picture.now,
      windows: { "1s": this.points.filter((point) => this.dirty.has(point.at)) },
      sessions: picture.sessions.filter((session) => this.changed.has(session.session_id)),
      sessions_gone: [...this.gone],
      feed: this.fresh.slice(0, FEED_ITEMS),
    };
    this.changed.clear();
    this.gone.clear();
    this.fresh = [];
    this.dirty.clear();
    return delta;
  }
}

const alertAt = (id: string) => alertOf(id, { at: new Date(Number(id)).toISOString() });

test("alerts are kept newest first, each once, a few of them, and only those of the room", () => {
  let state = initialState("demo");
  for (const id of ["1", "2", "2", "3", "4", "5", "6"]) {
    state = applyFrame(state, { type: "alert", room: "site:demo", data: alertAt(id) }, 0);
  }
  const after = applyFrame(state, { type: "alert", room: "site:other", data: alertOf("7") }, 0);
  expect(after.alerts.map(({ id }) => id)).toEqual(["6", "5", "4", "3", "2"]);
  expect(after).toMatchObject({ snapshot: null, seq: null, stale: false });
  const picture = snapshotOf({ alerts: ["8", "6", "3"].map(alertAt) });
  const whole = applyFrame(after, snapshotFrame(1, picture), 0);
  expect(whole.alerts.map(({ id }) => id)).toEqual(["8", "6", "5", "4", "3"]);
  expect(applyFrame(whole, snapshotFrame(2, picture), 0).alerts).toBe(whole.alerts);
});

test("any way of cutting the changes into deltas ends in the snapshot's picture", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 150 }), (changes) => {
      const site = new Site();
      let state = applyFrame(initialState("demo"), snapshotFrame(1, site.picture()), 0);
      let seq = 1;
      for (const [what, sendNow] of changes) {
        site.apply(what);
        if (sendNow) state = applyFrame(state, deltaFrame(++seq, site.delta()), 0);
      }
      state = applyFrame(state, deltaFrame(++seq, site.delta()), 0);
      expect(state.snapshot).toEqual(site.picture());
    }),
  );
});
