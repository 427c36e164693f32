import * as z from "zod";
import type { Session } from "../../durable-objects/site/model/session";
import type { SiteScope } from "../routes/route";

/** Sessions read back: D1's rows, and over them what the site's object knows better. */

const SessionRow = z.object({
  session_id: z.string(),
  visitor_id: z.string(),
  user_id: z.string().nullable(),
  started_at: z.number(),
  last_activity_at: z.number(),
  ended_at: z.number().nullable(),
  entry_page: z.string(),
  exit_page: z.string(),
  page_url: z.string(),
  referrer: z.string(),
  source: z.string(),
  channel: z.string(),
  campaign: z.string(),
  medium: z.string(),
  country: z.string().nullable(),
  region: z.string().nullable(),
  city: z.string().nullable(),
  device_type: z.string(),
  browser: z.string(),
  browser_version: z.string(),
  os: z.string(),
  language: z.string(),
  screen_width: z.number().nullable(),
  screen_height: z.number().nullable(),
  viewport_width: z.number().nullable(),
  viewport_height: z.number().nullable(),
  page_views: z.number(),
  events: z.number(),
  errors: z.number(),
  engaged_ms: z.number(),
  journey: z.string(),
  id_mode: z.string(),
});
type SessionRow = z.infer<typeof SessionRow>;

const Journey = z.array(z.tuple([z.number(), z.string(), z.string()]).rest(z.string()));

/** A session as the API answers it. `fingerprint` is the visitor id: no device is fingerprinted. */
export type ReadSession = Omit<SessionRow, "started_at" | "last_activity_at" | "ended_at" | "journey"> & {
  fingerprint: string;
  started_at: string;
  last_activity_at: string;
  ended_at: string | null;
  /** Milliseconds from the first to the last event. */
  duration_ms: number;
  journey: { at: string; type: string; path: string; name?: string }[];
};

const iso = (at: number) => new Date(at).toISOString();

function toReply(row: SessionRow): ReadSession {
  const { started_at, last_activity_at, ended_at, journey, ...rest } = row;
  return {
    ...rest,
    fingerprint: row.visitor_id,
    started_at: iso(started_at),
    last_activity_at: iso(last_activity_at),
    ended_at: ended_at === null ? null : iso(ended_at),
    duration_ms: last_activity_at - started_at,
    journey: Journey.parse(JSON.parse(journey)).map(([after, type, path, name]) => ({
      at: iso(started_at + after),
      type,
      path,
      ...(name !== undefined && { name }),
    })),
  };
}

export function fromSession(s: Session): ReadSession {
  const { dimensions: d, context } = s;
  return {
    session_id: s.session_id,
    visitor_id: s.visitor_id,
    fingerprint: s.visitor_id,
    user_id: s.user_id,
    started_at: iso(s.started_at),
    last_activity_at: iso(s.last_at),
    ended_at: s.ended ? iso(s.last_at) : null,
    duration_ms: s.last_at - s.started_at,
    entry_page: s.entry_page,
    exit_page: s.current_page,
    page_url: s.page_url,
    referrer: s.referrer,
    source: d.source,
    channel: d.channel,
    campaign: d.campaign,
    medium: d.medium,
    country: d.country,
    region: d.region,
    city: d.city,
    device_type: d.device,
    browser: d.browser,
    browser_version: d.browser_version,
    os: d.os,
    language: d.language,
    screen_width: context.screen_width ?? null,
    screen_height: context.screen_height ?? null,
    viewport_width: context.viewport_width ?? null,
    viewport_height: context.viewport_height ?? null,
    page_views: s.page_views,
    events: s.events,
    errors: s.errors,
    engaged_ms: Math.round(s.engaged_ms),
    journey: s.journey.map(({ at, ...step }) => ({ at: iso(at), ...step })),
    id_mode: s.id_mode,
  };
}

const COLUMNS = Object.keys(SessionRow.shape).join(", ");

export async function storedSession(db: D1Database, scope: SiteScope, session_id: string): Promise<ReadSession | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM sessions WHERE site_id = ?1 AND session_id = ?2`)
    .bind(scope.site.id, session_id)
    .first();
  return row === null ? null : toReply(SessionRow.parse(row));
}

export const SORTS = ["started_at", "last_activity_at", "page_views", "events", "errors", "engaged_ms"] as const;

export interface SessionListQuery {
  limit: number;
  offset: number;
  sort: (typeof SORTS)[number];
  order: "asc" | "desc";
  country?: string | undefined;
  device?: string | undefined;
  browser?: string | undefined;
  os?: string | undefined;
  source?: string | undefined;
  visitor?: string | undefined;
  user?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

const FILTERS = [
  ["country", "country = ?"],
  ["device", "device_type = ?"],
  ["browser", "browser = ?"],
  ["os", "os = ?"],
  ["source", "source = ?"],
  ["visitor", "visitor_id = ?"],
  ["user", "user_id = ?"],
  ["from", "started_at >= ?"],
  ["to", "started_at < ?"],
] as const satisfies readonly (readonly [keyof SessionListQuery, string])[];

function matchesQuery(s: ReadSession, q: SessionListQuery): boolean {
  const started = Date.parse(s.started_at);
  return (
    (q.country === undefined || s.country === q.country) &&
    (q.device === undefined || s.device_type === q.device) &&
    (q.browser === undefined || s.browser === q.browser) &&
    (q.os === undefined || s.os === q.os) &&
    (q.source === undefined || s.source === q.source) &&
    (q.visitor === undefined || s.visitor_id === q.visitor) &&
    (q.user === undefined || s.user_id === q.user) &&
    (q.from === undefined || started >= q.from) &&
    (q.to === undefined || started < q.to)
  );
}

/**
 * A page of sessions: D1's rows that the object does not know better, merged with those it does. `unstored` are the
 * object's sessions that D1 has not or only in an older state.
 */
export async function listSessions(
  db: D1Database,
  scope: SiteScope,
  query: SessionListQuery,
  unstored: readonly Session[],
): Promise<{ data: ReadSession[]; total: number }> {
  const conditions = ["site_id = ?"];
  const params: (string | number)[] = [scope.site.id];
  for (const [key, condition] of FILTERS) {
    const value = query[key];
    if (value === undefined) continue;
    conditions.push(condition);
    params.push(value);
  }
  conditions.push("session_id NOT IN (SELECT value FROM json_each(?))");
  params.push(JSON.stringify(unstored.map((s) => s.session_id)));
  const where = conditions.join(" AND ");
  const order = `${query.sort} ${query.order === "asc" ? "ASC" : "DESC"}, session_id`;
  const [rows, counted] = await db.batch([
    db
      .prepare(`SELECT ${COLUMNS} FROM sessions WHERE ${where} ORDER BY ${order} LIMIT ?`)
      .bind(...params, query.offset + query.limit),
    db.prepare(`SELECT COUNT(*) AS total FROM sessions WHERE ${where}`).bind(...params),
  ]);
  const stored = z.array(SessionRow).parse(rows?.results).map(toReply);
  const live = unstored.map(fromSession).filter((s) => matchesQuery(s, query));
  const total = z.object({ total: z.number() }).parse(counted?.results[0]).total + live.length;
  const sign = query.order === "asc" ? 1 : -1;
  const compare = (a: ReadSession, b: ReadSession) => {
    const [x, y] = [a[query.sort], b[query.sort]];
    return (x < y ? -1 : x > y ? 1 : 0) * sign || (a.session_id < b.session_id ? -1 : 1);
  };
  const data = [...stored, ...live].sort(compare).slice(query.offset, query.offset + query.limit);
  return { data, total };
}
