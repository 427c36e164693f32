import type { Site } from "../../../../protocol/management";
import type { OrgSite, Second, SiteReport } from "../../../../protocol/org";

/** A site of the organization's page with what is known of it now. */
export interface SiteTile {
  site: Site;
  report: SiteReport | null;
  /** In the last 60 seconds. */
  events: number;
  errors: number;
  /** Page views since midnight in the site's time zone. */
  views: number;
}

export interface TileFilter {
  group: string | undefined;
  query: string;
}

const MINUTE = 60_000;

/**
 * The sites that match, in the order in which they were added. `now` is the server's clock, milliseconds since 1970.
 * Those of `had` that did not change keep their identity, so that only what changed is drawn again.
 */
export function tilesOf(
  sites: readonly Site[],
  known: ReadonlyMap<string, OrgSite> | null,
  { group, query }: TileFilter,
  now: number,
  had: readonly SiteTile[] = [],
): SiteTile[] {
  const before = new Map(had.map((tile) => [tile.site.id, tile]));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (site: Site) => {
    // The socket hears of a move between groups before the list of sites is read anew.
    if (group !== undefined && (known?.get(site.id)?.group_id ?? site.group_id) !== group) return false;
    return words.length === 0 || words.every((word) => searched(site).includes(word));
  };
  return sites.filter(fits).map((site) => {
    const report = known?.get(site.id)?.report ?? null;
    const { events, errors } = sumOf(report?.seconds ?? [], now);
    const tile = { site, report, events, errors, views: viewsToday(site, report, now) };
    const same = before.get(site.id);
    return same && sameTile(same, tile) ? same : tile;
  });
}

const searched = ({ name, domains }: Site): string => `${name} ${domains.join(" ")}`.toLowerCase();

const sameTile = (a: SiteTile, b: SiteTile): boolean =>
  a.site === b.site && a.report === b.report && a.events === b.events && a.errors === b.errors && a.views === b.views;

function sumOf(seconds: readonly Second[], now: number): { events: number; errors: number } {
  const sum = { events: 0, errors: 0 };
  for (const [at, events, errors] of seconds) {
    if (at <= now - MINUTE) continue;
    sum.events += events;
    sum.errors += errors;
  }
  return sum;
}

const days = new Map<string, Intl.DateTimeFormat>();

/** A site that sleeps over midnight tells yesterday's numbers. */
function viewsToday({ time_zone }: Site, report: SiteReport | null, now: number): number {
  if (!report || now - report.at < MINUTE) return report?.today.page_views ?? 0;
  let day = days.get(time_zone);
  // Of the locales this one writes a day as 2026-11-21.
  if (!day) days.set(time_zone, (day = new Intl.DateTimeFormat("sv", { timeZone: time_zone })));
  return report.today.date === "" || day.format(now) === report.today.date ? report.today.page_views : 0;
}

/** Steps of doubling: what is about as busy stays where it is. */
const step = (value: number): number => (value === 0 ? 0 : 1 + Math.floor(Math.log2(value)));

/** Ids ordered by what moves: events lately, then who is here, then who was here last, then by name. */
export function orderOf(tiles: readonly SiteTile[]): string[] {
  const hour = ({ report }: SiteTile) => Math.floor((report?.last_event_at ?? 0) / 3_600_000);
  return tiles
    .toSorted(
      (a, b) =>
        step(b.events) - step(a.events) ||
        step(b.report?.now ?? 0) - step(a.report?.now ?? 0) ||
        hour(b) - hour(a) ||
        a.site.name.localeCompare(b.site.name),
    )
    .map(({ site }) => site.id);
}

export interface OrgTotals {
  now: number;
  connections: number;
  events: number;
  errors: number;
  views: number;
  /** Sites with somebody there. */
  busy: number;
  /** By second, as the strip draws them. */
  points: { at: number; events: number; errors: number }[];
}

export function totalsOf(tiles: readonly SiteTile[]): OrgTotals {
  const totals = { now: 0, connections: 0, events: 0, errors: 0, views: 0, busy: 0 };
  const seconds = new Map<number, { at: number; events: number; errors: number }>();
  for (const { report, events, errors, views } of tiles) {
    totals.now += report?.now ?? 0;
    totals.connections += report?.connections ?? 0;
    totals.events += events;
    totals.errors += errors;
    totals.views += views;
    if ((report?.now ?? 0) > 0) totals.busy++;
    for (const [at, count, wrong] of report?.seconds ?? []) {
      const point = seconds.get(at) ?? { at, events: 0, errors: 0 };
      point.events += count;
      point.errors += wrong;
      seconds.set(at, point);
    }
  }
  return { ...totals, points: [...seconds.values()].sort((a, b) => a.at - b.at) };
}

const BARS = 60;
/** The top of a sparkline is at least this many events, so that a single one does not fill it. */
const LEAST = 4;

/** The last minute as two SVG paths of upright strokes on a field of 120 by 24: all events, and the errors among them. */
export function sparkOf(seconds: readonly Second[], now: number): { events: string; errors: string } {
  const last = Math.floor(now / 1_000) * 1_000;
  const shown = seconds.filter(([at, events]) => at > last - BARS * 1_000 && at <= last && events > 0);
  const most = Math.max(LEAST, ...shown.map(([, events]) => events));
  const stroke = (at: number, value: number) => {
    const x = 120 - ((last - at) / 1_000) * 2 - 1;
    return `M${x} 24V${(24 - Math.max(1.5, (value / most) * 23)).toFixed(1)}`;
  };
  return {
    events: shown.map(([at, events]) => stroke(at, events)).join(""),
    errors: shown
      .flatMap(([at, events, errors]) => (errors > 0 ? [stroke(at, Math.min(errors, events))] : []))
      .join(""),
  };
}
