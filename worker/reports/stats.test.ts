import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Counts, NO_COUNTS, type RollupRow } from "../../durable-objects/site/model/rollup";
import { ADD_ROLLUPS, rollupValues } from "../../durable-objects/site/sinks/rollups-table";
import { OTHER } from "../../protocol/limits";
import { METRICS, type Metric, StatsQuery, type StatsRow } from "../../protocol/stats";
import type { Database } from "./database";
import { scopeOf, sqliteDatabase } from "./sqlite-database.fixture";
import { readStats, type StatsKind } from "./stats";

const NOW = Date.UTC(2026, 4, 20, 10, 30);
const VIENNA = scopeOf({ time_zone: "Europe/Vienna" });

function row(day: number, hour: number, dimension: string, value: string, counts: Partial<Counts>): RollupRow {
  return { day, hour, dimension, value, ...NO_COUNTS, ...counts };
}

const total = (day: number, hour: number, counts: Partial<Counts>) => row(day, hour, "total", "", counts);

async function stored(db: Database, rows: readonly RollupRow[], site = "s"): Promise<Database> {
  await db.write([{ sql: ADD_ROLLUPS, params: [site, JSON.stringify(rows.map(rollupValues))] }]);
  return db;
}

interface Given {
  d1?: RollupRow[];
  open?: RollupRow[];
  now?: number;
  scope?: typeof VIENNA;
}

async function read(
  kind: StatsKind,
  query: Record<string, string>,
  { d1 = [], open = [], now = NOW, scope = scopeOf() }: Given,
) {
  const db = await stored(sqliteDatabase(), d1);
  const parsed = StatsQuery.parse({ site: "s", ...query });
  return readStats(kind, parsed, { db, scope, openRows: async () => open, now });
}

async function data(kind: StatsKind, query: Record<string, string>, given: Given): Promise<StatsRow[]> {
  const reply = await read(kind, query, given);
  if (!reply.ok) throw new Error(JSON.stringify(reply.fields));
  return reply.value.data;
}

describe("aggregate", () => {
  const d1 = [
    total(20260518, 9, { visitors: 100, page_views: 100 }),
    total(20260519, 23, { visitors: 4, sessions: 5, page_views: 12, events: 20, errors: 2, bounces: 1 }),
    total(20260519, 23, { duration_ms: 1_000, engaged_ms: 250 }),
    row(20260519, 23, "page", "/", { page_views: 12 }),
  ];
  const open = [
    total(20260520, 10, { visitors: 1, sessions: 1, page_views: 3, bounces: 1, duration_ms: 500 }),
    total(20260521, 0, { visitors: 50 }),
    row(20260520, 10, "page", "/", { page_views: 3 }),
  ];

  it("adds the open hours to the stored ones, within the range alone", async () => {
    const rows = await data(
      "aggregate",
      { from: "2026-05-19", to: "2026-05-20", metrics: METRICS.join(",") },
      { d1, open },
    );
    expect(rows).toEqual([
      {
        visitors: 5,
        sessions: 6,
        page_views: 15,
        events: 20,
        errors: 2,
        bounce_rate: 2 / 6,
        session_duration: 250,
        engaged_time: 250 / 6,
      },
    ]);
  });

  it("is zero where nothing was counted", async () => {
    const rows = await data("aggregate", { period: "today", metrics: METRICS.join(",") }, {});
    expect(rows).toEqual([Object.fromEntries(METRICS.map((metric) => [metric, 0]))]);
  });

  it("says which days it is about", async () => {
    const reply = await read("aggregate", { period: "7d" }, { scope: VIENNA, now: Date.UTC(2026, 4, 20, 22, 30) });
    expect(reply).toMatchObject({ value: { from: "2026-05-15", to: "2026-05-21", timezone: "Europe/Vienna" } });
  });

  it.each([
    ["stored", { d1: [total(20251231, 1, { events: 1 })], open: [total(20260520, 1, { events: 1 })] }, "2025-12-31"],
    ["open", { d1: [total(20260520, 1, { events: 1 })], open: [total(20251231, 1, { events: 1 })] }, "2025-12-31"],
    ["none", {}, "2026-05-20"],
  ])("all begins with the first day of data: %s", async (_, given, from) => {
    expect(await read("aggregate", { period: "all" }, given)).toMatchObject({ value: { from, to: "2026-05-20" } });
  });

  it("knows nothing of another site", async () => {
    const db = await stored(sqliteDatabase(), d1, "other");
    const query = StatsQuery.parse({ site: "s", period: "all" });
    const reply = await readStats("aggregate", query, { db, scope: scopeOf(), openRows: async () => [], now: NOW });
    expect(reply).toMatchObject({ value: { from: "2026-05-20", data: [{ visitors: 0, sessions: 0, page_views: 0 }] } });
  });
});

