import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AlertInput, type AlertRule } from "../../../../protocol/alerts";
import type { CountedEvent, Entry } from "../entry";
import { addCounts, type OpenHours } from "../rollup";
import { addArrivals, emptyWindows } from "../windows";
import { decide, FRESH, nextLook, type RuleMemory } from "./decide";
import { LastMinute } from "./last-minute";
import { isQuiet, keepMemories, look, nextLookOf } from "./look";
import { ERROR_RATE_EVENTS, type Measured, measure, type Sources, SPIKE_BASELINE } from "./measure";
import { defaultRule, rulesInForce, type SiteRule } from "./rule";

const T = Date.UTC(2026, 10, 20, 12, 0, 0);

const sources = (more: Partial<Sources> = {}): Sources => ({
  visitors_last_minute: 0,
  windows: emptyWindows(),
  hours: new Map(),
  last_event_at: T,
  time_zone: "UTC",
  baseline: null,
  entries: [],
  ...more,
});

const ruleOf = (rule: AlertRule, more: Partial<SiteRule> = {}): SiteRule => ({
  id: "r1",
  name: "Rule",
  rule,
  level: "warning",
  cooldown_ms: 60_000,
  enabled: true,
  created_at: 0,
  ...more,
});

const above = (limit: number): AlertRule => ({ metric: "visitors", above: limit, window: "60s" });
const below = (limit: number): AlertRule => ({ metric: "visitors", below: limit, window: "60s" });

function entryOf(...events: Pick<CountedEvent, "type" | "name" | "path">[]): Entry {
  return {
    at: T,
    visitor_id: "v",
    session_id: "s",
    tab: null,
    present: false,
    opening: null,
    revived: null,
    dimensions: null,
    events: events.map((event, n) => ({ at: T, n, ...event })),
  };
}

