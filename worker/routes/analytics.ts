import * as z from "zod";
import { activityOf, detailedOf, summaryOf, windowsOf } from "../../durable-objects/site/model/outward";
import { ALERTS_RECENT } from "../../protocol/alerts";
import { LIVE_SESSIONS_SHOWN, TEXT } from "../../protocol/limits";
import type { LiveFilter, LiveSession, LiveSnapshot } from "../../protocol/live";
import { fieldsOf } from "../ingest/normalize-event";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail, ok } from "../reply";
import { type MergedPicture, mergePictures } from "../reports/merge-pictures";
import { readLive, siteRow, sitesReply } from "../reports/read-live";
import type { SitesRead } from "../reports/read-sites";
import { queryOf } from "./query-of";
import type { Handler, Route } from "./route";
import { sitesScope } from "./scopes";

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
    const { of } = sitesScope(c);
    const { country, page, device, source } = parsed.data;
    const filter = definedOnly({ country, page, device, source });
    const single = of.kind === "site";
    const read = await readLive(sitesScope(c), (site) =>
      callSite(c.env, site.id, (stub) => stub.picture(siteFacts(c.env, site), filter)),
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