describe("refusals", () => {
  it.each([
    ["aggregate", { timezone: "Europe/Berlin" }, "timezone"],
    ["breakdown", {}, "dimension"],
    ["aggregate", { period: "7d", from: "2026-01-01" }, "period"],
    ["timeseries", { period: "30d", interval: "hour" }, "interval"],
  ] as const)("%s %o: %s", async (kind, query, field) => {
    expect(await read(kind, query, {})).toEqual({ ok: false, fields: { [field]: expect.any(String) } });
  });

  it("takes the site's own time zone", async () => {
    expect(await read("aggregate", { timezone: "Europe/Vienna" }, { scope: VIENNA })).toMatchObject({ ok: true });
  });
});

describe("timeseries", () => {
  it("has a row a day, zero where nothing was counted, and none after today", async () => {
    const d1 = [
      total(20260518, 9, { visitors: 2 }),
      total(20260518, 11, { visitors: 3 }),
      total(20260520, 1, { visitors: 1 }),
    ];
    const open = [total(20260520, 10, { visitors: 4 })];
    const rows = await data("timeseries", { from: "2026-05-17", to: "2026-05-25", metrics: "visitors" }, { d1, open });
    expect(rows).toEqual([
      { date: "2026-05-17", visitors: 0 },
      { date: "2026-05-18", visitors: 5 },
      { date: "2026-05-19", visitors: 0 },
      { date: "2026-05-20", visitors: 5 },
    ]);
  });

  it("has a row an hour of today, up to now", async () => {
    const d1 = [total(20260520, 9, { page_views: 2 })];
    const open = [total(20260520, 12, { page_views: 4 })];
    const reply = await read("timeseries", { period: "today", metrics: "page_views" }, { d1, open, scope: VIENNA });
    expect(reply).toMatchObject({ ok: true, value: { interval: "hour" } });
    const rows = reply.ok ? reply.value.data : [];
    expect(rows).toHaveLength(13);
    expect(rows[9]).toEqual({ date: "2026-05-20T09:00", page_views: 2 });
    expect(rows.at(-1)).toEqual({ date: "2026-05-20T12:00", page_views: 4 });
  });
});

describe("breakdown", () => {
  const page = (value: string, page_views: number) => row(20260520, 8, "page", value, { page_views });
  const query = { period: "today", dimension: "page", metrics: "page_views" };

  it("is by the first metric, then by value, (other) last", async () => {
    const d1 = [page("/b", 5), page("/c", 7), page("/a", 5), page(OTHER, 100), page("/d", 1)];
    expect(await data("breakdown", query, { d1 })).toEqual([
      { value: "/c", page_views: 7 },
      { value: "/a", page_views: 5 },
      { value: "/b", page_views: 5 },
      { value: "/d", page_views: 1 },
      { value: OTHER, page_views: 100 },
    ]);
    expect(await data("breakdown", { ...query, limit: "2" }, { d1 })).toHaveLength(2);
  });

  it("lets the open hour lift a value from far below", async () => {
    const d1 = [page("/a", 10), page("/b", 9), page("/c", 8), page("/low", 1)];
    const rows = await data("breakdown", { ...query, limit: "2" }, { d1, open: [page("/low", 9), page("/new", 3)] });
    expect(rows).toEqual([
      { value: "/a", page_views: 10 },
      { value: "/low", page_views: 10 },
    ]);
  });

  it("lets others in where the open hour takes away", async () => {
    const d1 = [page("/a", 10), page("/b", 9), page("/c", 8)];
    const rows = await data("breakdown", { ...query, limit: "1" }, { d1, open: [page("/a", -5)] });
    expect(rows).toEqual([{ value: "/b", page_views: 9 }]);
  });

  it("is the same wherever the rows lie", async () => {
    const counts = fc.record({
      visitors: fc.integer({ min: -2, max: 9 }),
      sessions: fc.integer({ min: 0, max: 4 }),
      bounces: fc.integer({ min: 0, max: 4 }),
    });
    const rows = fc.array(
      fc
        .tuple(fc.integer({ min: 20260515, max: 20260520 }), fc.constantFrom(..."abcdefghij", OTHER), counts)
        .map(([day, value, c]) => row(day, 1, "source", value, c)),
      { maxLength: 40 },
    );
    const order = fc.constantFrom<Metric>("visitors", "sessions", "bounce_rate");
    await fc.assert(
      fc.asyncProperty(rows, rows, order, fc.integer({ min: 1, max: 5 }), async (d1, open, metric, limit) => {
        const asked = { from: "2026-05-16", to: "2026-05-20", dimension: "source", metrics: metric, limit: `${limit}` };
        const split = await data("breakdown", asked, { d1, open });
        const whole = await data("breakdown", asked, { d1: [...d1, ...open] });
        expect(split).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});
