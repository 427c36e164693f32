import { FEED_ITEMS, TOP_ROWS, WINDOW_POINTS, WINDOW_ROUTES } from "../../protocol/limits";
import {
  type CountRow,
  type DropCount,
  type FeedItem,
  type LiveNumbers,
  type LiveSession,
  type LiveSnapshot,
  WINDOW_LENGTHS,
  type WindowName,
  type WindowPoint,
  type WindowSeries,
} from "../../protocol/live";

const LISTS = ["pages", "sources", "countries", "devices"] as const;
type List = (typeof LISTS)[number];

/**
 * The live pictures of several sites as one. Counts are sums: a visitor of two sites is two, since nothing connects them.
 * A row is that of all sites with that value, as a filter by it would find it.
 */
export interface MergedPicture extends Omit<LiveNumbers, "today"> {
  /** `date` is null where the sites' time zones are at different days: each site counts its own. */
  today: Omit<LiveNumbers["today"], "date"> & { date: string | null };
  windows: WindowSeries;
  sessions: (LiveSession & { site: string })[];
  feed: (FeedItem & { site: string })[];
  /** Lists of which some site shows its first rows only: a row may count a few visitors too little. */
  cut: List[];
}

/** `at` in milliseconds since 1970 where there is no picture. */
export function mergePictures(pictures: readonly LiveSnapshot[], at: number): MergedPicture {
  const sum = (count: (picture: LiveSnapshot) => number) => pictures.reduce((all, one) => all + count(one), 0);
  const rows = (list: List) => mergeRows(pictures.map((picture) => picture[list]));
  // What one site counted after another was asked does not close a window for all.
  const taken = pictures.length === 0 ? at : Math.min(...pictures.map((picture) => picture.at));
  const dates = new Set(pictures.map(({ today }) => today.date));
  const moments = (of: (picture: LiveSnapshot) => number | null) => pictures.map(of).filter((time) => time !== null);
  const first = moments(({ first_event_at }) => first_event_at);
  const last = moments(({ last_event_at }) => last_event_at);
  return {
    at: taken,
    now: sum(({ now }) => now),
    connections: sum(({ connections }) => connections),
    active: sum(({ active }) => active),
    today: {
      date: dates.size === 1 ? ([...dates][0] ?? null) : null,
      page_views: sum(({ today }) => today.page_views),
      visitors: sum(({ today }) => today.visitors),
      sessions: sum(({ today }) => today.sessions),
      events: sum(({ today }) => today.events),
      errors: sum(({ today }) => today.errors),
      ...(pictures.some(({ today }) => today.cut) && { cut: true }),
    },
    pages: rows("pages"),
    sources: rows("sources"),
    countries: rows("countries"),
    devices: rows("devices"),
    drops: mergeDrops(pictures.flatMap(({ drops }) => drops)),
    first_event_at: first.length === 0 ? null : Math.min(...first),
    last_event_at: last.length === 0 ? null : Math.max(...last),
    windows: {
      "1s": mergeSeries(pictures, "1s", taken),
      "5s": mergeSeries(pictures, "5s", taken),
      "60s": mergeSeries(pictures, "60s", taken),
    },
    sessions: pictures
      .flatMap(({ site_id, sessions }) => sessions.map((session) => ({ ...session, site: site_id })))
      .sort((a, b) => b.last_activity - a.last_activity || order(a.session_id, b.session_id)),
    feed: pictures
      .flatMap(({ site_id, feed }) => feed.map((item) => ({ ...item, site: site_id })))
      .sort((a, b) => b.at - a.at || b.n - a.n || order(a.site, b.site))
      .slice(0, FEED_ITEMS),
    cut: LISTS.filter((list) => pictures.length > 1 && pictures.some((picture) => picture[list].length >= TOP_ROWS)),
  };
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function mergeRows(lists: readonly CountRow[][]): CountRow[] {
  const sums = new Map<string, number>();
  for (const { value, visitors } of lists.flat()) sums.set(value, (sums.get(value) ?? 0) + visitors);
  return [...sums]
    .map(([value, visitors]) => ({ value, visitors }))
    .sort((a, b) => b.visitors - a.visitors || order(a.value, b.value))
    .slice(0, TOP_ROWS);
}

function mergeDrops(drops: readonly DropCount[]): DropCount[] {
  const sums = new Map<string, DropCount>();
  for (const drop of drops) {
    const had = sums.get(drop.reason);
    const newer = !had || drop.last_at >= had.last_at ? drop : had;
    sums.set(drop.reason, { ...newer, count: drop.count + (had?.count ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}

/** Windows are aligned to their length, so those of the same time are the same window. */
function mergeSeries(pictures: readonly LiveSnapshot[], name: WindowName, at: number): WindowPoint[] {
  const points = new Map<number, WindowPoint>();
  for (const point of pictures.flatMap(({ windows }) => windows[name])) {
    if (point.at > at) continue;
    const had = points.get(point.at);
    points.set(point.at, had ? addPoints(had, point) : point);
  }
  // A site that is quiet now has older windows; as many are shown as of one site.
  const running = Math.floor(at / WINDOW_LENGTHS[name]) * WINDOW_LENGTHS[name];
  const sorted = [...points.values()].sort((a, b) => a.at - b.at);
  return [
    ...sorted.filter((point) => point.at < running).slice(-WINDOW_POINTS),
    ...sorted.filter((point) => point.at >= running),
  ];
}

function addPoints(a: WindowPoint, b: WindowPoint): WindowPoint {
  const routes = new Map(a.routes);
  for (const [path, count] of b.routes) routes.set(path, (routes.get(path) ?? 0) + count);
  return {
    at: a.at,
    events: a.events + b.events,
    page_views: a.page_views + b.page_views,
    users: a.users + b.users,
    errors: a.errors + b.errors,
    routes: [...routes].sort((x, y) => y[1] - x[1] || order(x[0], y[0])).slice(0, WINDOW_ROUTES),
    ...((a.cut || b.cut) && { cut: true }),
  };
}