describe("ALERT 1: what a rule measures", () => {
  test.each([
    [above(10), 10, false],
    [above(10), 11, true],
    [above(0), 1, true],
    [below(5), 5, false],
    [below(5), 4, true],
    [below(1), 0, true],
  ])("visitors: %o at %d is met: %s", (rule, visitors_last_minute, met) => {
    expect(measure(rule, sources({ visitors_last_minute }), 0, T)).toMatchObject({ value: visitors_last_minute, met });
  });

  /** One batch of `counts[i]` events in second i, the last of them being the running one at `T`. */
  function windowsOf(...counts: number[]) {
    const windows = emptyWindows();
    counts.forEach((count, i) => {
      const at = T - (counts.length - 1 - i) * 1_000;
      const events = Array.from({ length: count }, (_, n) => ({ type: n % 2 === 0 ? "error" : "click", path: "/" }));
      if (count > 0) addArrivals(windows, at, "v", events);
    });
    return windows;
  }

  test.each([
    ["1s", [9, 30], 30],
    ["5s", [99, 1, 2, 3, 4, 10], 4],
    ["5s", [10], 2],
    ["60s", [60, ...Array.from({ length: 59 }, () => 1)], 119 / 60],
    ["60s", [999, ...Array.from({ length: 60 }, () => 1)], 1],
  ] as const)("events a second over %s, the running second too", (window, counts, value) => {
    const windows = windowsOf(...counts);
    expect(measure({ metric: "events_per_second", above: 0, window }, sources({ windows }), 0, T)?.value).toBe(value);
  });

  test("a rate that fell is read from whole seconds: the running one has not come to its end", () => {
    const rule: AlertRule = { metric: "events_per_second", below: 2, window: "1s" };
    expect(measure(rule, sources({ windows: windowsOf(5, 1) }), 0, T)).toMatchObject({ value: 5, met: false });
    expect(measure(rule, sources({ windows: windowsOf(1, 5) }), 0, T)).toMatchObject({ value: 1, met: true });
  });

  test("a window in which nothing came counts as empty", () => {
    const rule: AlertRule = { metric: "events_per_second", below: 1, window: "5s" };
    expect(measure(rule, sources({ windows: windowsOf(50, 0, 0, 0, 0, 0, 0) }), 0, T)).toMatchObject({ value: 0 });
  });

  test("the share of errors needs a few events", () => {
    const rule: AlertRule = { metric: "error_rate", above: 0.4, window: "5s" };
    expect(measure(rule, sources({ windows: windowsOf(ERROR_RATE_EVENTS - 1) }), 0, T)).toBeNull();
    expect(measure(rule, sources({ windows: windowsOf(10) }), 0, T)).toEqual({ value: 0.5, met: true, limit: 0.4 });
    expect(measure({ ...rule, above: 0.5 }, sources({ windows: windowsOf(10) }), 0, T)?.met).toBe(false);
  });

  test.each([
    [T - 59_999, 0, false],
    [T - 60_000, 0, true],
    // Made after the last event: its silence begins with the rule.
    [T - 900_000, T - 30_000, false],
    [T - 900_000, T - 60_000, true],
  ])("silence since %d, rule of %d: %s", (last_event_at, since, met) => {
    expect(measure({ metric: "silence", above: 60 }, sources({ last_event_at }), since, T)?.met).toBe(met);
  });

  test("a site that never had an event is not silent", () => {
    expect(measure({ metric: "silence", above: 60 }, sources({ last_event_at: null }), 0, T)).toBeNull();
  });

  test.each([
    ["signup", { type: "custom", name: "signup", path: "/join" }, true],
    ["signup", { type: "custom", name: "login", path: "/join" }, false],
    ["signup", { type: "error", name: "signup", path: "/join" }, false],
    ["error", { type: "error", name: "x is not a function", path: "/join" }, true],
    ["pageview", { type: "pageview", path: "/join" }, true],
    ["custom", { type: "custom", name: "anything", path: "/join" }, true],
    ["pageview", { type: "custom", name: "pageview2", path: "/join" }, false],
  ] as const)("the event %s in %o: %s", (event, came, met) => {
    const entries = [entryOf({ type: "move", path: "/" }), entryOf({ type: "move", path: "/" }, came)];
    const measured = measure({ metric: "event", event }, sources({ entries }), 0, T);
    expect(measured?.met ?? false).toBe(met);
    if (met) expect(measured).toEqual({ value: 1, met: true, event, page: "/join" });
  });

  function hoursOf(page_views: number): OpenHours {
    const hours: OpenHours = new Map();
    addCounts(hours, 20261120, 12, "total", "", { page_views });
    addCounts(hours, 20261120, 11, "total", "", { page_views: 1_000_000 });
    return hours;
  }

  test.each([
    [300, 100, 3, false],
    [301, 100, 3, true],
    [3 * SPIKE_BASELINE, 1, 3, false],
    [3 * SPIKE_BASELINE + 1, 1, 3, true],
  ])("a spike: %d page views against %d, times %d: %s", (page_views, baseline, factor, met) => {
    const measured = measure(
      { metric: "spike", above: factor },
      sources({ hours: hoursOf(page_views), baseline }),
      0,
      T,
    );
    expect(measured).toMatchObject({ value: page_views, met });
  });

  test("no spike without weeks to hold it against", () => {
    expect(measure({ metric: "spike", above: 2 }, sources({ hours: hoursOf(9_999) }), 0, T)).toBeNull();
  });

  test("the hour of a spike is the site's own", () => {
    const hours: OpenHours = new Map();
    addCounts(hours, 20261120, 17, "total", "", { page_views: 500 });
    const there = sources({ hours, baseline: 20, time_zone: "Asia/Kolkata" });
    expect(measure({ metric: "spike", above: 2 }, there, 0, T)?.value).toBe(500);
    expect(measure({ metric: "spike", above: 2 }, { ...there, time_zone: "UTC" }, 0, T)?.value).toBe(0);
  });
});

describe("visitors of the last minute", () => {
  test("are those of a plain scan, for any arrivals", () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 15_000 })));
    fc.assert(
      fc.property(arrivals, (list) => {
        const minute = new LastMinute([], T);
        const seen: { visitor: string; at: number }[] = [];
        let now = T;
        for (const [visitor, pause] of list) {
          now += pause;
          minute.seen(`v${visitor}`, now);
          seen.push({ visitor: `v${visitor}`, at: now });
          const plain = new Set(seen.filter(({ at }) => at > now - 60_000).map((one) => one.visitor));
          expect(minute.count(now)).toBe(plain.size);
        }
        expect(minute.count(now + 60_000)).toBe(0);
      }),
      { seed: 7 },
    );
  });

  test("are rebuilt from sessions, one visitor once", () => {
    const known = [
      { visitor_id: "a", last_at: T - 1_000 },
      { visitor_id: "b", last_at: T - 61_000 },
      { visitor_id: "a", last_at: T - 50_000 },
      { visitor_id: "c", last_at: T + 240_000 },
    ];
    const minute = new LastMinute(known, T);
    expect(minute.count(T)).toBe(2);
    expect(minute.count(T + 59_500)).toBe(1);
    expect(minute.count(T + 60_000)).toBe(0);
  });

  test("who are silent for a minute are forgotten as others come, also where nobody counts", () => {
    const minute = new LastMinute([], T);
    for (let i = 0; i <= 300; i++) minute.seen(`v${i}`, T + i * 1_000);
    // Counted as of a time at which none of those that are still remembered is too old.
    expect(minute.count(T)).toBe(60);
  });

  test("of a machine whose clock is behind are counted with the others", () => {
    const minute = new LastMinute([], T);
    minute.seen("a", T);
    minute.seen("b", T - 30_000);
    expect(minute.count(T + 59_999)).toBe(2);
  });
});

