import type { Dimensions } from "../../../protocol/ingest";
import { CELL_CHARACTERS, CELL_VISITORS, DAY_CELLS, WINDOW_CELLS, WINDOW_POINTS } from "../../../protocol/limits";
import {
  type LiveFilter,
  type TodayTotals,
  WINDOW_LENGTHS,
  type WindowName,
  type WindowPoint,
} from "../../../protocol/live";
import type { CountedEvent } from "./entry";
import { type StoredVisitor, type VisitorSet, visitorKey, visitorSet } from "./visitor-set";
import { topRoutes, WINDOW_NAMES, windowStart } from "./windows";

/**
 * Counts of windows and days by country, device and source together, and again by page: what a filter of live numbers
 * adds up. A cell of no page holds all events of its combination, so each event is in two cells, and sums over either kind
 * count it once. So do sums of visitors, but for one who comes by two sources: in a window each counts them, in a day the
 * first.
 */
export interface Cells {
  running: Record<WindowName, RunningCells | null>;
  /** Oldest first, with up to a chunk more than are read. */
  closed: Record<WindowName, ClosedCells[]>;
  /** How many ever closed. */
  closed_n: Record<WindowName, number>;
  days: Map<number, DayCells>;
}

/** Cells by key, as many as are kept. */
interface Kept<Cell> {
  /** There were more cells, or more visitors in them, than are kept: sums may lack some. */
  cut: boolean;
  cells: Map<string, Cell>;
  /** Of all keys together. */
  characters: number;
}

interface RunningCells extends Kept<RunningCell> {
  at: number;
  /** In all cells together. */
  visitors: number;
}

interface RunningCell {
  events: number;
  page_views: number;
  errors: number;
  users: VisitorSet;
}

type Sum = Omit<RunningCell, "users">;

/** Closed windows are read where somebody filters and never change: kept as the text that the snapshot has. */
interface ClosedCells {
  at: number;
  cut: boolean;
  /** JSON of `ClosedCell[]`. */
  text: string;
}

type ClosedCell = [key: string, events: number, page_views: number, errors: number, users: number];

export type DayCell = Omit<TodayTotals, "date" | "cut">;

type DayCells = Kept<DayCell>;

export function emptyCells(): Cells {
  return {
    running: { "1s": null, "5s": null, "60s": null },
    closed: { "1s": [], "5s": [], "60s": [] },
    closed_n: { "1s": 0, "5s": 0, "60s": 0 },
    days: new Map(),
  };
}

const combination = ({ country, device, source }: Dimensions) => `${country ?? ""}\n${device}\n${source}\n`;

/** The cell of `key`, made where there is none; null where no more are kept: as many as `most`, and as long keys as those have. */
function cellAt<Cell>(of: Kept<Cell>, key: string, most: number, empty: () => Cell): Cell | null {
  const had = of.cells.get(key);
  if (had) return had;
  if (of.cells.size >= most || of.characters + key.length > most * CELL_CHARACTERS) {
    of.cut = true;
    return null;
  }
  const cell = empty();
  of.cells.set(key, cell);
  of.characters += key.length;
  return cell;
}

/** Cells that were stored. */
function kept<Cell>(cut: boolean, cells: Map<string, Cell>): Kept<Cell> {
  let characters = 0;
  for (const key of cells.keys()) characters += key.length;
  return { cut, cells, characters };
}

const emptyCell = (): RunningCell => ({ events: 0, page_views: 0, errors: 0, users: new Set() });

/** Counts events of one visitor (null: without id) that arrived at `now`. */
export function addToWindowCells(
  cells: Cells,
  now: number,
  visitor: string | null,
  dimensions: Dimensions,
  events: readonly CountedEvent[],
): void {
  rollCells(cells, now);
  const all = combination(dimensions);
  const whole: Sum = { events: 0, page_views: 0, errors: 0 };
  const byPath = new Map<string, Sum>();
  for (const { type, path } of events) {
    let sum = byPath.get(path);
    if (!sum) {
      sum = { events: 0, page_views: 0, errors: 0 };
      byPath.set(path, sum);
    }
    sum.events++;
    whole.events++;
    if (type === "pageview") {
      sum.page_views++;
      whole.page_views++;
    } else if (type === "error") {
      sum.errors++;
      whole.errors++;
    }
  }
  const sums: [key: string, sum: Sum][] = [[all, whole]];
  for (const [path, sum] of byPath) sums.push([all + path, sum]);
  const user = visitor === null ? null : visitorKey(visitor);
  for (const name of WINDOW_NAMES) {
    const running = cells.running[name] ?? {
      at: windowStart(cells.closed[name], WINDOW_LENGTHS[name], now),
      ...kept(false, new Map()),
      visitors: 0,
    };
    cells.running[name] = running;
    for (const [key, sum] of sums) {
      const cell = cellAt(running, key, WINDOW_CELLS[name], emptyCell);
      if (!cell) continue;
      cell.events += sum.events;
      cell.page_views += sum.page_views;
      cell.errors += sum.errors;
      if (user === null || cell.users.has(user)) continue;
      if (running.visitors >= CELL_VISITORS) running.cut = true;
      else {
        cell.users.add(user);
        running.visitors++;
      }
    }
  }
}

