import { Buffer } from "node:buffer";
import type { Context } from "hono";
import * as z from "zod";
import { summaryOf } from "../../durable-objects/site/model/outward";
import { type BeaconEvent, SessionRequest, SimpleEvent, type TrackReply, TrackRequest } from "../../protocol/beacon";
import { DROPPED_HEADER, type DropReason } from "../../protocol/drop-reasons";
import type { IngestResult, RateClaim, Sender } from "../../protocol/ingest";
import { BODY_BYTES_BROWSER, BODY_BYTES_KEY, EVENT_BYTES, EVENTS_PER_BATCH, TEXT } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import type { EventError, RefusalCode } from "../../protocol/refusals";
import { ingestPrincipal } from "../auth/ingest-principal";
import { cleanUrl } from "../enrich/page-address";
import { readBody } from "../ingest/body";
import { cleanId, userOf } from "../ingest/clean-id";
import { type LeftOut, tellLeftOut } from "../ingest/drop-tally";
import { sha256Hex } from "../ingest/hash";
import { fieldsOf, normalizeEvent } from "../ingest/normalize-event";
import { rateClaim } from "../ingest/rate-claim";
import { missingSender, readTrack } from "../ingest/read-track";
import { readableByPages } from "../ingest/readable-by-pages";
import { refusedBody, refusedEvents, refusedFields } from "../ingest/refused";
import { type SenderFacts, senderFacts } from "../ingest/sender-facts";
import { siteFacts } from "../ingest/site-facts";
import { siteMeant } from "../ingest/site-meant";
import { callSite } from "../ingest/site-stub";
import { askSite, dimensionsOf, dropBatch, type Parcel, type Taken, takeBatch } from "../ingest/take-batch";
import { fail } from "../reply";
import { failed } from "./failed";
import type { AppEnv, Handler, Principal, Route } from "./route";

type C = Context<AppEnv>;

function collector(handle: (c: C, received_at: number) => Promise<Response>): Handler {
  return async (c) => {
    try {
      return readableByPages(c.req.raw, await handle(c, Date.now()));
    } catch (error) {
      // Here and not by the app, since the page has to read this reply too.
      return readableByPages(c.req.raw, failed(c, error));
    }
  };
}

const preflight: Handler = (c) => {
  const response = new Response(null, { status: 204 });
  response.headers.set("Access-Control-Allow-Methods", "POST, GET");
  response.headers.set("Access-Control-Allow-Headers", "Content-Type, Authorization");
  response.headers.set("Access-Control-Max-Age", "86400");
  return readableByPages(c.req.raw, response);
};

/** `POST /api/events` takes one event, or several under `events`. Each is parsed by itself. */
const SimpleBody = z.looseObject({
  site: z.string().max(TEXT.id).optional(),
  events: z.array(z.unknown()).min(1).max(EVENTS_PER_BATCH).optional(),
});

/** What every ingest request begins with: who sends, how large it may be, what it says. */
async function begin<T>(c: C, schema: z.ZodType<T>) {
  const facts = senderFacts(c.req.raw);
  const principal = await ingestPrincipal(c.req.raw, c.env, Date.now());
  if (principal === "unauthorized") return fail("unauthorized", "The key or token is not valid.");
  if (principal === "forbidden") return fail("forbidden", "This key may not send: it lacks the scope ingest.");
  const noted = (refused: LeftOut, named?: string) => noteRefused(c, { facts, principal }, named, refused);
  const most = principal ? BODY_BYTES_KEY : BODY_BYTES_BROWSER;
  const body = await readBody(c.req.raw, most);
  if (!body.ok) {
    noted(refusedBody(body.code, body.message, most));
    return fail(body.code, body.message);
  }
  let json: unknown;
  try {
    json = JSON.parse(body.text);
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    const message = "The body is not JSON.";
    noted(refusedBody("unreadable", message, most));
    return fail("unreadable", message);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const fields = fieldsOf(parsed.error);
    noted(refusedFields(fields), SiteName.safeParse(json).data?.site);
    return fail("invalid", "Some fields are missing or wrong.", fields);
  }
  return { facts, principal, body, request: parsed.data };
}

const SiteName = z.object({ site: z.string() });

/** Tells the owner of a request that was refused, if it says which site it is for. The answer does not wait for it. */
function noteRefused(
  c: C,
  { facts, principal }: { facts: SenderFacts; principal: Principal | null },
  named: string | undefined,
  refused: LeftOut,
): void {
  const at = Date.now();
  const told = siteFor(c, named, facts).then((site) => {
    if (site && maySend(principal, site)) tellLeftOut(c.env, c.executionCtx, site, [refused], at);
  });
  // D1 is away, and with it what is known of the site.
  c.executionCtx.waitUntil(told.catch(() => {}));
}