const met = (value: number): Measured => ({ value, met: true });
const unmet = (value: number): Measured => ({ value, met: false });

describe("ALERT 2: when a rule raises", () => {
  const rule = ruleOf(above(10));

  test("at once, and while it stays met once each cooldown", () => {
    let memory: RuleMemory = FRESH;
    const raisedAt: number[] = [];
    for (let now = T; now <= T + 180_000; now += 1_000) {
      const decision = decide(rule, met(11), memory, now, now);
      if (decision.raise) raisedAt.push(now - T);
      memory = decision.memory;
    }
    expect(raisedAt).toEqual([0, 60_000, 120_000, 180_000]);
  });

  test("never twice within its cooldown, however the number moves", () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 40_000 })));
    fc.assert(
      fc.property(values, fc.boolean(), (list, falling) => {
        const tested = ruleOf(falling ? below(10) : above(10));
        let memory: RuleMemory = FRESH;
        let last = Number.NEGATIVE_INFINITY;
        let now = T;
        for (const [value, pause] of list) {
          now += pause;
          const measured = measure(tested.rule, sources({ visitors_last_minute: value }), 0, now);
          const decision = decide(tested, measured, memory, now, now);
          if (decision.raise) {
            expect(now - last).toBeGreaterThanOrEqual(tested.cooldown_ms);
            expect(measured?.met).toBe(true);
            last = now;
          }
          // What is remembered is as good as what was in memory: the object may sleep between any two looks.
          memory = JSON.parse(JSON.stringify(decision.memory));
        }
      }),
      { seed: 11 },
    );
  });

  test("what cannot be measured changes nothing", () => {
    expect(decide(rule, null, FRESH, T, T)).toEqual({ raise: false, memory: FRESH });
  });

  test("a rule about too little raises once for each fall", () => {
    const falling = ruleOf(below(5));
    const steps: [second: number, value: number, raise: boolean][] = [
      [0, 0, false],
      [1, 4, false],
      [2, 5, false],
      [3, 4, true],
      [70, 3, false],
      [700, 0, false],
      [701, 9, false],
      [702, 2, true],
      // Back within the cooldown: it has to hold beyond it.
      [703, 9, false],
      [704, 2, false],
      [790, 2, false],
      [791, 6, false],
      [792, 1, true],
    ];
    let memory: RuleMemory = FRESH;
    for (const [second, value, raise] of steps) {
      const now = T + second * 1_000;
      const measured = measure(falling.rule, sources({ visitors_last_minute: value }), 0, now);
      const decision = decide(falling, measured, memory, now, now);
      expect([second, decision.raise]).toEqual([second, raise]);
      memory = decision.memory;
    }
  });

  test("silence is told once, and again after somebody came", () => {
    const silence = ruleOf({ metric: "silence", above: 60 });
    const first = decide(silence, met(60), FRESH, T - 60_000, T);
    expect(first).toEqual({ raise: true, memory: { raised_at: T, armed: false } });
    expect(decide(silence, met(3_600), first.memory, T - 60_000, T + 3_600_000).raise).toBe(false);
    expect(decide(silence, met(60), first.memory, T + 90_000, T + 150_000).raise).toBe(true);
  });

  test("a clock that was set back does not keep it quiet", () => {
    const memory = { raised_at: T + 3_600_000, armed: false };
    expect(decide(rule, met(11), memory, T, T).raise).toBe(true);
  });
});

