import type { Context } from "hono";
import * as z from "zod";
import { ANONYMOUS_SESSION } from "../../durable-objects/site/model/entry";
import { TEXT } from "../../protocol/limits";
import { fieldsOf } from "../ingest/normalize-event";
import { callSite } from "../ingest/site-stub";
import { fail } from "../reply";
import { fromModel, joinEvents, storedEvents, storedSessionEvents } from "../reports/event-rows";
import { fromSession, listSessions, SORTS, storedSession } from "../reports/session-rows";
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
  const parsed = SessionsQuery.safeParse(c.req.query());
  if (!parsed.success) return fail("invalid", "The query is wrong.", fieldsOf(parsed.error));
  const scope = siteScope(c);
  // The object first: what is stored between the two reads is then in both, and taken once.
  const unstored = await callSite(c.env, scope.site.id, (stub) => stub.unstoredSessions());
  const { data, total } = await listSessions(c.env.DB, scope, parsed.data, unstored);
  return Response.json({ data, total, limit: parsed.data.limit, offset: parsed.data.offset });
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
  const parsed = EventsQuery.safeParse(c.req.query());
  if (!parsed.success) return fail("invalid", "The query is wrong.", fieldsOf(parsed.error));
  const { limit, offset } = parsed.data;
  const scope = siteScope(c);
  const id = c.req.param("id") ?? "";
  const tail = await callSite(c.env, scope.site.id, (stub) => stub.sessionTail(id));
  const stored = await storedSessionEvents(c.env.DB, scope, id);
  const all = joinEvents(
    stored,
    tail.events.map((event) => fromModel(id, event)),
  );
  if (all.length === 0 && !tail.session && !(await storedSession(c.env.DB, scope, id))) {
    return fail("not_found", "There is no such session.");
  }
  return Response.json({ data: all.slice(offset, offset + limit), total: all.length });
};

const RawQuery = z.object({
  session_id: z.string().min(1).max(TEXT.id).optional(),
  type: z.string().min(1).max(TEXT.event_type).optional(),
  from: moment,
  to: moment,
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  /** Opaque: the place of the last event of the page before. */
  cursor: z.string().max(300).optional(),
});

/** Events of the site, newest first. A cursor names the last one given; a page begins behind it. */
const raw: Handler = async (c) => {
  const parsed = RawQuery.safeParse(c.req.query());
  if (!parsed.success) return fail("invalid", "The query is wrong.", fieldsOf(parsed.error));
  const { session_id, type, limit } = parsed.data;
  const scope = siteScope(c);
  const to = parsed.data.to ?? Date.now() + 300_001;
  const from = parsed.data.from ?? to - 7 * 86_400_000;
  const cursor = readCursor(parsed.data.cursor);
  if (parsed.data.cursor !== undefined && !cursor)
    return fail("invalid", "The query is wrong.", { cursor: "Not a cursor." });
  const before = cursor ? Math.min(to, Date.parse(cursor.timestamp) + 1) : to;

  const all = await eventsOf(c, scope, session_id, {
    from,
    to: before,
    type,
    limit: limit + (cursor ? CURSOR_SLACK : 0),
  });
  const newest = all
    .filter((e) => (type === undefined || e.event_type === type) && within(e.timestamp, from, before))
    .reverse();
  const start = cursor ? newest.findIndex((e) => e.session_id === cursor.session_id && e.n === cursor.n) + 1 : 0;
  const page = newest.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && (newest.length > start + limit || all.length >= limit + start);
  const next = more ? btoa(JSON.stringify([last.timestamp, last.session_id, last.n])) : null;
  return Response.json({ success: true, data: page, next_cursor: next });
};

/** Events of one very moment that may stand before the cursor's. */
const CURSOR_SLACK = 200;

const within = (timestamp: string, from: number, to: number) => {
  const at = Date.parse(timestamp);
  return at >= from && at < to;
};

const Cursor = z.tuple([z.iso.datetime(), z.string(), z.number()]);

function readCursor(text: string | undefined) {
  if (text === undefined) return null;
  try {
    const parsed = Cursor.safeParse(JSON.parse(atob(text)));
    if (!parsed.success) return null;
    const [timestamp, session_id, n] = parsed.data;
    return { timestamp, session_id, n };
  } catch {
    // Neither base64 nor JSON: not one of ours.
    return null;
  }
}

async function eventsOf(
  c: C,
  scope: SiteScope,
  session_id: string | undefined,
  query: { from: number; to: number; type: string | undefined; limit: number },
) {
  if (session_id !== undefined) {
    const tail = await callSite(c.env, scope.site.id, (stub) => stub.sessionTail(session_id));
    const stored = await storedSessionEvents(c.env.DB, scope, session_id);
    return joinEvents(
      stored,
      tail.events.map((event) => fromModel(session_id, event)),
    );
  }
  const waiting = await callSite(c.env, scope.site.id, (stub) => stub.unflushedEvents());
  const stored = await storedEvents(c.env.DB, scope, query);
  return joinEvents(
    stored,
    waiting.map(({ session_id, event }) => fromModel(session_id ?? ANONYMOUS_SESSION, event)),
  );
}

const read = { kind: "site", action: "read" } as const;

export const sessionsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v1/sessions", access: read, handler: list },
  { method: "GET", path: "/api/v1/sessions/:id", access: read, handler: one },
  { method: "GET", path: "/api/v1/sessions/:id/events", access: read, handler: events },
  { method: "GET", path: "/api/events", access: read, handler: raw },
];
