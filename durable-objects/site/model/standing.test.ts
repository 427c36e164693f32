import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PRESENCE_TTL } from "../../../protocol/limits";
import type { LiveFilter } from "../../../protocol/live";
import { finishLoading, loadPart, toParts } from "./parts";
import { liveNumbers, liveSessions, matches } from "./picture";
import { boundTabs, expireTabs, hold, release } from "./presence";
import { emptyState, forgetSession, noChanges, type SiteState } from "./state";
import { openUntil } from "./tabs";
import { endSessions } from "./tick";
import { at, batchOf, T0, TIMEOUT, world, ZONE } from "./world.fixture";

/** Visitors by value, most first. */
function rows(of: [value: string, visitor: string][]) {
  const by = Map.groupBy(of, ([value]) => value);
  return [...by]
    .map(([value, list]) => ({ value, visitors: new Set(list.map(([, visitor]) => visitor)).size }))
    .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1));
}

/** What live numbers say of who is here, counted from the list of all tabs and sessions. */
function recount(state: SiteState, now: number, filter: LiveFilter) {
  const tabs = [...state.tabs.entries()].map(([, tab]) => tab).filter((tab) => openUntil(tab) > now);
  const everybody = Object.keys(filter).length === 0;
  const here = tabs
    .map((tab) => ({ tab, session: state.sessions.get(tab.session_id) }))
    .filter(({ session }) => (session ? matches(session, filter) : everybody));
  const known = here.flatMap(({ session }) => session ?? []);
  const sessions = [...state.sessions.values()].filter((session) => !session.ended && matches(session, filter));
  return {
    now: new Set(here.map(({ tab }) => tab.visitor_id)).size,
    connections: here.length,
    active: sessions.length,
    pages: rows(known.map((s) => [s.current_page, s.visitor_id])),
    sources: rows(known.map((s) => [s.dimensions.source, s.visitor_id])),
    countries: rows(known.flatMap((s) => (s.dimensions.country ? [[s.dimensions.country, s.visitor_id]] : []))),
    devices: rows(known.map((s) => [s.dimensions.device, s.visitor_id])),
    next: tabs.reduce<number | null>((next, tab) => Math.min(next ?? Number.POSITIVE_INFINITY, openUntil(tab)), null),
    present: sessions
      .filter((session) => tabs.some((tab) => tab.session_id === session.session_id))
      .map((session) => session.session_id)
      .sort(),
  };
}

/** The same as it is told. */
function told(state: SiteState, now: number, filter: LiveFilter) {
  const { pages, sources, countries, devices, ...numbers } = liveNumbers(state, now, ZONE, filter);
  return {
    now: numbers.now,
    connections: numbers.connections,
    active: numbers.active,
    pages,
    sources,
    countries,
    devices,
    next: expireTabs(state.tabs, now),
    present: liveSessions(state, now, filter, 1_000)
      .filter((session) => session.now)
      .map((session) => session.session_id)
      .sort(),
  };
}

const VISITORS = ["ann", "bob", "cyn"];
const tab = fc.record({ visitor: fc.constantFrom(...VISITORS), tab: fc.nat(5).map((n) => `t${n}`) });
/** Mostly moments; at times so long that tabs or sessions end. */
const pause = fc.oneof(
  fc.integer({ min: 0, max: 900 }),
  fc.integer({ min: 0, max: PRESENCE_TTL + 500 }),
  fc.constant(TIMEOUT + 1),
);
const doing = fc.oneof(
  fc.record({
    do: fc.constant("event" as const),
    who: tab,
    type: fc.constantFrom("pageview", "pageview", "click", "leave"),
    path: fc.constantFrom("/", "/a", "/b"),
    country: fc.constantFrom("AT", "DE", null),
    named: fc.boolean(),
  }),
  fc.record({ do: fc.constant("hold" as const), who: tab }),
  fc.record({ do: fc.constant("release" as const), who: tab, goodbye: fc.boolean() }),
  fc.record({ do: fc.constant("end" as const), most: fc.nat(3) }),
  fc.record({ do: fc.constant("forget" as const) }),
  fc.record({ do: fc.constant("bound" as const), most: fc.nat(4) }),
  fc.record({ do: fc.constant("sleep" as const) }),
  fc.record({ do: fc.constant("set the clock back" as const), by: fc.integer({ min: 100_000, max: 10_000_000 }) }),
);
const filter: fc.Arbitrary<LiveFilter> = fc.constantFrom({}, {}, { country: "AT" }, { page: "/a" }, { source: "x" });

test("LIVE-3 live numbers are what a count of all tabs and sessions is, whatever happened before and however time went", () => {
  const step = fc.record({ pause, doing, filter, looks: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const site = world();
      let now = T0;
      let seq = 0;
      for (const { pause: after, doing: one, filter: asked, looks } of steps) {
        now += after;
        const { state } = site;
        if (one.do === "event") {
          const { who, type, path, country, named } = one;
          // Two sessions of one visitor at a time, and tabs that go from one visitor to another.
          const sender = { kind: "visitor" as const, tab: who.tab, ...(named && { session_id: `of ${who.visitor}` }) };
          const batch = batchOf(who.visitor, sender, [at(now - T0, type as "click", path, seq++)], now);
          batch.dimensions.country = country;
          site.take(batch);
        } else if (one.do === "hold") {
          const session_id = state.running.get(one.who.visitor) ?? "";
          hold(state.tabs, { key: one.who.tab, visitor_id: one.who.visitor, session_id }, now);
        } else if (one.do === "release") release(state.tabs, one.who.tab, now, one.goodbye, now);
        else if (one.do === "end") endSessions(state, now, TIMEOUT, noChanges(state), one.most);
        else if (one.do === "forget") {
          for (const { ended, session_id } of state.sessions.values()) if (ended) forgetSession(state, session_id);
        } else if (one.do === "bound") boundTabs(state.tabs, one.most);
        else if (one.do === "sleep") {
          const woken = emptyState();
          for (const [name, text] of toParts(state)) loadPart(woken, name, text);
          finishLoading(woken);
          woken.running = state.running;
          site.state = woken;
        } else now -= one.by;
        if (!looks) continue;
        expect(told(site.state, now, {})).toEqual(recount(site.state, now, {}));
        expect(told(site.state, now, asked)).toEqual({ ...recount(site.state, now, asked) });
      }
    }),
    { numRuns: 200 },
  );
});

test("what changed is counted also where nobody reads: nothing of sessions that went is kept", () => {
  const site = world();
  const { state } = site;
  for (let i = 0; i < 100; i++) {
    const now = T0 + i * TIMEOUT * 2;
    site.take(batchOf(`v${i}`, { kind: "visitor", tab: `t${i}` }, [at(now - T0, "pageview", "/", 0)], now));
    for (const { session_id } of endSessions(state, now, TIMEOUT, noChanges(state))) forgetSession(state, session_id);
  }
  expect(state.sessions.size).toBe(1);
  expect(state.standings.unsettled).toBeLessThanOrEqual(2);
});