describe("ALERT 3: when time alone is looked at", () => {
  const silence = ruleOf({ metric: "silence", above: 60 });
  const armed = { raised_at: null, armed: true };
  test.each([
    ["silence", silence, FRESH, T, T + 60_000],
    ["silence of a younger rule", { ...silence, created_at: T + 9_000 }, FRESH, T, T + 69_000],
    ["silence that was told", silence, { raised_at: T + 60_000, armed: false }, T, null],
    ["silence after it was told", silence, { raised_at: T - 10_000, armed: false }, T, T + 60_000],
    [
      "silence in a long cooldown",
      { ...silence, cooldown_ms: 900_000 },
      { raised_at: T - 1, armed: false },
      T,
      T + 899_999,
    ],
    ["a site without events", silence, FRESH, null, null],
    ["too many", ruleOf(above(1)), armed, T, null],
    ["too few, armed", ruleOf(below(2)), armed, T, T + 61_000],
    ["too few, not armed", ruleOf(below(2)), FRESH, T, null],
    ["a low rate", ruleOf({ metric: "events_per_second", below: 2, window: "5s" }), armed, T, T + 6_000],
    ["a spike", ruleOf({ metric: "spike", above: 2 }), FRESH, T, null],
    ["an event", ruleOf({ metric: "event", event: "x" }), FRESH, T, null],
  ])("%s", (_, rule, memory, last_event_at, at) => {
    expect(nextLook(rule, memory, last_event_at)).toBe(at);
  });

  test("of several rules the earliest counts", () => {
    const rules = [silence, ruleOf({ metric: "silence", above: 20 }, { id: "r2" }), ruleOf(above(1), { id: "r3" })];
    expect(nextLookOf(rules, {}, T)).toBe(T + 20_000);
    expect(nextLookOf([], {}, T)).toBeNull();
  });

  test("at that time an armed rule is met, if nobody came", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("1s", "5s", "60s"),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ max: 999, min: 0 }),
        (window, below, ms) => {
          const windows = emptyWindows();
          const last = T + ms;
          addArrivals(
            windows,
            last,
            "v",
            Array.from({ length: 100 }, () => ({ type: "click", path: "/" })),
          );
          const rule = ruleOf({ metric: "events_per_second", below, window });
          const at = nextLook(rule, armed, last) ?? 0;
          expect(measure(rule.rule, sources({ windows, last_event_at: last }), 0, at)?.met).toBe(true);
        },
      ),
      { seed: 3 },
    );
  });
});

describe("looking at all rules of a site", () => {
  test("raises what is met, with what it is about", () => {
    const rules = [
      ruleOf(above(10), { id: "default" }),
      ruleOf(above(3), { id: "a", name: "Busy", level: "critical" }),
      ruleOf(above(99), { id: "b" }),
    ];
    const seen = sources({ visitors_last_minute: 12 });
    const first = look(rules, seen, {}, T);
    expect(first.raised).toEqual([
      {
        id: `${T}-default`,
        rule_id: "default",
        name: "Rule",
        level: "warning",
        message: "High visitor activity detected!",
        at: "2026-11-20T12:00:00.000Z",
        details: { metric: "visitors", visitors_last_minute: 12, value: 12, limit: 10 },
      },
      expect.objectContaining({
        id: `${T}-a`,
        name: "Busy",
        level: "critical",
        message: "12 visitors in the last minute, more than 3.",
      }),
    ]);
    const second = look(rules, seen, first.memories, T + 1_000);
    expect(second.raised).toEqual([]);
    expect(second.memories).toBe(first.memories);
  });

  test("nothing is looked at while every rule is in its cooldown, and only then", () => {
    const rules = [ruleOf(above(1), { id: "a" }), ruleOf(below(1), { id: "b", cooldown_ms: 10_000 })];
    const raised = (a: number | null, b: number | null) => ({
      a: { raised_at: a, armed: false },
      b: { raised_at: b, armed: true },
    });
    expect(isQuiet(rules, raised(T, T), T + 9_999)).toBe(true);
    expect(isQuiet(rules, raised(T, T), T + 10_000)).toBe(false);
    expect(isQuiet(rules, raised(T, null), T)).toBe(false);
    expect(isQuiet(rules, raised(T + 5_000, T), T)).toBe(false);
    expect(isQuiet(rules, {}, T)).toBe(false);
    // What it leaves out would have changed nothing.
    for (const value of [0, 5]) {
      const memories = raised(T, T);
      const seen = sources({ visitors_last_minute: value });
      expect(look(rules, seen, memories, T + 9_999)).toEqual({ raised: [], memories });
    }
  });

  test("a rule that says something else begins anew, one that is gone is forgotten", () => {
    const before = [ruleOf(above(1), { id: "a" }), ruleOf(above(1), { id: "b" }), ruleOf(above(1), { id: "c" })];
    const after = [ruleOf(above(1), { id: "a", name: "New name" }), ruleOf(above(2), { id: "b" })];
    const memory = { raised_at: T, armed: false };
    expect(keepMemories({ a: memory, b: memory, c: memory }, before, after)).toEqual({ a: memory });
  });

  test.each([
    [
      { metric: "visitors", below: 5, window: "60s" },
      { value: 1, met: true, limit: 5 },
      "1 visitor in the last minute, fewer than 5.",
    ],
    [
      { metric: "events_per_second", above: 40, window: "5s" },
      { value: 52.222, met: true, limit: 40 },
      "52.22 events a second over the last 5 seconds, more than 40.",
    ],
    [
      { metric: "events_per_second", below: 4, window: "1s" },
      { value: 0, met: true, limit: 4 },
      "0 events a second over the last second, fewer than 4.",
    ],
    [
      { metric: "error_rate", above: 0.05, window: "60s" },
      { value: 0.125, met: true, limit: 0.05 },
      "12.5 % of events were errors, more than 5 %.",
    ],
    [{ metric: "silence", above: 60 }, { value: 61, met: true, limit: 60 }, "No event for 61 seconds."],
    [{ metric: "silence", above: 600 }, { value: 660, met: true, limit: 600 }, "No event for 11 minutes."],
    [{ metric: "silence", above: 9_000 }, { value: 9_000, met: true, limit: 9_000 }, "No event for 2 hours."],
    [
      { metric: "spike", above: 3 },
      { value: 420, met: true, limit: 3, baseline: 100 },
      "420 page views this hour, 4.2 times as many as in the same hour of other weeks.",
    ],
    [
      { metric: "event", event: "signup" },
      { value: 1, met: true, event: "signup", page: "/join" },
      '"signup" happened on /join.',
    ],
  ] as [AlertRule, Measured, string][])("says %o in a sentence", async (rule, measured, text) => {
    const { alertOf } = await import("./alert-of");
    expect(alertOf(ruleOf(rule), measured, 3, T).message).toBe(text);
  });
});

