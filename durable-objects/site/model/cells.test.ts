import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Dimensions } from "../../../protocol/ingest";
import { CELL_CHARACTERS, CELL_VISITORS, WINDOW_CELLS, WINDOW_POINTS } from "../../../protocol/limits";
import { type LiveFilter, WINDOW_LENGTHS } from "../../../protocol/live";
import { addToWindowCells, type Cells, cellsParts, emptyCells, filteredSeries, loadCellsPart } from "./cells";
import type { CountedEvent } from "./entry";
import { snapshotOf } from "./picture";
import { at, batchOf, T0, world, ZONE } from "./world.fixture";

const dimensionsOf = (country: string | null, device: string, source: string) =>
  ({ country, device, source }) as Dimensions;

interface Arrived {
  after: number;
  visitor: string;
  dimensions: Dimensions;
  type: "pageview" | "error" | "click";
  path: string;
}

const arrived: fc.Arbitrary<Arrived> = fc.record({
  after: fc.integer({ min: 0, max: 30_000 }),
  visitor: fc.constantFrom("ann", "bob", "cem"),
  dimensions: fc.constantFrom(
    dimensionsOf("AT", "desktop", "Google"),
    dimensionsOf("AT", "mobile", "Direct"),
    dimensionsOf(null, "desktop", "Direct"),
  ),
  type: fc.constantFrom("pageview", "error", "click"),
  path: fc.constantFrom("/", "/a", "/b"),
});
const filter: fc.Arbitrary<LiveFilter> = fc.record(
  {
    country: fc.constantFrom("AT", "DE"),
    device: fc.constantFrom("desktop", "mobile"),
    source: fc.constantFrom("Google", "Direct"),
    page: fc.constantFrom("/", "/a", "/c"),
  },
  { requiredKeys: [] },
);

const fits = ({ dimensions, path }: Arrived, asked: LiveFilter) =>
  (asked.country === undefined || dimensions.country === asked.country) &&
  (asked.device === undefined || dimensions.device === asked.device) &&
  (asked.source === undefined || dimensions.source === asked.source) &&
  (asked.page === undefined || path === asked.page);

/** As an object that wakes has them. */
function reloaded(parts: Iterable<readonly [name: string, text: string]>): Cells {
  const cells = emptyCells();
  for (const [name, text] of parts) loadCellsPart(cells, name, text);
  return cells;
}

/** The windows of 5 s, counted from the list of all that arrived. */
function recount(all: readonly Arrived[], asked: LiveFilter) {
  const length = WINDOW_LENGTHS["5s"];
  const windows = Map.groupBy(
    all.filter((one) => fits(one, asked)),
    ({ after }) => Math.floor((T0 + after) / length) * length,
  );
  return [...windows]
    .sort(([a], [b]) => a - b)
    .map(([start, of]) => ({
      at: start,
      events: of.length,
      page_views: of.filter(({ type }) => type === "pageview").length,
      errors: of.filter(({ type }) => type === "error").length,
      // By combination: whoever comes by two sources is counted by both.
      users: new Set(of.map(({ visitor, dimensions }) => visitor + JSON.stringify(dimensions))).size,
    }));
}

