import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PRESENCE_TTL, REPORTS_PER_SECOND, SITES_ASKED_AT_ONCE, WATCH_GRACE } from "../../protocol/limits";
import type { SiteReport, WatchRequest } from "../../protocol/org";
import type { Viewers } from "../sockets/viewers";
import { Board } from "./board";
import type { BoardStore } from "./board-store";
import { Directory } from "./directory";
import { FanIn } from "./fan-in";

const NOW = Date.parse("2026-11-21T12:00:00Z");

const report = (at: number, now = 0, last_event_at: number | null = null): SiteReport => ({
  at,
  now,
  connections: now,
  active: now,
  today: { date: "2026-11-21", page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 },
  first_event_at: last_event_at,
  last_event_at,
  seconds: [],
});

/** An organization of `count` sites, the even ones in group `g`. */
function organization(count: number) {
  const members = new Map<string, Set<WebSocket>>();
  const rows = new Set<string>();
  const asked: { site_id: string; request: WatchRequest; answer: (report: SiteReport | null) => void }[] = [];
  const board = new Board();
  const sites = Array.from({ length: count }, (_, i) => ({ site_id: `s${i}`, group_id: i % 2 === 0 ? "g" : null }));
  const directory = new Directory("o", { groups: ["g"], sites });
  // Only who is in a room is asked for.
  const viewers = { membersOf: (room: string) => members.get(room) ?? new Set() } as unknown as Viewers;
  const store = {
    watched: () => new Set(rows),
    addWatched: (id: string) => rows.add(id),
    dropWatched: (id: string) => rows.delete(id),
  } as unknown as BoardStore;
  const make = () =>
    new FanIn({
      viewers,
      board,
      store,
      directory: () => directory,
      relay: () => 3,
      watch: (site_id, request) =>
        new Promise((answer) => {
          asked.push({ site_id, request, answer });
        }),
      answered: (site_id, told, now) => board.put(site_id, told ?? report(now)),
      log: () => {},
    });
  const join = (room: string) => members.set(room, new Set([{} as WebSocket]));
  /** Answers all who are asked, those that follow too; resolves to their number. */
  async function answerAll(at = NOW): Promise<string[]> {
    const done: string[] = [];
    for (let one = asked.shift(); one; one = asked.shift()) {
      one.answer(report(at));
      done.push(one.site_id);
      await vi.advanceTimersByTimeAsync(100);
    }
    return done;
  }
  return { make, join, leave: (room: string) => members.delete(room), asked, answerAll, board, rows };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("ROOM-6 asking sites to report", () => {
  test("300 sites a few at a time, the busiest first, each once; who comes back asks nobody", async () => {
    const { make, join, leave, asked, answerAll, board, rows } = organization(300);
    board.put("s200", report(NOW, 0, NOW - 1_000));
    board.put("s100", report(NOW, 0, NOW - 500));
    const fanIn = make();
    fanIn.ask(NOW);
    expect(asked).toEqual([]);
    join("org:o");
    fanIn.ask(NOW);
    fanIn.ask(NOW);
    expect(asked.map(({ site_id }) => site_id).slice(0, 2)).toEqual(["s100", "s200"]);
    expect(asked).toHaveLength(SITES_ASKED_AT_ONCE);
    const done = await answerAll();
    expect([done.length, new Set(done).size, rows.size]).toEqual([300, 300, 300]);

    leave("org:o");
    fanIn.left("org:o", NOW);
    join("org:o");
    const woken = make();
    for (const one of [fanIn, woken]) one.ask(NOW + 3_600_000);
    expect(asked).toEqual([]);
  });

  test("a group asks its sites alone", async () => {
    const { make, join, answerAll } = organization(6);
    join("group:g");
    make().ask(NOW);
    expect((await answerAll()).sort()).toEqual(["s0", "s2", "s4"]);
  });

  test("a site is told to stop when nobody saw it for a minute, and is asked again after that", async () => {
    const { make, join, leave, answerAll, asked, rows } = organization(2);
    join("org:o");
    const fanIn = make();
    fanIn.ask(NOW);
    await answerAll();
    expect(fanIn.replyTo("s1", NOW)).toMatchObject({ stop: false, frames: false });
    expect(fanIn.replyTo("foreign", NOW)).toMatchObject({ stop: true });
    leave("org:o");
    fanIn.left("org:o", NOW);
    expect(fanIn.replyTo("s1", NOW + WATCH_GRACE - 1)).toMatchObject({ stop: false });
    expect(fanIn.replyTo("s1", NOW + WATCH_GRACE)).toMatchObject({ stop: true });
    expect([...rows]).toEqual(["s0"]);
    join("group:g");
    join("site:s1");
    expect(fanIn.replyTo("s1", NOW + WATCH_GRACE)).toMatchObject({ stop: false, frames: true });
    join("org:o");
    fanIn.ask(NOW + WATCH_GRACE);
    expect(asked.map(({ site_id }) => site_id)).toEqual(["s1"]);
    expect(asked[0]?.request.since).toBeGreaterThan(1);
  });

  test("somebody who is shown as there without a sign of life is asked after", async () => {
    const { make, join, answerAll, board, asked } = organization(2);
    join("org:o");
    const fanIn = make();
    fanIn.ask(NOW);
    await answerAll();
    board.put("s0", report(NOW, 3));
    fanIn.ask(NOW + PRESENCE_TTL);
    expect(asked).toEqual([]);
    fanIn.ask(NOW + 2 * PRESENCE_TTL + 1);
    expect(asked.map(({ site_id }) => site_id)).toEqual(["s0"]);
  });

  test("few sites report four times a second, very many as often as one object takes", () => {
    const { make, join } = organization(1_000);
    join("org:o");
    const fanIn = make();
    const pace = (count: number, at: number) =>
      Math.max(...Array.from({ length: count }, (_, i) => fanIn.replyTo(`s${i}`, at).pace));
    expect(pace(40, NOW)).toBe(250);
    expect(pace(1_000, NOW + 1_000)).toBe(1_000_000 / REPORTS_PER_SECOND);
    expect(fanIn.replyTo("s1", NOW + 2_000).pace).toBe(1_000_000 / REPORTS_PER_SECOND);
    expect(fanIn.replyTo("s1", NOW + 4_000).pace).toBe(250);
  });
});