const siteFor = (c: C, named: string | undefined, facts: SenderFacts) =>
  siteMeant(c.env, named ?? c.req.query("site"), facts);

/** True if the principal may send for the site; for a key of another tenant it does not exist. */
function maySend(principal: Principal | null, site: Site): boolean {
  if (!principal) return true;
  if (principal.org_id !== site.org_id) return false;
  return principal.kind === "member" || principal.site_id === null || principal.site_id === site.id;
}

function droppedReply(body: object, status: 200 | 201, reason: DropReason | null): Response {
  const response = Response.json(body, { status });
  if (reason) response.headers.set(DROPPED_HEADER, reason);
  return response;
}

function refusedResult(result: IngestResult & { ok: false }): Response {
  const messages = {
    rate_limited: "Too many requests. Send it again later.",
    unavailable: "The site cannot take more right now. Send it again later.",
  } satisfies Partial<Record<RefusalCode, string>>;
  return fail(result.code, messages[result.code], undefined, { "Retry-After": String(result.retry_after_s) });
}

/** `POST /api/v1/track`. */
const track = collector(async (c, received_at) => {
  const begun = await begin(c, TrackRequest);
  if (begun instanceof Response) return begun;
  const { facts, principal, body, request } = begun;
  const trusted = principal !== null;
  const missing = missingSender(request, facts, trusted);
  if (missing) {
    noteRefused(c, begun, request.site, refusedFields(missing));
    return fail("invalid", "Say who sends it.", missing);
  }
  const site = await siteFor(c, request.site, facts);
  if (site === null || !maySend(principal, site)) return droppedReply(trackReply(0, null, []), 201, "unknown_site");

  const { parcel, errors } = await readTrack(request, {
    site,
    facts,
    trusted,
    bytes: body.bytes,
    rate: rateClaim(principal, facts.address, "events"),
    received_at,
  });
  if (errors.length > 0) tellLeftOut(c.env, c.executionCtx, site, refusedEvents(errors), received_at);
  if (!parcel) return fail("invalid", "None of the events can be kept.", errors[0]?.fields, {}, { errors });
  const taken = await takeBatch(c.env, c.executionCtx, parcel);
  if (!taken.result.ok) return refusedResult(taken.result);
  const { count, session_id } = taken.result;
  return droppedReply(trackReply(count, session_id, errors), 201, taken.dropped);
});

function trackReply(count: number, session_id: string | null, errors: EventError[]): TrackReply {
  const reply: TrackReply = { message: "Events tracked successfully", count, session_id };
  if (errors.length > 0) reply.errors = errors;
  return reply;
}

/** Dropped on purpose: the same reply, and a session that nobody keeps. */
function unkeptSession(received_at: number, reason: DropReason): Response {
  const started_at = new Date(received_at).toISOString();
  return droppedReply({ session_id: crypto.randomUUID(), started_at }, 201, reason);
}

/** `POST /api/v1/sessions`. */
const openSession = collector(async (c, received_at) => {
  const begun = await begin(c, SessionRequest);
  if (begun instanceof Response) return begun;
  const { facts, principal, request } = begun;
  const site = await siteFor(c, request.site, facts);
  if (site === null || !maySend(principal, site)) return unkeptSession(received_at, "unknown_site");
  const page = cleanUrl(request.page_url, `https://${site.domain}`);
  if (!page) {
    const fields = { page_url: "Not an address of a page." };
    tellLeftOut(c.env, c.executionCtx, site, [refusedFields(fields)], received_at);
    return fail("invalid", "Some fields are wrong.", fields);
  }
  const trusted = principal !== null;
  const rate = rateClaim(principal, facts.address, "sessions");
  const user_agent = trusted ? (request.user_agent ?? "") : facts.user_agent;
  const event = { at: received_at, type: "pageview" as const, page_url: page.page_url, path: page.path };
  const parcel: Parcel = {
    site,
    sender: { kind: "visitor" },
    facts,
    trusted,
    claims: {
      ...(request.user_agent && { user_agent: request.user_agent }),
      ...(request.device_type && { device: request.device_type }),
    },
    rate,
    received_at,
    visible: false,
    ping: false,
    context: request.context ?? {},
    body_hash: "",
    events: [{ event, index: 0, referrer: request.referrer ?? "", raw_url: request.page_url }],
  };
  const drop = !trusted && facts.opt_out ? "opt_out" : dropBatch(c.env, c.executionCtx, parcel);
  if (drop) return unkeptSession(received_at, drop);
  const dimensions = dimensionsOf(c.env, parcel, facts.address, user_agent);
  if (trusted && request.browser) dimensions.browser = cleanId(request.browser);
  if (trusted && request.os) dimensions.os = cleanId(request.os);
  const opening = {
    user_id: (trusted || site.identity === "persistent" ? userOf(request.user_id) : null) ?? null,
    page_url: page.page_url,
    path: page.path,
    referrer: dimensions.referrer,
    dimensions,
    context: parcel.context,
  };
  // Made here, so that a call that is tried again opens the same session.
  const session_id = crypto.randomUUID();
  const opened = await askSite(c.env, c.executionCtx, parcel, (stub) =>
    stub.openSession(siteFacts(c.env, site), session_id, opening, rate, received_at),
  );
  if (!opened.ok) return refusedResult({ ...opened, code: "rate_limited" });
  return Response.json({ session_id, started_at: new Date(opened.started_at).toISOString() }, { status: 201 });
});