/** Adds to a day's cell of the combination, and of `path` where it is given. */
export function addToDayCell(
  cells: Cells,
  day: number,
  dimensions: Dimensions,
  path: string,
  counts: Partial<DayCell>,
): void {
  let of = cells.days.get(day);
  if (!of) {
    of = kept(false, new Map());
    cells.days.set(day, of);
  }
  const cell = cellAt(of, combination(dimensions) + path, DAY_CELLS, noTotals);
  if (cell) addTotals(cell, counts);
}

const noTotals = (): DayCell => ({ page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 });

function addTotals(totals: DayCell, more: Partial<DayCell>): void {
  totals.page_views += more.page_views ?? 0;
  totals.visitors += more.visitors ?? 0;
  totals.sessions += more.sessions ?? 0;
  totals.events += more.events ?? 0;
  totals.errors += more.errors ?? 0;
}

function rollCells(cells: Cells, now: number): void {
  for (const name of WINDOW_NAMES) {
    const running = cells.running[name];
    if (!running || running.at + WINDOW_LENGTHS[name] > now) continue;
    const closed = cells.closed[name];
    closed.push({ at: running.at, cut: running.cut, text: JSON.stringify(closedCells(running)) });
    cells.closed_n[name]++;
    // By whole chunks: one that lost its first window would have to be written again.
    if (closed.length >= WINDOW_POINTS + CHUNK) closed.splice(0, CHUNK);
    cells.running[name] = null;
  }
}

function closedCells({ cells }: RunningCells): ClosedCell[] {
  return [...cells].map(([key, { events, page_views, errors, users }]) => [
    key,
    events,
    page_views,
    errors,
    users.size,
  ]);
}

/** What a key is made of. */
interface Place {
  country: string;
  device: string;
  source: string;
  /** Empty: all pages. */
  page: string;
}

function placeOf(key: string): Place {
  const [country = "", device = "", source = "", ...path] = key.split("\n");
  return { country, device, source, page: path.join("\n") };
}

/** True for a cell that counts what the filter lets through: of its page, or of no page where it says none. */
function matcher(filter: LiveFilter): (place: Place, paths: "all" | "each") => boolean {
  return ({ country, device, source, page }, paths) =>
    (filter.country === undefined || filter.country === country) &&
    (filter.device === undefined || filter.device === device) &&
    (filter.source === undefined || filter.source === source) &&
    (filter.page !== undefined ? page === filter.page : (page === "") === (paths === "all"));
}

/** The windows of one length as of `now`, of what the filter lets through; windows in which nothing of it came are absent. */
export function filteredSeries(cells: Cells, name: WindowName, filter: LiveFilter, now: number): WindowPoint[] {
  rollCells(cells, now);
  const running = cells.running[name];
  const shown = cells.closed[name].slice(-WINDOW_POINTS);
  const windows = shown.map((closed) => ({ at: closed.at, cut: closed.cut, cells: readCells(closed) }));
  if (running) windows.push({ at: running.at, cut: running.cut, cells: placedCells(closedCells(running)) });
  const matches = matcher(filter);
  return windows
    .map(({ at, cut, cells: all }) => {
      const point: WindowPoint = { at, events: 0, page_views: 0, users: 0, errors: 0, routes: [] };
      const routes = new Map<string, number>();
      for (const { place, events, page_views, errors, users } of all) {
        if (matches(place, "all")) {
          point.events += events;
          point.page_views += page_views;
          point.errors += errors;
          point.users += users;
        }
        if (page_views > 0 && matches(place, "each")) {
          routes.set(place.page, (routes.get(place.page) ?? 0) + page_views);
        }
      }
      return { ...point, ...topRoutes(routes), ...(cut && { cut: true as const }) };
    })
    .filter((point) => point.events > 0 || "cut" in point);
}

/** A cell as filters read it. */
interface PlacedCell extends Sum {
  place: Place;
  users: number;
}

const placedCells = (cells: readonly ClosedCell[]): PlacedCell[] =>
  cells.map(([key, events, page_views, errors, users]) => ({ place: placeOf(key), events, page_views, errors, users }));

