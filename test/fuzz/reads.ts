import * as z from "zod";
import { ANONYMOUS_SESSION } from "../../durable-objects/site/model/entry.ts";
import { getJson, withKey } from "../support/api.ts";
import type { SiteName, World } from "./world.ts";

/** What the API says of a site after all that was sent to it. */

const Aggregate = z.object({ data: z.tuple([z.object({ page_views: z.number(), events: z.number() })]) });
const Rows = z.object({ data: z.array(z.object({ events: z.number(), page_views: z.number() })) });
const Events = z.object({
  data: z.array(z.looseObject({ session_id: z.string(), n: z.number(), event_type: z.string() })),
  next_cursor: z.string().nullable(),
});
const Sessions = z.object({
  data: z.array(z.looseObject({ session_id: z.string(), events: z.number() })),
  total: z.number(),
});

export function readerOf(world: World, name: SiteName) {
  const site = world.ids[name];
  const get = <T extends z.ZodType>(path: string, schema: T) =>
    getJson(world.server, `${path}${path.includes("?") ? "&" : "?"}site=${site}`, schema, withKey(world.server.key));

  return {
    get,
    /** Counts of all time by rollups. */
    aggregate: async () =>
      (await get("/api/v1/stats/aggregate?period=all&metrics=page_views,events", Aggregate)).data[0],
    /** Events of all rows of a breakdown together; values beyond the limit are missing. */
    breakdown: async (dimension: string) => {
      const path = `/api/v1/stats/breakdown?period=all&metrics=events,page_views&limit=1000&dimension=${dimension}`;
      return (await get(path, Rows)).data.reduce((sum, { events }) => sum + events, 0);
    },
    /** Every raw event, page by page. */
    events: async () => {
      const all: z.infer<typeof Events>["data"] = [];
      let cursor: string | null = null;
      do {
        const next: string = cursor === null ? "" : `&cursor=${cursor}`;
        const page: z.infer<typeof Events> = await get(`/api/events?from=1970-01-01&limit=1000${next}`, Events);
        all.push(...page.data);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return all;
    },
    /** How many events a session has, read by its name. */
    eventsOf: async (session_id: string) => {
      const path = `/api/v1/sessions/${encodeURIComponent(session_id)}/events`;
      return (await get(path, z.object({ total: z.number() }))).total;
    },
    /** Every session, page by page. */
    sessions: async () => {
      const all: z.infer<typeof Sessions>["data"] = [];
      for (let total = 1; all.length < total; ) {
        const page = await get(`/api/v1/sessions?limit=500&offset=${all.length}`, Sessions);
        all.push(...page.data);
        total = page.total;
        if (page.data.length === 0) break;
      }
      return all;
    },
  };
}

export const isAnonymous = ({ session_id }: { session_id: string }) => session_id === ANONYMOUS_SESSION;

/** Reads that must answer whatever was sent; `site` is added. */
export const READS = [
  "/api/analytics/summary",
  "/api/analytics/sessions",
  "/api/analytics/detailed",
  "/api/aggregates",
  "/api/aggregates?window=60s",
  "/api/events",
  "/api/v1/sessions",
  "/api/v1/stats/aggregate?period=all",
  "/api/v1/stats/timeseries?period=all&interval=day",
  "/api/v1/stats/timeseries?period=today&interval=hour",
  ..."page entry exit source channel campaign country device browser os event"
    .split(" ")
    .map((dimension) => `/api/v1/stats/breakdown?period=all&dimension=${dimension}`),
] as const;
