import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PassedFrame, SiteNews, WatchReply } from "../../protocol/org";
import type { LiveSite } from "./live-site";
import { leave, touch } from "./model/presence";
import { emptyState } from "./model/state";
import { OrgLink } from "./org-link";

const START = Date.parse("2026-11-21T12:00:00Z");
const GO: WatchReply = { stop: false, frames: false, pace: 250, viewers: 0 };

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A site's object as far as the link sees it; `answer` is what the organization's object does. */
function site(answer: (news: SiteNews) => Promise<WatchReply> = async () => GO) {
  const state = emptyState();
  const told: { at: number; news: SiteNews }[] = [];
  const rows: (string | null)[] = [];
  const wakes: number[] = [];
  const logged: string[] = [];
  const audiences: number[] = [];
  const facts = { site_id: "s", org_id: "o", time_zone: "UTC", session_timeout_ms: 1, rate_limit: 1, leaves: 1 };
  let kept: string | null = null;
  const make = () => {
    const link = new OrgLink({
      // Only its state is read.
      live: () => ({ state }) as unknown as LiveSite,
      facts: () => facts,
      wakeAt: (at) => wakes.push(at - START),
      read: () => kept,
      write: (value) => {
        kept = value;
        rows.push(value);
      },
      tell: (_, news) => {
        told.push({ at: Date.now() - START, news: structuredClone(news) });
        return answer(news);
      },
      sendPicture: (now) => link.passOn(picture("picture", true), now),
      audience: (now) => audiences.push(now - START),
      log: (message) => logged.push(message),
    });
    return link;
  };
  const visit = (name: string) => touch(state.tabs, name, name, name, Date.now(), Date.now());
  const now = () => told.map(({ news }) => news.report?.now);
  return { state, told, rows, wakes, logged, audiences, facts, make, visit, now };
}

const request = { org_id: "o", relay: 0, since: 1, frames: false, picture: false, viewers: 0 };
const frame = (text: string, type = "delta") => ({ type, text });
/** A whole picture, of which `text` stands for what is in it. */
const picture = (text: string, asked: boolean) => ({
  seq: 1,
  parts: [{ type: "snapshot", head: text, tail: "" }],
  asked,
});
const textOf = (told: PassedFrame) =>
  "parts" in told ? told.parts.map(({ head, tail }) => head + tail).join() : told.text;

