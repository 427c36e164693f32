import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventType, SiteEvent } from "../../../protocol/event";
import { apply } from "./apply";
import { emptyMarks, type Marks } from "./marks";
import { finishLoading, loadPart, toParts } from "./parts";
import { liveNumbers } from "./picture";
import { touch } from "./presence";
import { type DailyIds, resolve, splitAtGaps } from "./resolve";
import { hourRows, type RollupRow } from "./rollup";
import { emptyState, noChanges, type SiteState } from "./state";
import { endSessions, nextSessionEnd } from "./tick";
import { at, batchOf, T0, TIMEOUT, world, ZONE } from "./world.fixture";

interface Planned {
  visitor: string;
  tab: string;
  events: SiteEvent[];
}

const TYPES: readonly EventType[] = ["pageview", "pageview", "click", "custom", "error", "leave"];

/** Tabs of a few visitors, everything of one visitor within half an hour, so that each has exactly one session. */
const planned: fc.Arbitrary<Planned[]> = fc
  .array(
    fc.record({
      visitor: fc.constantFrom("ann", "bob", "cyn"),
      steps: fc.array(
        fc.record({
          after: fc.integer({ min: 0, max: 29 * 600 }),
          type: fc.constantFrom(...TYPES),
          path: fc.constantFrom("/", "/a", "/b", "/c"),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((tabs) =>
    tabs.map(({ visitor, steps }, i) => ({
      visitor,
      tab: `tab-${i}`,
      // No two events at the same moment: which page is the first or last would be a matter of luck.
      events: steps.map((s, seq) =>
        at(s.after * 100 + i * 10 + seq, s.type, s.path, seq, s.type === "custom" ? "buy" : undefined),
      ),
    })),
  );

/** Deliveries: tabs cut at random places, repeated at random, in random order. */
function deliveries(tabs: Planned[], cuts: number[], order: number[], repeats: number[]) {
  const parcels: { visitor: string; tab: string; events: SiteEvent[] }[] = [];
  let cut = 0;
  for (const { visitor, tab, events } of tabs) {
    let rest = events;
    while (rest.length > 0) {
      const size = 1 + ((cuts[cut++ % cuts.length] ?? 0) % rest.length);
      parcels.push({ visitor, tab, events: rest.slice(0, size) });
      rest = rest.slice(size);
    }
  }
  const twice = [...parcels];
  for (const r of repeats) {
    const parcel = parcels[r % parcels.length];
    if (parcel) twice.push(parcel);
  }
  return twice
    .map((parcel, i) => ({ parcel, key: order[i % order.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ parcel }) => parcel);
}

/** The plain model: a set of events, counted from scratch. */
function plainly(tabs: Planned[]) {
  const all = tabs.flatMap(({ visitor, tab, events }) => events.map((event) => ({ visitor, tab, event })));
  const byVisitor = Map.groupBy(all, (e) => e.visitor);
  const pages: Record<string, number> = {};
  for (const { event } of all) if (event.type === "pageview") pages[event.path] = (pages[event.path] ?? 0) + 1;
  const sessions = [...byVisitor].map(([visitor, list]) => {
    const times = list.map((e) => e.event.at);
    const views = list.filter((e) => e.event.type === "pageview");
    return {
      visitor,
      events: list.length,
      page_views: views.length,
      errors: list.filter((e) => e.event.type === "error").length,
      started_at: Math.min(...times),
      last_at: Math.max(...times),
      bounced: views.length <= 1 && !list.some((e) => e.event.type === "custom"),
      ends: endsOf(views.map((e) => e.event)),
    };
  });
  return { events: all.length, pages, sessions };
}

function endsOf(views: SiteEvent[]): [entry: string, exit: string] | null {
  const sorted = views.toSorted((a, b) => a.at - b.at);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first && last ? [first.path, last.path] : null;
}

const sum = (
  rows: RollupRow[],
  dimension: string,
  value: string,
  key: "events" | "page_views" | "visitors" | "sessions" | "bounces" | "errors" | "duration_ms",
) => rows.filter((r) => r.dimension === dimension && r.value === value).reduce((total, r) => total + r[key], 0);

const rowsOf = (state: SiteState) => [...state.hours.values()].flatMap((hour) => [...hourRows(hour)]);

/** What must not depend on how the stream was delivered. */
function outcome(state: SiteState) {
  const rows = rowsOf(state);
  const pages: Record<string, number> = {};
  for (const row of rows.filter((r) => r.dimension === "page" && r.page_views !== 0)) {
    pages[row.value] = (pages[row.value] ?? 0) + row.page_views;
  }
  return {
    events: sum(rows, "total", "", "events"),
    pages,
    sessions: [...state.sessions.values()]
      .map((s) => ({
        visitor: s.visitor_id,
        events: s.events,
        page_views: s.page_views,
        errors: s.errors,
        started_at: s.started_at,
        last_at: s.last_at,
        bounced: s.page_views <= 1 && s.customs === 0,
        ends: s.page_views === 0 ? null : [s.entry_page, s.current_page],
      }))
      .sort((a, b) => (a.visitor < b.visitor ? -1 : 1)),
  };
}

const numbers = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });

describe("model", () => {
  test("MODEL-1 any split, order, delay and repetition of a stream ends in the counts of the plain model", () => {
    fc.assert(
      fc.property(
        planned,
        numbers,
        numbers,
        fc.array(fc.nat(1_000), { maxLength: 10 }),
        (tabs, cuts, order, repeats) => {
          const site = world();
          let now = T0 + 30 * 60_000;
          for (const { visitor, tab, events } of deliveries(tabs, cuts, order, repeats)) {
            site.take(batchOf(visitor, { kind: "visitor", tab }, events, (now += 700)));
          }
          const expected = plainly(tabs);
          const got = outcome(site.state);
          expected.sessions.sort((a, b) => (a.visitor < b.visitor ? -1 : 1));
          expect(got).toEqual(expected);
          const rows = rowsOf(site.state);
          expect(sum(rows, "total", "", "sessions")).toBe(expected.sessions.length);
          expect(sum(rows, "total", "", "visitors")).toBe(expected.sessions.length);
          expect(sum(rows, "total", "", "bounces")).toBe(expected.sessions.filter((s) => s.bounced).length);
          expect(sum(rows, "total", "", "duration_ms")).toBe(
            expected.sessions.reduce((total, s) => total + s.last_at - s.started_at, 0),
          );
          for (const dimension of ["entry", "exit"]) {
            const each = rows.filter((r) => r.dimension === dimension).reduce((total, r) => total + r.sessions, 0);
            expect(each).toBe(expected.sessions.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("MODEL-2 a snapshot and the journal's tail rebuild the same state at any point", () => {
    fc.assert(
      fc.property(planned, numbers, numbers, fc.nat(100), (tabs, cuts, order, stop) => {
        const site = world();
        const stream = deliveries(tabs, cuts, order, []);
        let now = T0 + 30 * 60_000;
        let saved = new Map<string, string>();
        let savedSeen = new Map([...site.state.seen]);
        let from = 0;
        stream.forEach(({ visitor, tab, events }, i) => {
          site.take(batchOf(visitor, { kind: "visitor", tab }, events, (now += 700)));
          if (i === stop % stream.length) {
            saved = new Map([...toParts(site.state)].map(([name, text]) => [name, text]));
            savedSeen = new Map(
              [...site.state.seen].map(([day, seen]) => [day, { day, hashes: new Set(seen.hashes) }]),
            );
            from = site.journal.length;
          }
        });
        const rebuilt = emptyState();
        for (const [name, text] of saved) loadPart(rebuilt, name, text);
        rebuilt.seen = savedSeen;
        finishLoading(rebuilt);
        for (const entry of JSON.parse(JSON.stringify(site.journal.slice(from))))
          apply(rebuilt, entry, ZONE, noChanges(rebuilt));
        expect(outcome(rebuilt)).toEqual(outcome(site.state));
        expect(rebuilt.running).toEqual(site.state.running);
        expect(liveNumbers(rebuilt, now, ZONE)).toEqual(liveNumbers(site.state, now, ZONE));
        expect(sortedParts(rebuilt)).toEqual(sortedParts(site.state));
      }),
      { numRuns: 200 },
    );
  });

  test("MODEL-3 a pause longer than the timeout begins a new session, also within one batch", () => {
    const site = world();
    const events = [at(0, "pageview", "/", 0), at(TIMEOUT + 1, "pageview", "/a", 1)];
    expect(site.take(batchOf("ann", { kind: "visitor", tab: "t" }, events, T0 + TIMEOUT + 2))).toBe(2);
    expect([...site.state.sessions.values()].map((s) => s.page_views)).toEqual([1, 1]);
  });

  test("MODEL-4 two tabs of one browser are one visitor with two connections; a left tab is gone after its grace", () => {
    const site = world();
    const now = T0;
    site.take(batchOf("ann", { kind: "visitor", tab: "t1" }, [at(0, "pageview", "/", 0)], now));
    site.take(batchOf("ann", { kind: "visitor", tab: "t2" }, [at(0, "pageview", "/a", 0)], now));
    expect(liveNumbers(site.state, now, ZONE)).toMatchObject({ now: 1, connections: 2 });
    site.take(batchOf("ann", { kind: "visitor", tab: "t2" }, [at(10, "leave", "/a", 1)], now + 10));
    expect(liveNumbers(site.state, now + 1_100, ZONE)).toMatchObject({ now: 1, connections: 1 });
    site.take(batchOf("ann", { kind: "visitor", tab: "t1" }, [at(20, "leave", "/", 1)], now + 20));
    expect(liveNumbers(site.state, now + 1_100, ZONE)).toMatchObject({ now: 0, connections: 0 });
  });

  test("MODEL-5 without a sign of life a visitor is no longer now after 75 s, and still active", () => {
    const site = world();
    site.take(batchOf("ann", { kind: "visitor", tab: "t1" }, [at(0, "pageview", "/", 0)], T0));
    expect(liveNumbers(site.state, T0 + 74_999, ZONE)).toMatchObject({ now: 1, active: 1 });
    expect(liveNumbers(site.state, T0 + 75_000, ZONE)).toMatchObject({ now: 0, active: 1 });
    endSessions(site.state, T0 + TIMEOUT, TIMEOUT, noChanges(site.state));
    expect(liveNumbers(site.state, T0 + TIMEOUT, ZONE)).toMatchObject({ active: 1 });
    endSessions(site.state, T0 + TIMEOUT + 1, TIMEOUT, noChanges(site.state));
    expect(liveNumbers(site.state, T0 + TIMEOUT + 1, ZONE)).toMatchObject({ active: 0 });
  });

  test("MODEL-8 a tab that stays open keeps its session, without asking for the clock every moment", () => {
    const site = world();
    site.take(batchOf("ann", { kind: "visitor", tab: "t1" }, [at(0, "pageview", "/", 0)], T0));
    const later = T0 + TIMEOUT + 5_000;
    touch(site.state.tabs, "t1", "ann", "session-1", later, later);
    expect(endSessions(site.state, later, TIMEOUT, noChanges(site.state))).toEqual([]);
    expect(nextSessionEnd(site.state, later, TIMEOUT)).toBe(later + 60_000);
    expect(nextSessionEnd(site.state, T0 + 1, TIMEOUT)).toBe(T0 + TIMEOUT + 1);
  });

  test("MODEL-9 beyond the number that is kept, the longest silent sessions end", () => {
    const site = world();
    ["ann", "bob", "cyn"].forEach((visitor, i) => {
      site.take(batchOf(visitor, { kind: "visitor", tab: visitor }, [at(i * 1_000, "pageview", "/", 0)], T0 + 5_000));
    });
    const ended = endSessions(site.state, T0 + 6_000, TIMEOUT, noChanges(site.state), 2);
    expect(ended.map((s) => s.visitor_id)).toEqual(["ann"]);
  });

  test("VISITOR-3 somebody who is here over midnight stays one visitor until that session ends", () => {
    const state = emptyState();
    const marks = new Map<string, Marks>();
    let ids = 0;
    const send = (tab: string, after: number, daily: DailyIds) => {
      const batch = batchOf("ann", { kind: "visitor", tab }, [at(after, "pageview", "/", after)], T0 + after);
      for (const group of splitAtGaps(batch)) {
        const resolved = resolve(state, batch, group, {
          daily,
          newId: () => `session-${++ids}`,
          marksOf: (scope) => marks.get(scope) ?? marks.set(scope, emptyMarks()).get(scope) ?? emptyMarks(),
          revive: () => null,
        });
        if (resolved) apply(state, resolved.entry, ZONE, noChanges(state));
        return resolved?.entry.visitor_id;
      }
    };
    const monday = { today: "mon", yesterday: () => null };
    const tuesday = { today: "tue", yesterday: () => "mon" };
    expect(send("t1", 0, monday)).toBe("mon");
    expect(send("t1", 60_000, tuesday)).toBe("mon");
    expect(send("t2", 120_000, tuesday)).toBe("mon");
    endSessions(state, T0 + 120_000 + TIMEOUT + 80_000, TIMEOUT, noChanges(state));
    expect(send("t3", 120_000 + TIMEOUT + 80_000, tuesday)).toBe("tue");
  });

  test("MODEL-6 without an id page views are counted, visitors and sessions are not", () => {
    const site = world();
    const batch = batchOf("ann", { kind: "anonymous" }, [at(0, "pageview", "/", 0)], T0);
    expect(site.take(batch)).toBe(1);
    expect(site.take(batch)).toBe(0);
    expect(liveNumbers(site.state, T0, ZONE)).toMatchObject({
      now: 0,
      active: 0,
      today: { page_views: 1, visitors: 0 },
    });
  });

  test("MODEL-7 the same event id in another session is another event", () => {
    const site = world();
    const event = (): SiteEvent => ({ at: T0, type: "pageview", page_url: "/", path: "/", event_id: "e1" });
    const send = (session_id: string) => site.take(batchOf("x", { kind: "visitor", session_id }, [event()], T0));
    expect([send("a"), send("b"), send("a")]).toEqual([1, 1, 0]);
  });
});

function sortedParts(state: SiteState): string[] {
  const sort = (text: string) => JSON.stringify(JSON.parse(text), (_, v) => v);
  return [...toParts(state)]
    .filter(([name]) => !name.startsWith("hour/") && name !== "core")
    .map(([name, text]) => `${name} ${sort(text)}`)
    .sort();
}
