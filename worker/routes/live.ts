import type { Context } from "hono";
import * as z from "zod";
import { CLOSE } from "../../protocol/close-codes";
import { LIVE_SESSIONS_SHOWN, TEXT } from "../../protocol/limits";
import {
  type LiveFilter,
  type LiveSnapshot,
  WINDOW_LENGTHS,
  type WindowName,
  type WindowPoint,
} from "../../protocol/live";
import { SUBPROTOCOL } from "../../protocol/version";
import type { Upgrade } from "../../protocol/viewer-request";
import { UPGRADE_HEADER } from "../../protocol/viewer-request";
import { authorizeSite } from "../auth/authorize";
import { ticketPrincipal } from "../auth/one-time-token";
import { principalOf } from "../auth/principal";
import { fieldsOf } from "../ingest/normalize-event";
import { siteFacts } from "../ingest/site-facts";
import { callSite, siteStub } from "../ingest/site-stub";
import { fail, ok } from "../reply";
import { summaryOf } from "../reports/live-summary";
import { queryOf } from "./query-of";
import type { AppEnv, Handler, Principal, Route, SiteScope } from "./route";
import { siteScope } from "./scopes";

type C = Context<AppEnv>;

const text = z.string().max(TEXT.url);
const FilterQuery = z.object({
  country: text.optional(),
  page: text.optional(),
  device: text.optional(),
  source: text.optional(),
  limit: z.coerce.number().int().min(1).max(LIVE_SESSIONS_SHOWN).default(LIVE_SESSIONS_SHOWN),
});

/** Runs a live read of the authorized site with the query's filter. */
function liveRead(reply: (picture: LiveSnapshot, query: z.infer<typeof FilterQuery>) => object): Handler {
  return async (c) => {
    const parsed = FilterQuery.safeParse(queryOf(c));
    if (!parsed.success) return fail("invalid", "A filter is wrong.", fieldsOf(parsed.error));
    const { limit: _rows, ...filter } = parsed.data;
    const picture = await pictureOf(c, siteScope(c), definedOnly(filter));
    return ok(reply(picture, parsed.data));
  };
}

function pictureOf(c: C, scope: SiteScope, filter: LiveFilter): Promise<LiveSnapshot> {
  return callSite(c.env, scope.site.id, (stub) => stub.picture(siteFacts(c.env, scope.site), filter));
}

function definedOnly(filter: { [K in keyof LiveFilter]?: string | undefined }): LiveFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const generated = () => ({ generated_at: new Date().toISOString() });