/** Of closed windows that somebody asked for by a filter: reading all anew each time would hold up ingest. Gone with its window. */
const READ = new WeakMap<ClosedCells, readonly PlacedCell[]>();

function readCells(closed: ClosedCells): readonly PlacedCell[] {
  const had = READ.get(closed);
  if (had) return had;
  // Written by `rollCells` alone.
  const cells: ClosedCell[] = JSON.parse(closed.text);
  const placed = placedCells(cells);
  READ.set(closed, placed);
  return placed;
}

/** The totals of a day, of what the filter lets through. Of visitors and sessions a page's are those that viewed it. */
export function filteredTotals(cells: Cells, day: number, filter: LiveFilter): DayCell & { cut?: true } {
  const totals = noTotals();
  const of = cells.days.get(day);
  if (!of) return totals;
  const matches = matcher(filter);
  for (const [key, cell] of of.cells) if (matches(placeOf(key), "all")) addTotals(totals, cell);
  return of.cut ? { ...totals, cut: true } : totals;
}

/** Closed windows a part of the snapshot. */
const CHUNK = 10;
/** As many names as chunks can be there at a time: one that is gone is written over, since a deleted row is paid for too. */
const CHUNK_NAMES = Math.ceil(WINDOW_POINTS / CHUNK) + 1;

/** Of chunks that are full, by their first window: they never change. */
const CHUNK_TEXTS = new WeakMap<ClosedCells, string>();

/** As the snapshot has them, by name: `cells`, and closed windows in chunks as `cells/NAME/I`. */
export function* cellsParts(cells: Cells): Generator<[name: string, text: string]> {
  const running = WINDOW_NAMES.flatMap((name) => {
    const of = cells.running[name];
    if (!of) return [];
    const rows = [...of.cells].map(([key, { users, ...counts }]) => ({ key, ...counts, users: [...users] }));
    return [{ name, at: of.at, cut: of.cut, rows }];
  });
  const days = [...cells.days].map(([day, of]) => ({ day, cut: of.cut, rows: [...of.cells] }));
  yield ["cells", JSON.stringify({ closed_n: cells.closed_n, running, days } satisfies CellsPart)];
  for (const name of WINDOW_NAMES) {
    const closed = cells.closed[name];
    const first = cells.closed_n[name] - closed.length;
    for (let from = 0; from < closed.length; ) {
      const number = Math.floor((first + from) / CHUNK);
      const chunk = closed.slice(from, (number + 1) * CHUNK - first);
      yield [`cells/${name}/${number % CHUNK_NAMES}`, chunkText(chunk)];
      from += chunk.length;
    }
  }
}

function chunkText(chunk: readonly ClosedCells[]): string {
  const [first] = chunk;
  if (!first || chunk.length < CHUNK) return JSON.stringify(chunk);
  const text = CHUNK_TEXTS.get(first) ?? JSON.stringify(chunk);
  CHUNK_TEXTS.set(first, text);
  return text;
}

interface CellsPart {
  closed_n: Cells["closed_n"];
  running: {
    name: WindowName;
    at: number;
    cut: boolean;
    rows: (Omit<RunningCell, "users"> & { key: string; users: StoredVisitor[] })[];
  }[];
  days: { day: number; cut: boolean; rows: [string, DayCell][] }[];
}

/** Before closed windows had parts of their own. */
interface OldCellsPart extends Omit<CellsPart, "closed_n"> {
  closed: Cells["closed"];
}

/** Puts back one part that `cellsParts` wrote; they may come in any order. */
export function loadCellsPart(cells: Cells, part: string, text: string): void {
  const chunkOf = WINDOW_NAMES.find((name) => part.startsWith(`cells/${name}/`));
  if (chunkOf) {
    const chunk: ClosedCells[] = JSON.parse(text);
    cells.closed[chunkOf].push(...chunk);
    cells.closed[chunkOf].sort((a, b) => a.at - b.at);
    return;
  }
  const stored: CellsPart | OldCellsPart = JSON.parse(text);
  if ("closed" in stored) {
    cells.closed = stored.closed;
    for (const name of WINDOW_NAMES) cells.closed_n[name] = stored.closed[name].length;
  } else cells.closed_n = stored.closed_n;
  for (const { name, at, cut, rows } of stored.running) {
    const sets = rows.map(({ key, users, ...counts }): [string, RunningCell] => [
      key,
      { ...counts, users: visitorSet(users) },
    ]);
    const visitors = sets.reduce((sum, [, { users }]) => sum + users.size, 0);
    cells.running[name] = { at, ...kept(cut, new Map(sets)), visitors };
  }
  for (const { day, cut, rows } of stored.days) cells.days.set(day, kept(cut, new Map(rows)));
}