/** The events of one `POST /api/events` that belong to one sender. */
interface Group {
  sender: Sender;
  claims: Parcel["claims"];
  events: Parcel["events"];
}

/** `POST /api/events`: one event, or `{ events: [...] }` of the same. */
const simpleEvents = collector(async (c, received_at) => {
  const begun = await begin(c, SimpleBody);
  if (begun instanceof Response) return begun;
  const { facts, principal, body, request } = begun;
  const single = request.events === undefined;
  const raw: readonly unknown[] = request.events ?? [request];
  const site = await siteFor(c, request.site, facts);
  if (site === null || !maySend(principal, site)) {
    const data = { session_id: null, count: 0 };
    return droppedReply({ success: true, message: "Event processed successfully", data }, 200, "unknown_site");
  }

  const trusted = principal !== null;
  const anonymous = !trusted && facts.opt_out;
  const errors: EventError[] = [];
  const groups = new Map<string, Group>();
  raw.forEach((item, index) => {
    const read = SimpleEvent.safeParse(item);
    if (!read.success) {
      errors.push({ index, code: "invalid", fields: fieldsOf(read.error) });
      return;
    }
    const simple = { ...read.data, session_id: cleanId(read.data.session_id) };
    if (simple.session_id === "") {
      errors.push({ index, code: "invalid", fields: { session_id: "Nothing of it can be kept." } });
      return;
    }
    const normalized = normalizeEvent(beaconOf(simple, received_at), {
      received_at,
      sent_at: null,
      trusted,
      base: `https://${site.domain}`,
      measure: body.bytes.byteLength > EVENT_BYTES,
    });
    if (normalized.kind === "refused") errors.push({ index, code: normalized.code, fields: normalized.fields });
    if (normalized.kind !== "event") return;
    const group = groupOf(groups, simple, trusted, anonymous);
    group.events.push({ event: normalized.event, index, referrer: normalized.referrer, raw_url: normalized.raw_url });
  });
  if (errors.length > 0) tellLeftOut(c.env, c.executionCtx, site, refusedEvents(errors), received_at);
  if (errors.length === raw.length)
    return fail("invalid", "None of the events can be kept.", errors[0]?.fields, {}, { errors });

  const body_hash = await sha256Hex(body.bytes);
  let count = 0;
  let rate: RateClaim | null = rateClaim(principal, facts.address, "events");
  let dropped: DropReason | null = null;
  for (const group of groups.values()) {
    const taken: Taken = await takeBatch(c.env, c.executionCtx, {
      site,
      sender: group.sender,
      facts,
      trusted,
      claims: group.claims,
      rate,
      received_at,
      visible: true,
      ping: false,
      context: {},
      body_hash,
      events: group.events,
    });
    if (!taken.result.ok) return refusedResult(taken.result);
    if (taken.asked) rate = null;
    count += taken.result.count;
    dropped ??= taken.dropped;
  }
  const session_id =
    [...groups.values()].map(({ sender }) => (sender.kind === "visitor" ? sender.session_id : null))[0] ?? null;
  const current_stats = trusted && mayRead(principal) ? { current_stats: await currentStats(c, site) } : {};
  const data = single ? { session_id, ...current_stats } : { session_id, count, ...current_stats };
  const reply = { success: true, message: "Event processed successfully", data, ...(errors.length > 0 && { errors }) };
  return droppedReply(reply, 200, dropped);
});