describe("ALERT 4: the rule that holds without any", () => {
  test("is the threshold's", () => {
    expect(rulesInForce([], 10)).toEqual([defaultRule(10)]);
    expect(defaultRule(25)).toMatchObject({ id: "default", level: "info", rule: { metric: "visitors", above: 25 } });
  });

  test.each([0, -1, Number.NaN])("is off at %d", (threshold) => {
    expect(rulesInForce([], threshold)).toEqual([]);
  });

  test("gives way to the site's own, also to one that is paused", () => {
    const own = ruleOf(above(500));
    expect(rulesInForce([own], 10)).toEqual([own]);
    expect(rulesInForce([{ ...own, enabled: false }], 10)).toEqual([]);
    const other = ruleOf(below(2));
    expect(rulesInForce([other], 10)).toEqual([other, defaultRule(10)]);
  });
});

describe("a rule as it is sent", () => {
  const input = (rule: unknown) => AlertInput.safeParse({ site: "s", name: "n", rule });
  test.each([
    { metric: "visitors", above: 10 },
    { metric: "visitors", below: 1, window: "60s" },
    { metric: "events_per_second", above: 0.5, window: "1s" },
    { metric: "error_rate", above: 0 },
    { metric: "silence", above: 10 },
    { metric: "event", event: "signup" },
    { metric: "spike", above: 2 },
  ])("%o is one", (rule) => {
    expect(input(rule).success).toBe(true);
  });

  test.each([
    {},
    { metric: "sales", above: 1 },
    { metric: "visitors" },
    { metric: "visitors", above: 1, below: 1 },
    { metric: "visitors", above: 1.5 },
    { metric: "visitors", above: -1 },
    { metric: "visitors", below: 0 },
    { metric: "visitors", above: 1, window: "5s" },
    { metric: "events_per_second", below: 0 },
    { metric: "events_per_second", above: 1, window: "1h" },
    { metric: "error_rate", above: 1 },
    { metric: "error_rate", below: 0.5 },
    { metric: "silence", above: 9 },
    { metric: "event" },
    { metric: "event", event: " " },
    { metric: "spike", above: 1 },
    { metric: "spike", above: Number.NaN },
  ])("%o is none", (rule) => {
    expect(input(rule).success).toBe(false);
  });

  test("gets its defaults", () => {
    expect(input({ metric: "visitors", above: 3 }).data).toEqual({
      site: "s",
      name: "n",
      rule: { metric: "visitors", above: 3, window: "60s" },
      level: "warning",
      cooldown_s: 900,
      webhook_url: null,
      email: null,
      enabled: true,
    });
  });
});