describe("windows under a filter", () => {
  test("are what a count of the events by hand is, also after a sleep", () => {
    fc.assert(
      fc.property(fc.array(arrived, { maxLength: 60 }), filter, fc.nat(60), (list, asked, sleep) => {
        const all = list.toSorted((a, b) => a.after - b.after);
        let cells = emptyCells();
        all.forEach(({ after, visitor, dimensions, type, path }, i) => {
          if (i === sleep) cells = reloaded(cellsParts(cells));
          addToWindowCells(cells, T0 + after, visitor, dimensions, [{ type, path } as CountedEvent]);
        });
        const told = filteredSeries(cells, "5s", asked, T0 + 30_000).map(({ routes: _, ...point }) => point);
        expect(told).toEqual(recount(all, asked));
      }),
      { numRuns: 500 },
    );
  });

  test("of a busy site are written once each, not with every snapshot, and read again at any point", () => {
    const views = [{ type: "pageview", path: "/a" } as CountedEvent];
    let cells = emptyCells();
    const stored = new Map<string, string>();
    for (let second = 0; second < 900; second++) {
      addToWindowCells(cells, T0 + second * 1_000, `v${second % 7}`, dimensionsOf("AT", "mobile", "Direct"), views);
      if (second % 10 !== 3) continue;
      const parts = new Map(cellsParts(cells));
      const written = [...parts].filter(([name, text]) => stored.get(name) !== text);
      // The running ones; two chunks of seconds, which ten reach into, and one of each of the others.
      expect(written.length).toBeLessThanOrEqual(1 + 2 + 1 + 1);
      for (const name of stored.keys()) if (!parts.has(name)) stored.delete(name);
      for (const [name, text] of written) stored.set(name, text);
      const now = T0 + second * 1_000;
      const again = reloaded([...stored].toSorted());
      for (const name of ["1s", "5s", "60s"] as const) {
        const before = filteredSeries(cells, name, { country: "AT" }, now);
        expect(filteredSeries(again, name, { country: "AT" }, now)).toEqual(before);
        expect(before.length).toBeLessThanOrEqual(WINDOW_POINTS + 1);
      }
      if (second % 200 === 3) cells = again;
    }
  });

  test("never begin at the same time and lose nothing, in whatever order times come", () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 4_000 }),
      early: fc.integer({ min: 0, max: 5_000 }),
      closes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const cells = emptyCells();
        const click = { type: "click", path: "/" } as CountedEvent;
        let time = T0;
        for (const { after, early, closes } of steps) {
          time += after;
          // Whoever reads closes what has ended.
          if (closes) filteredSeries(cells, "1s", {}, time);
          addToWindowCells(cells, time - early, "ann", dimensionsOf("AT", "mobile", "Direct"), [click]);
        }
        for (const name of ["1s", "5s", "60s"] as const) {
          const series = filteredSeries(cells, name, {}, time + 120_000);
          const times = series.map(({ at }) => at);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          expect(series.reduce((sum, { events }) => sum + events, 0)).toBe(steps.length);
        }
      }),
    );
  });

  test("tell their pages, most views first", () => {
    const cells = emptyCells();
    const views = ["/a", "/b", "/b"].map((path) => ({ type: "pageview", path }) as CountedEvent);
    addToWindowCells(cells, T0, "ann", dimensionsOf("AT", "mobile", "Direct"), views);
    addToWindowCells(cells, T0, "bob", dimensionsOf("DE", "mobile", "Direct"), views.slice(0, 1));
    const routes = (asked: LiveFilter) => filteredSeries(cells, "1s", asked, T0)[0]?.routes;
    expect(routes({ country: "AT" })).toEqual([
      ["/b", 2],
      ["/a", 1],
    ]);
    expect(routes({ device: "mobile" })).toEqual([
      ["/a", 2],
      ["/b", 2],
    ]);
    expect(routes({ page: "/b" })).toEqual([["/b", 2]]);
  });

  test("are parsed once, however often somebody asks", () => {
    const cells = emptyCells();
    const views = [{ type: "pageview", path: "/a" } as CountedEvent];
    for (let i = 0; i < 5; i++)
      addToWindowCells(cells, T0 + i * 1_000, "ann", dimensionsOf("AT", "mobile", "Direct"), views);
    const parse = vi.spyOn(JSON, "parse");
    const ask = (now: number) => filteredSeries(cells, "1s", { country: "AT" }, T0 + now);
    const first = ask(5_000);
    expect(ask(5_000)).toEqual(first);
    expect(parse).toHaveBeenCalledTimes(5);
    addToWindowCells(cells, T0 + 5_000, "ann", dimensionsOf("AT", "mobile", "Direct"), views);
    expect(ask(6_000)).toEqual([...first, { ...first[0], at: T0 + 5_000 }]);
    expect(parse).toHaveBeenCalledTimes(6);
    parse.mockRestore();
  });

  test("say so where more came than is counted apart, and hold no more", () => {
    const cells = emptyCells();
    const views = Array.from({ length: 3 * WINDOW_CELLS["1s"] }, (_, i) => ({
      type: "pageview" as const,
      path: `/${i}`,
    }));
    addToWindowCells(cells, T0, "ann", dimensionsOf("AT", "mobile", "Direct"), views as CountedEvent[]);
    expect(filteredSeries(cells, "1s", { country: "AT" }, T0)).toMatchObject([{ events: views.length, cut: true }]);
    expect(filteredSeries(cells, "1s", { page: `/${views.length - 1}` }, T0)).toMatchObject([{ events: 0, cut: true }]);
    expect(filteredSeries(cells, "60s", { country: "AT" }, T0)[0]?.cut).toBeUndefined();
    expect(cells.running["1s"]?.cells.size).toBe(WINDOW_CELLS["1s"]);
  });

  test("hold no more visitors than so many in all combinations together, and count those they have once", () => {
    const cells = emptyCells();
    const views = ["/a", "/b", "/c"].map((path) => ({ type: "pageview", path }) as CountedEvent);
    const here = dimensionsOf("AT", "mobile", "Direct");
    const full = CELL_VISITORS / 4;
    const all = () => filteredSeries(cells, "60s", { country: "AT" }, T0)[0];
    for (let i = 0; i < full; i++) addToWindowCells(cells, T0, `v${i}`, here, views);
    addToWindowCells(cells, T0, "v0", here, views);
    expect(all()).toMatchObject({ users: full, events: 3 * full + 3 });
    expect(all()).not.toHaveProperty("cut");
    addToWindowCells(cells, T0, "one more", here, views);
    expect(all()).toMatchObject({ users: full, events: 3 * full + 6, cut: true });
    cells.running = reloaded(cellsParts(cells)).running;
    addToWindowCells(cells, T0, "and one", here, views);
    const visitors = [...(cells.running["60s"]?.cells.values() ?? [])].reduce((sum, { users }) => sum + users.size, 0);
    expect(visitors).toBe(CELL_VISITORS);
  });

  test("of long addresses are so many fewer, also after a sleep", () => {
    let cells = emptyCells();
    const most = WINDOW_CELLS["60s"] * CELL_CHARACTERS;
    for (let i = 0; i < 200; i++) {
      const view = { type: "pageview", path: `/${i}/${"long".repeat(500)}` } as CountedEvent;
      addToWindowCells(cells, T0, "ann", dimensionsOf("AT", "mobile", "Direct"), [view]);
      if (i === 30) cells = reloaded(cellsParts(cells));
    }
    const characters = [...(cells.running["60s"]?.cells.keys() ?? [])].join("").length;
    expect(characters).toBeGreaterThan(most - 2_100);
    expect(characters).toBeLessThanOrEqual(most);
    const series = filteredSeries(cells, "60s", { country: "AT" }, T0);
    expect(series).toMatchObject([{ events: 200, users: 1, cut: true }]);
  });
});

