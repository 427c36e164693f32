import type { Context } from "hono";
import * as z from "zod";
import { activityOf, detailedOf, summaryOf, windowsOf } from "../../durable-objects/site/model/outward";
import { ALERTS_RECENT } from "../../protocol/alerts";
import { LIVE_SESSIONS_SHOWN, TEXT } from "../../protocol/limits";
import type { LiveFilter, LiveSession, LiveSnapshot } from "../../protocol/live";
import type { Site } from "../../protocol/management";
import { fieldsOf } from "../ingest/normalize-event";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail, ok } from "../reply";
import { type MergedPicture, mergePictures } from "../reports/merge-pictures";
import { readSites, type SitesRead } from "../reports/read-sites";
import { queryOf } from "./query-of";
import type { AppEnv, Handler, Route } from "./route";
import { sitesScope } from "./scopes";

type C = Context<AppEnv>;

const text = z.string().max(TEXT.url);
const LiveQuery = z.object({
  country: text.optional(),
  page: text.optional(),
  device: text.optional(),
  source: text.optional(),
  limit: z.coerce.number().int().min(1).max(LIVE_SESSIONS_SHOWN).default(LIVE_SESSIONS_SHOWN),
  window: z.enum(["1s", "5s", "60s"], "1s, 5s or 60s.").optional(),
});
type LiveQuery = z.infer<typeof LiveQuery>;
/** What says of which sites it is. */
const SITES = ["site", "group", "org"];

/** What a live read gets: the merged picture, and of several sites each one's own. */
interface LiveRead {
  picture: MergedPicture;
  query: LiveQuery;
  sites: SitesRead<LiveSnapshot>;
  /** True where a single site was asked for by its id. */
  single: boolean;
}

/** Runs a live read of the authorized sites with the query's filter. */
function liveRead(reply: (read: LiveRead) => object): Handler {
  return async (c) => {
    const query = queryOf(c);
    const unknown = Object.keys(query).filter((name) => !(name in LiveQuery.shape) && !SITES.includes(name));
    if (unknown.length > 0) {
      // One that is not applied must not look as if it were.
      const fields = Object.fromEntries(unknown.slice(0, 10).map((name) => [name, "There is no such parameter."]));
      return fail("invalid", "A filter is wrong.", fields);
    }
    const parsed = LiveQuery.safeParse(query);
    if (!parsed.success) return fail("invalid", "A filter is wrong.", fieldsOf(parsed.error));
    const { of, sites } = sitesScope(c);
    const { country, page, device, source } = parsed.data;
    const filter = definedOnly({ country, page, device, source });
    const single = of.kind === "site";
    const read = await readPictures(
      c,
      sites.map(({ site }) => site),
      filter,
      single,
    );
    if (read.read.length === 0 && read.failed.length > 0) {
      return fail("unavailable", "None of the sites could be read. Try again.", undefined, { "Retry-After": "5" });
    }
    const picture = mergePictures(
      read.read.map(({ value }) => value),
      Date.now(),
    );
    return ok({
      ...reply({ picture, query: parsed.data, sites: read, single }),
      ...(!single && { sites: sitesReply(read) }),
      generated_at: new Date().toISOString(),
    });
  };
}

async function readPictures(c: C, sites: readonly Site[], filter: LiveFilter, single: boolean) {
  const pictureOf = (site: Site) => callSite(c.env, site.id, (stub) => stub.picture(siteFacts(c.env, site), filter));
  if (!single) return readSites(sites, pictureOf);
  // An error of the only site is the answer's.
  const read = await Promise.all(sites.map(async (site) => ({ site, value: await pictureOf(site) })));
  return { read, failed: [], left_out: 0 };
}

/** Which sites the figures are of, and which are missing in them. */
function sitesReply({ read, failed, left_out }: SitesRead<LiveSnapshot>) {
  return { count: read.length, partial: failed.length + left_out > 0, failed, left_out };
}

function definedOnly(filter: { [K in keyof LiveFilter]?: string | undefined }): LiveFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** A live session in the terms of `/api/analytics`: times as ISO 8601, the duration in seconds. */
function sessionRow(session: LiveSession & { site: string }) {
  return {
    ...activityOf(session),
    site: session.site,
    country: session.country,
    device: session.device,
    last_activity: new Date(session.last_activity).toISOString(),
    started_at: new Date(session.started_at).toISOString(),
    browser: session.browser,
    os: session.os,
    source: session.source,
    page_views: session.page_views,
    events: session.events,
    errors: session.errors,
    now: session.now,
  };
}

const summary = liveRead(({ picture }) => ({ summary: summaryOf(picture) }));

const sessions = liveRead(({ picture, query }) => ({
  sessions: picture.sessions.slice(0, query.limit).map(sessionRow),
  total_count: picture.active,
}));

const detailed = liveRead(({ picture, sites, single }) => ({
  ...detailedOf(picture),
  alerts: recentAlerts(sites.read),
  ...(single ? { snapshot: sites.read[0]?.value } : { per_site: sites.read.map(siteRow), cut: picture.cut }),
}));

/** The last alerts of all the sites, newest first. */
function recentAlerts(read: SitesRead<LiveSnapshot>["read"]) {
  const all = read.flatMap(({ site, value }) => (value.alerts ?? []).map((alert) => ({ site: site.id, ...alert })));
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, ALERTS_RECENT);
}

/** One site among several, in the order of the sites. */
function siteRow({ site, value }: SitesRead<LiveSnapshot>["read"][number]) {
  return {
    site: site.id,
    name: site.name,
    now: value.now,
    connections: value.connections,
    total_active: value.active,
    total_today: value.today.page_views,
    last_event_at: value.last_event_at === null ? null : new Date(value.last_event_at).toISOString(),
  };
}

const aggregates = liveRead(({ picture, query }) => {
  const windows = (query.window ? [query.window] : (["1s", "5s", "60s"] as const)).map((name) =>
    windowsOf(picture, name),
  );
  return query.window ? { ...windows[0] } : { windows };
});

const read = { kind: "sites", action: "read" } as const;

export const analyticsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/analytics/summary", access: read, handler: summary },
  { method: "GET", path: "/api/analytics/sessions", access: read, handler: sessions },
  { method: "GET", path: "/api/analytics/detailed", access: read, handler: detailed },
  { method: "GET", path: "/api/aggregates", access: read, handler: aggregates },
];