function groupOf(groups: Map<string, Group>, simple: SimpleEvent, trusted: boolean, anonymous: boolean): Group {
  const user_id = trusted ? userOf(simple.user_id) : undefined;
  const country = trusted ? simple.country : undefined;
  const key = JSON.stringify([simple.session_id, user_id, country]);
  const had = groups.get(key);
  if (had) return had;
  const device = simple.metadata?.device;
  const group: Group = {
    sender: anonymous
      ? { kind: "anonymous" }
      : {
          kind: "visitor",
          session_id: simple.session_id,
          ...(user_id !== undefined && { user_id }),
        },
    claims: {
      ...(country !== undefined && { country }),
      ...(isDevice(device) && { device }),
    },
    events: [],
  };
  groups.set(key, group);
  return group;
}

const isDevice = (device: unknown): device is string =>
  device === "desktop" || device === "mobile" || device === "tablet";

/** The simple form as the tracker's, so that there is one pipeline. */
function beaconOf(simple: SimpleEvent, received_at: number): BeaconEvent {
  const { referrer, device: _told, name, ...rest } = simple.metadata ?? {};
  return {
    event_type: simple.type,
    page_url: simple.page,
    timestamp: simple.timestamp ?? received_at,
    ...(simple.event_id !== undefined && { event_id: simple.event_id }),
    ...(typeof referrer === "string" && { referrer }),
    ...(typeof name === "string" && { name: name.slice(0, TEXT.url) }),
    ...(Object.keys(rest).length > 0 && { event_data: rest }),
  };
}

function mayRead(principal: Principal | null): boolean {
  return principal !== null && (principal.kind === "member" || principal.scopes.includes("read"));
}

/** The current stats of a site, for callers who may read it. */
async function currentStats(c: C, site: Site) {
  return summaryOf(await callSite(c.env, site.id, (stub) => stub.picture(siteFacts(c.env, site), {})));
}

/** A transparent pixel, GIF89a. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** `GET /p.gif?site&page`: for pages without script. Always the picture, whatever was kept. */
const pixel = collector(async (c, received_at) => {
  const facts = senderFacts(c.req.raw);
  const site = await siteFor(c, undefined, facts);
  const page = c.req.query("page") ?? c.req.header("Referer") ?? "";
  let dropped: DropReason | null = site ? null : "unknown_site";
  // Whoever asks with HEAD shows the picture to nobody.
  if (site && c.req.method === "GET") {
    const read = normalizeEvent(
      { event_type: "pageview", page_url: page, timestamp: received_at, referrer: c.req.query("referrer") ?? "" },
      { received_at, sent_at: null, trusted: false, base: `https://${site.domain}`, measure: false },
    );
    if (read.kind === "event") {
      const taken = await takeBatch(c.env, c.executionCtx, {
        site,
        sender: facts.opt_out ? { kind: "anonymous" } : { kind: "visitor" },
        facts,
        trusted: false,
        claims: {},
        rate: rateClaim(null, facts.address, "events"),
        received_at,
        visible: true,
        ping: false,
        context: {},
        // A picture is asked for once a page view: nothing tells a repeat from the next view.
        body_hash: "",
        events: [{ event: read.event, index: 0, referrer: read.referrer, raw_url: read.raw_url }],
      });
      dropped = taken.dropped;
    } else if (read.kind === "refused") {
      tellLeftOut(c.env, c.executionCtx, site, [refusedFields(read.fields)], received_at);
    }
  }
  const response = new Response(PIXEL, { headers: { "Content-Type": "image/gif" } });
  if (dropped) response.headers.set(DROPPED_HEADER, dropped);
  return response;
});

export const collectRoutes: readonly Route[] = (
  [
    { method: "POST", path: "/api/v1/track", access: { kind: "public" }, handler: track },
    { method: "OPTIONS", path: "/api/v1/track", access: { kind: "public" }, handler: preflight },
    { method: "POST", path: "/api/v1/sessions", access: { kind: "public" }, handler: openSession },
    { method: "OPTIONS", path: "/api/v1/sessions", access: { kind: "public" }, handler: preflight },
    { method: "POST", path: "/api/events", access: { kind: "public" }, handler: simpleEvents },
    { method: "OPTIONS", path: "/api/events", access: { kind: "public" }, handler: preflight },
    { method: "GET", path: "/p.gif", access: { kind: "public" }, handler: pixel },
  ] satisfies Route[]
).map((route) => ({ ...route, pages: true }));