test("closed windows of a snapshot that has them in the part itself are read, and are written in chunks", () => {
  const cells = emptyCells();
  const views = [{ type: "pageview", path: "/a" } as CountedEvent];
  for (let second = 0; second < 25; second++)
    addToWindowCells(cells, T0 + second * 1_000, "ann", dimensionsOf("AT", "mobile", "Direct"), views);
  const part = JSON.parse(new Map(cellsParts(cells)).get("cells") ?? "");
  const { closed_n: _, ...rest } = part;
  const old = JSON.stringify({ closed: cells.closed, ...rest });
  const woken = reloaded([["cells", old]]);
  expect(woken.closed_n).toEqual({ "1s": 24, "5s": 4, "60s": 0 });
  const again = reloaded(cellsParts(woken));
  for (const name of ["1s", "5s", "60s"] as const) {
    const series = filteredSeries(cells, name, {}, T0 + 25_000);
    expect(filteredSeries(woken, name, {}, T0 + 25_000)).toEqual(series);
    expect(filteredSeries(again, name, {}, T0 + 25_000)).toEqual(series);
  }
});

describe("a picture under a filter", () => {
  const picture = (of: ReturnType<typeof world>, asked: LiveFilter) =>
    snapshotOf(of.state, "s", T0 + 1_000, ZONE, asked);

  test("counts today's page views, visitors and sessions of what it lets through", () => {
    const shop = world();
    const tab = (name: string) => ({ kind: "visitor" as const, tab: name });
    shop.take(batchOf("ann", tab("1"), [at(0, "pageview", "/", 0), at(10, "pageview", "/a", 1)], T0 + 20));
    shop.take(batchOf("ann", tab("1"), [at(30, "pageview", "/a", 2), at(40, "error", "/a", 3)], T0 + 50));
    const german = batchOf("bob", tab("2"), [at(60, "pageview", "/a", 0)], T0 + 70);
    german.dimensions.country = "DE";
    shop.take(german);
    const today = (asked: LiveFilter) => {
      const { date: _, ...totals } = picture(shop, asked).today;
      return totals;
    };
    expect(today({ country: "AT" })).toEqual({ page_views: 3, visitors: 1, sessions: 1, events: 4, errors: 1 });
    expect(today({ country: "DE" })).toEqual({ page_views: 1, visitors: 1, sessions: 1, events: 1, errors: 0 });
    expect(today({ page: "/a" })).toEqual({ page_views: 3, visitors: 2, sessions: 2, events: 4, errors: 1 });
    expect(today({ page: "/a", country: "DE" })).toMatchObject({ page_views: 1, visitors: 1, sessions: 1 });
    expect(today({ page: "/c" })).toEqual({ page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 });
    // All countries together are what no filter says.
    const { date: _, ...whole } = picture(shop, {}).today;
    expect(whole).toEqual({ page_views: 4, visitors: 2, sessions: 2, events: 5, errors: 1 });
  });

  test("shows the feed's items of it alone", () => {
    const shop = world();
    shop.take(
      batchOf("ann", { kind: "visitor", tab: "1" }, [at(0, "pageview", "/", 0), at(10, "pageview", "/a", 1)], T0 + 20),
    );
    expect(picture(shop, { page: "/" }).feed.map(({ path }) => path)).toEqual(["/"]);
    expect(picture(shop, { country: "DE" }).feed).toEqual([]);
  });
});