/** A live session in the terms of `/api/analytics`: times as ISO 8601, the duration in seconds. */
function sessionRow(session: LiveSnapshot["sessions"][number]) {
  return {
    session_id: session.session_id,
    current_page: session.current_page,
    journey: session.journey.filter((step) => step.type === "pageview").map((step) => step.path),
    duration: Math.round((session.last_activity - session.started_at) / 1_000),
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

function windowReply(point: WindowPoint) {
  const { at, events, page_views, users, errors, routes } = point;
  return {
    at: new Date(at).toISOString(),
    events,
    page_views,
    users,
    errors,
    error_rate: events === 0 ? 0 : errors / events,
    routes: Object.fromEntries(routes),
  };
}

/** The running window (empty if nothing came in it) and the closed ones, newest last. */
function windowsReply(picture: LiveSnapshot, name: WindowName) {
  const length = WINDOW_LENGTHS[name];
  const at = Math.floor(picture.at / length) * length;
  const points = picture.windows[name];
  const running = points.find((point) => point.at === at);
  return {
    window: name,
    current: windowReply(running ?? { at, events: 0, page_views: 0, users: 0, errors: 0, routes: [] }),
    closed: points.filter((point) => point.at < at).map(windowReply),
  };
}

const summary = liveRead((picture) => ({ summary: summaryOf(picture), ...generated() }));

const sessions = liveRead((picture, { limit }) => ({
  sessions: picture.sessions.slice(0, limit).map(sessionRow),
  total_count: picture.active,
}));

const asObject = (rows: LiveSnapshot["pages"]) => Object.fromEntries(rows.map((row) => [row.value, row.visitors]));

const detailed = liveRead((picture) => ({
  summary: summaryOf(picture),
  now: picture.now,
  connections: picture.connections,
  today: picture.today,
  per_page: asObject(picture.pages),
  per_country: asObject(picture.countries),
  per_device: asObject(picture.devices),
  per_referrer: asObject(picture.sources),
  windows: {
    "1s": windowsReply(picture, "1s"),
    "5s": windowsReply(picture, "5s"),
    "60s": windowsReply(picture, "60s"),
  },
  dropped: picture.drops,
  alerts: [],
  snapshot: picture,
  ...generated(),
}));

const WindowQuery = z.enum(["1s", "5s", "60s"]).optional();

const aggregates: Handler = async (c) => {
  const parsed = WindowQuery.safeParse(queryOf(c).window);
  if (!parsed.success) return fail("invalid", "There is no such window.", { window: "1s, 5s or 60s." });
  const picture = await pictureOf(c, siteScope(c), {});
  const names = parsed.data ? [parsed.data] : (["1s", "5s", "60s"] as const);
  const windows = names.map((name) => windowsReply(picture, name));
  return ok(parsed.data ? { ...windows[0], ...generated() } : { windows, ...generated() });
};

/** A socket that is accepted only to be closed with a code: a refused upgrade tells a browser nothing. */
function closedSocket(request: Request, code: number, reason: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  // A client refuses an answer with a protocol that it did not offer, and one without where it offered some.
  const offered = offeredProtocols(request);
  const chosen = offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : offered[0];
  const headers: Record<string, string> = chosen === undefined ? {} : { "Sec-WebSocket-Protocol": chosen };
  return new Response(null, { status: 101, webSocket: client, headers });
}

function offeredProtocols(request: Request): string[] {
  const header = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return header
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
}

/** `GET /api/realtime/ws?rooms=site:ID`: signs in by cookie, bearer or ticket, then hands the socket to the site's object. */
const realtime: Handler = async (c) => {
  const request = c.req.raw;
  if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") {
    return fail("invalid", "This address takes WebSocket connections.", { upgrade: "`Upgrade: websocket` is needed." });
  }
  const offered = offeredProtocols(request);
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
    return closedSocket(request, CLOSE.protocolVersion, "This server speaks footfall.v1.");
  }
  // A foreign page could open a socket with the member's cookie: browsers always say where they come from.
  const origin = request.headers.get("Origin");
  if (origin !== null && origin !== new URL(request.url).origin) {
    return closedSocket(request, CLOSE.notAllowed, "This page may not open a socket here.");
  }
  const ticket = offered.find((protocol) => protocol !== SUBPROTOCOL);
  const principal: Principal | null = ticket
    ? await ticketPrincipal(c.env, ticket, Date.now())
    : await principalOf(request, c.env, Date.now());
  if (!principal) return closedSocket(request, CLOSE.notSignedIn, "Sign in first.");
  const rooms = (c.req.query("rooms") ?? "").split(",").filter((room) => room !== "");
  const ids = rooms.map((room) => /^(?:site|building):([\w-]{1,128})$/.exec(room)?.[1]);
  const [id] = ids;
  if (id === undefined || ids.some((other) => other !== id)) {
    return closedSocket(request, CLOSE.notAllowed, "Ask for the room of one site: rooms=site:ID.");
  }
  const scope = await authorizeSite(c.env, principal, id, "read");
  if (!scope.ok) return closedSocket(request, CLOSE.notAllowed, "There is no such site for you.");
  const { site } = scope.scope;
  const upgrade: Upgrade = {
    kind: "viewer",
    viewer: {
      user_id: principal.kind === "member" ? principal.user_id : principal.key_id,
      org_id: site.org_id,
      site_id: site.id,
      rooms: [`site:${site.id}`],
    },
    site: siteFacts(c.env, site),
  };
  const headers = new Headers(request.headers);
  headers.set(UPGRADE_HEADER, JSON.stringify(upgrade));
  // The object must not see who is signed in by more than that.
  headers.delete("Cookie");
  headers.delete("Authorization");
  return siteStub(c.env, site.id).fetch(new Request(request, { headers }));
};

const read = { kind: "site", action: "read" } as const;

export const liveRoutes: readonly Route[] = [
  { method: "GET", path: "/api/analytics/summary", access: read, handler: summary },
  { method: "GET", path: "/api/analytics/sessions", access: read, handler: sessions },
  { method: "GET", path: "/api/analytics/detailed", access: read, handler: detailed },
  { method: "GET", path: "/api/aggregates", access: read, handler: aggregates },
  // Asks for a sign-in itself: a browser cannot read the status of a refused upgrade, so the socket closes with a code.
  { method: "GET", path: "/api/realtime/ws", access: { kind: "public" }, handler: realtime },
];