describe("ROOM-6 reporting", () => {
  test("while nobody watches nothing is made, told, kept or waited for", async () => {
    const { make, told, rows, wakes, visit } = site();
    const link = make();
    visit("a");
    link.changed(Date.now());
    link.passOn(frame("x"), Date.now());
    await vi.advanceTimersByTimeAsync(60_000);
    expect([told, rows, wakes, vi.getTimerCount()]).toEqual([[], [], [], 0]);
  });

  test("the first change at once, then four times a second at most, and nothing that did not change", async () => {
    const { make, told, visit, now } = site();
    const link = make();
    link.watch(request, Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    for (let i = 0; i < 20; i++) {
      visit(`v${i}`);
      link.changed(Date.now());
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    for (let i = 0; i < 5; i++) link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.map(({ at }) => at)).toEqual([1_000, 1_250, 1_500, 1_750, 2_000]);
    expect(now()).toEqual([1, 5, 10, 15, 20]);
  });

  test("the pace is what the answer says", async () => {
    const { make, told, visit } = site(async () => ({ ...GO, pace: 2_000 }));
    const link = make();
    link.watch(request, Date.now());
    for (let i = 0; i < 50; i++) {
      visit(`v${i}`);
      link.changed(Date.now());
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(told.map(({ at }) => at)).toEqual([0, 2_000, 4_000]);
  });

  test("a count that falls soon is told by a timer, one that falls later wakes the object", async () => {
    const { make, state, wakes, visit, now } = site();
    const link = make();
    link.watch(request, Date.now());
    visit("a");
    link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect(wakes.at(-1)).toBe(75_000);
    leave(state.tabs, "a", Date.now(), Date.now());
    link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(now()).toEqual([1, 0]);
  });

  test("it goes on after sleep, and ends when it is told to, which is one row", async () => {
    let stop = false;
    const { make, told, rows, visit } = site(async () => ({ ...GO, stop }));
    make().watch(request, Date.now());
    const woken = make();
    visit("a");
    woken.changed(Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toHaveLength(1);
    stop = true;
    visit("b");
    woken.changed(Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    visit("c");
    woken.changed(Date.now());
    make().changed(Date.now());
    await vi.advanceTimersByTimeAsync(100_000);
    expect(told).toHaveLength(2);
    expect(rows).toEqual([expect.any(String), null]);
  });

  test("an end that crosses a new request does not end that", async () => {
    const answers = [Promise.withResolvers<WatchReply>()];
    const { make, told, visit } = site(() => answers[0]?.promise ?? Promise.resolve(GO));
    const link = make();
    link.watch(request, Date.now());
    visit("a");
    link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(0);
    link.watch({ ...request, since: 2 }, Date.now());
    answers.pop()?.resolve({ ...GO, stop: true });
    await vi.advanceTimersByTimeAsync(1_000);
    visit("b");
    link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.map(({ news }) => news.since)).toEqual([1, 2]);
  });

  test("a site that went to another organization ends by itself", async () => {
    const { make, told, rows, facts, visit } = site();
    const link = make();
    link.watch(request, Date.now());
    facts.org_id = "other";
    visit("a");
    link.changed(Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    expect([told, rows.at(-1), link.watched]).toEqual([[], null, false]);
  });

  test("and nobody who was in its room there is counted any more", async () => {
    const { make, audiences, facts } = site();
    const link = make();
    link.watch({ ...request, frames: true, viewers: 5 }, Date.now());
    facts.org_id = "other";
    link.passOn(frame("x"), Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
    expect([link.viewers, audiences]).toEqual([0, [0]]);
  });

  test("S2.27 an organization's object that fails costs the site nothing; all is told in order when it is back", async () => {
    let away = true;
    const { make, told, logged, visit } = site(async () => {
      if (away) throw new Error("Network connection lost.");
      return { ...GO, frames: true };
    });
    const link = make();
    link.watch({ ...request, frames: true }, Date.now());
    visit("a");
    link.changed(Date.now());
    for (let i = 0; i < 3; i++) link.passOn(frame(`f${i}`), Date.now());
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = told.length;
    expect(tries).toBeLessThan(10);
    expect(logged).toEqual(["Network connection lost."]);
    away = false;
    told.length = 0;
    link.passOn(frame("f3"), Date.now());
    await vi.advanceTimersByTimeAsync(40_000);
    expect(told.flatMap(({ news }) => news.frames.map(textOf))).toEqual(["f0", "f1", "f2", "f3"]);
    expect(told.find(({ news }) => news.report)?.news.report).toMatchObject({ now: 1 });
  });

  test.each([true, false])(
    "a picture that somebody waits for (asked: %s) is made anew where it was given up with too many frames",
    async (asked) => {
      let away = true;
      const { make, told } = site(async () => {
        if (away) throw new Error("Network connection lost.");
        return { ...GO, frames: true };
      });
      const link = make();
      link.watch({ ...request, frames: true }, Date.now());
      link.passOn(picture("old", asked), Date.now());
      await vi.advanceTimersByTimeAsync(0);
      for (const text of ["a", "b", "c"]) link.passOn(frame(text.repeat(1_000_001)), Date.now());
      await vi.advanceTimersByTimeAsync(5_000);
      away = false;
      told.length = 0;
      await vi.advanceTimersByTimeAsync(60_000);
      const frames = () => told.flatMap(({ news }) => news.frames.map((told) => textOf(told).slice(0, 7)));
      expect(frames()).toEqual(["ccccccc", "picture"]);
      for (const text of ["d", "e", "f"]) link.passOn(frame(text), Date.now());
      await vi.advanceTimersByTimeAsync(60_000);
      expect(frames()).toEqual(["ccccccc", "picture", "d", "e", "f"]);
    },
  );

  test("frames leave at once and in order, those that come meanwhile as one call; alerts also where frames are not wanted", async () => {
    const slow = Promise.withResolvers<WatchReply>();
    let calls = 0;
    const { make, told } = site(() => (calls++ === 0 ? slow.promise : Promise.resolve({ ...GO, frames: true })));
    const link = make();
    link.watch({ ...request, frames: true }, Date.now());
    for (const text of ["a", "b", "c"]) link.passOn(frame(text), Date.now());
    slow.resolve({ ...GO, frames: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(told.map(({ news }) => news.frames.map(textOf))).toEqual([["a"], ["b", "c"]]);

    const other = site();
    const board = other.make();
    board.watch(request, Date.now());
    board.passOn(frame("a"), Date.now());
    board.passOn(frame("b", "alert"), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    expect(other.told.flatMap(({ news }) => news.frames.map(textOf))).toEqual(["b"]);
  });

  test("frames are counted, so that those which come again after a lost answer are known, and those given up are missing", async () => {
    let lost = true;
    const { make, told } = site(async () => {
      if (lost) throw new Error("Network connection lost.");
      return { ...GO, frames: true };
    });
    const link = make();
    link.watch({ ...request, frames: true }, Date.now());
    link.passOn(frame("a"), Date.now());
    link.passOn(frame("b"), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    lost = false;
    await vi.advanceTimersByTimeAsync(60_000);
    link.passOn(frame("c"), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    const numbered = () =>
      told.map(({ news }) => [news.first, news.frames.map((one) => textOf(one).slice(0, 3)).join("")]);
    expect(numbered()).toEqual([
      [0, "a"],
      [0, "ab"],
      [2, "c"],
    ]);
    lost = true;
    told.length = 0;
    for (const text of ["d", "e", "f", "g"]) link.passOn(frame(text.repeat(1_000_001)), Date.now());
    await vi.advanceTimersByTimeAsync(0);
    lost = false;
    await vi.advanceTimersByTimeAsync(60_000);
    // What was under way was given up with the others that it would have come before.
    expect(numbered().at(-1)).toEqual([6, "ggg"]);
    expect(new Set(told.map(({ news }) => news.run)).size).toBe(1);
  });
});
