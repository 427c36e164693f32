import type { Context } from "hono";
import * as z from "zod";
import { ANONYMOUS_SESSION } from "../../durable-objects/site/model/entry";
import { CLOCK_AHEAD, TEXT } from "../../protocol/limits";
import { callSite } from "../ingest/site-stub";
import { fail } from "../reply";
import {
  type EventPlace,
  type EventQuery,
  fromWaiting,
  inOrder,
  joinEvents,
  type ReadEvent,
  storedEvents,
  storedSessionEvents,
} from "../reports/event-rows";
import { fromSession, listSessions, SORTS, storedSession } from "../reports/session-rows";
import { cursorOf, pageOf, writeCursor } from "./cursor";
import { readQuery } from "./query-of";
import type { AppEnv, Handler, Route, SiteScope } from "./route";
import { siteScope } from "./scopes";

type C = Context<AppEnv>;

const moment = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => Date.parse(text))
  .optional();
const word = z.string().min(1).max(TEXT.user_id).optional();

const SessionsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  sort: z.enum(SORTS).default("started_at"),
  order: z.enum(["asc", "desc"]).default("desc"),
  country: word,
  device: word,
  browser: word,
  os: word,
  source: word,
  visitor: word,
  user: word,
  from: moment,
  to: moment,
});

const list: Handler = async (c) => {
  const query = readQuery(c, SessionsQuery);
  if (query instanceof Response) return query;
  const scope = siteScope(c);
  // The object first: what is stored between the two reads is then in both, and taken once.
  const unstored = await callSite(c.env, scope.site.id, (stub) => stub.unstoredSessions());
  const { data, total } = await listSessions(c.env.DB, scope, query, unstored);
  return Response.json({ data, total, limit: query.limit, offset: query.offset });
};

const one: Handler = async (c) => {
  const scope = siteScope(c);
  const id = c.req.param("id") ?? "";
  const tail = await callSite(c.env, scope.site.id, (stub) => stub.sessionTail(id));
  const session = tail.session ? fromSession(tail.session) : await storedSession(c.env.DB, scope, id);
  return session ? Response.json(session) : fail("not_found", "There is no such session.");
};

const EventsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

const events: Handler = async (c) => {
  const query = readQuery(c, EventsQuery);
  if (query instanceof Response) return query;
  const { limit, offset } = query;
  const scope = siteScope(c);
  const id = c.req.param("id") ?? "";
  const tail = await callSite(c.env, scope.site.id, (stub) => stub.sessionTail(id));
  const stored = await storedSessionEvents(c.env.DB, scope, id);
  const all = joinEvents(stored, fromWaiting(tail.events));
  if (all.length === 0 && !tail.session && !(await storedSession(c.env.DB, scope, id))) {
    return fail("not_found", "There is no such session.");
  }
  return Response.json({ data: all.slice(offset, offset + limit), total: all.length });
};

const Place = z
  .tuple([z.number().int(), z.string(), z.number().int()])
  .transform(([at, session_id, n]): EventPlace => ({ at, session_id, n }));

const RawQuery = z.object({
  session_id: z.string().min(1).max(TEXT.id).optional(),
  type: z.string().min(1).max(TEXT.event_type).optional(),
  from: moment,
  to: moment,
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  /** Opaque: the place of the last event of the page before. */
  cursor: cursorOf(Place).optional(),
});

/** Events of the site, newest first. A cursor is the place of the last event given; a page begins behind it. */
const raw: Handler = async (c) => {
  const query = readQuery(c, RawQuery);
  if (query instanceof Response) return query;
  const { session_id, type, limit, cursor: before = null } = query;
  const scope = siteScope(c);
  const to = query.to ?? Date.now() + CLOCK_AHEAD + 1;
  const from = query.from ?? to - 7 * 86_400_000;

  // One more than asked for tells whether there is another page.
  const wanted = { from, to, type, limit: limit + 1, before };
  const fits = (e: ReadEvent) => {
    const at = Date.parse(e.timestamp);
    if (at < from || at >= to || (type !== undefined && e.event_type !== type)) return false;
    return before === null || inOrder(e, { ...e, ...before, timestamp: new Date(before.at).toISOString() }) < 0;
  };
  const newest = (await eventsOf(c, scope, session_id, wanted)).filter(fits).reverse();
  const { page, last } = pageOf(newest, limit);
  const next =
    last && writeCursor([Date.parse(last.timestamp), last.session_id, last.n] satisfies z.input<typeof Place>);
  return Response.json({ success: true, data: page, next_cursor: next });
};

async function eventsOf(c: C, scope: SiteScope, session_id: string | undefined, query: EventQuery) {
  if (session_id !== undefined) {
    const tail = await callSite(c.env, scope.site.id, (stub) => stub.sessionTail(session_id));
    const stored = await storedSessionEvents(c.env.DB, scope, session_id);
    return joinEvents(stored, fromWaiting(tail.events));
  }
  const waiting = await callSite(c.env, scope.site.id, (stub) => stub.unflushedEvents());
  const stored = await storedEvents(c.env.DB, scope, query);
  return joinEvents(stored, fromWaiting(waiting));
}

const read = { kind: "site", action: "read" } as const;

export const sessionsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v1/sessions", access: read, handler: list },
  { method: "GET", path: "/api/v1/sessions/:id", access: read, handler: one },
  { method: "GET", path: "/api/v1/sessions/:id/events", access: read, handler: events },
  { method: "GET", path: "/api/events", access: read, handler: raw },
];
