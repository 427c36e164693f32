import type { Context } from "hono";
import * as z from "zod";
import { addressPrefix } from "../../durable-objects/pure/address-prefix";
import { hash53 } from "../../durable-objects/pure/hash";
import type { CounterMessage } from "../../protocol/counter";
import { COUNTER_AGE, COUNTER_UNREAD_BYTES } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import { keyRing, newestKey } from "../auth/key-ring";
import { badge } from "../counter/badge";
import { type Caller, counterCaller } from "../counter/counter-caller";
import { createSharedRead } from "../counter/shared-read";
import { readVisitor, visitorCookie } from "../counter/visitor-cookie";
import { damp } from "../ingest/damp";
import { moreHosts } from "../ingest/more-hosts";
import { rateClaim } from "../ingest/rate-claim";
import { senderFacts } from "../ingest/sender-facts";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail } from "../reply";
import { findSite, findSiteByHost } from "../store/sites";
import { holdStream } from "../streams/hold-stream";
import { openCounter } from "../streams/open-counter";
import { socketSource } from "../streams/socket-source";
import { messageText, STREAM_HEADERS } from "../streams/sse";
import { failed } from "./failed";
import type { AppEnv, Handler, Route } from "./route";

type C = Context<AppEnv>;
type Allowed = Caller & { allowed: true };

const Stream = z.uuid();

/** The site that is meant, if it shows its counter: named, or the one whose domain the page's origin is. */
async function counterSite(c: C): Promise<Site | null> {
  const id = c.req.query("site");
  const { origin_host } = senderFacts(c.req.raw);
  const site =
    id !== undefined ? await findSite(c.env, id) : origin_host ? await findSiteByHost(c.env, origin_host) : null;
  return site?.public_counter ? site : null;
}

const callerOf = (c: C, site: Site): Caller =>
  counterCaller(c.req.raw, [...site.domains, ...moreHosts(c.env.CORS_ORIGINS ?? "")]);

/** Unknown and switched off are one answer: which sites there are is nobody's business. */
const noCounter = (c: C) =>
  c.req.query("site") === undefined && c.req.header("Origin") === undefined
    ? fail("invalid", "Say which site: `?site=` and its id.", { site: "The id of a site is needed." })
    : fail("not_found", "This site has no public counter. Its owner can turn it on in the settings.");

/** Answers pages: with credentials the site's own, refusals to any, so that they can say what is wrong. */
function forPages(handle: (c: C, site: Site, caller: Allowed) => Promise<Response>): Handler {
  return async (c) => {
    let response: Response;
    let allowed = false;
    try {
      const site = await counterSite(c);
      const caller = site && callerOf(c, site);
      allowed = caller?.allowed ?? false;
      if (!site || !caller) response = noCounter(c);
      else if (!caller.allowed) {
        response = fail(
          "forbidden",
          "This page may not read the counter: its address is not among the site's domains.",
        );
      } else response = await handle(c, site, caller);
    } catch (error) {
      // Here and not by the app, since the page has to read this reply too.
      response = failed(c, error);
    }
    const origin = c.req.header("Origin");
    if (origin !== undefined) {
      response.headers.set("Access-Control-Allow-Origin", origin);
      response.headers.set("Access-Control-Expose-Headers", "Retry-After");
      if (allowed) response.headers.set("Access-Control-Allow-Credentials", "true");
    }
    response.headers.append("Vary", "Origin");
    response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    return response;
  };
}

/** `GET /events?site=&stream=`: the counter of a site as a stream. */
const events = forPages(async (c, site, caller) => {
  const request = c.req.raw;
  const now = Date.now();
  const stream = Stream.safeParse(c.req.query("stream") ?? crypto.randomUUID()).data;
  if (stream === undefined) return fail("invalid", "Some fields are wrong.", { stream: "A UUID of your own." });
  const headers = new Headers(STREAM_HEADERS);
  // Whoever asks with HEAD joins nothing.
  if (c.req.method === "HEAD") return new Response(null, { headers });
  const facts = senderFacts(request);
  const wait = await flooding(c, site, now);
  if (wait) return wait;
  let visitor = stream;
  if (c.req.query("cookie") !== "off" && !facts.opt_out) {
    const known = await readVisitor(request, await keyRing(c.env, now), now);
    visitor = known ?? crypto.randomUUID();
    if (known === null) {
      const key = await newestKey(c.env, now);
      const { relation } = caller;
      headers.set("Set-Cookie", await visitorCookie(request, { id: visitor, key, relation, now }));
    }
  }
  const socket = await openCounter(c.env, {
    kind: "counter",
    seat: { visitor, stream, from: String(hash53(addressPrefix(facts.address))) },
    address: facts.address,
    site: siteFacts(c.env, site),
  });
  if (socket instanceof Response) return refused(socket);
  const body = holdStream(
    "counter",
    socketSource(socket, {
      heard: (message, out) => out.send(messageText(message)),
      beat: (out) => {
        // What the owner turned off ends for those who watch, too.
        const known = mayStay(c, site.id).catch(() => true);
        c.executionCtx.waitUntil(known.then((may) => may || out.end()));
      },
    }),
    COUNTER_UNREAD_BYTES,
  );
  return new Response(body, { headers });
});

async function mayStay(c: C, site_id: string): Promise<boolean> {
  const site = await findSite(c.env, site_id);
  return site?.public_counter === true && callerOf(c, site).allowed;
}

/** The refusal of an address that floods the site, before it reaches the site's object. */
async function flooding(c: C, site: Site, now: number): Promise<Response | null> {
  const { address } = senderFacts(c.req.raw);
  const wait = await damp(c.env, site, rateClaim(null, address, "streams"), now);
  return wait > 0 ? tooMany(String(wait)) : null;
}

const tooMany = (wait: string) =>
  fail("rate_limited", "Too many streams from this address. Connect again later.", undefined, { "Retry-After": wait });

function refused(response: Response): Response {
  const headers = { "Retry-After": response.headers.get("Retry-After") ?? "30" };
  return response.status === 429
    ? tooMany(headers["Retry-After"])
    : fail(
        "unavailable",
        "The counter of this site holds all the streams it can. Connect again later.",
        undefined,
        headers,
      );
}

/** `POST /events?site=&stream=`: the page of that stream is being left. */
const leave = forPages(async (c, site) => {
  const stream = Stream.safeParse(c.req.query("stream"));
  if (!stream.success)
    return fail("invalid", "Some fields are wrong.", { stream: "The id that the stream was opened with." });
  const flood = await flooding(c, site, Date.now());
  if (flood) return flood;
  const { address } = senderFacts(c.req.raw);
  const facts = siteFacts(c.env, site);
  const wait = await callSite(c.env, site.id, (stub) => stub.leaveCounter(stream.data, address, facts));
  return wait > 0 ? tooMany(String(wait)) : new Response(null, { status: 204 });
});

const counts = createSharedRead<CounterMessage>({ life: COUNTER_AGE, size: 1_000 });

/** What the counter of a site says, at most `COUNTER_AGE` old. */
function countsOf(c: C, site: Site): Promise<CounterMessage> {
  return counts.get(site.id, async () => {
    const now = await callSite(c.env, site.id, (stub) => stub.counterCounts());
    return { ...now, timestamp: new Date().toISOString() };
  });
}

const SHORTLY = { "Cache-Control": `public, max-age=${COUNTER_AGE / 1_000}` };

/** `GET /counter.json?site=`. */
const counterJson = forPages(async (c, site) => Response.json(await countsOf(c, site), { headers: SHORTLY }));

/** `GET /badge.svg?site=`: a picture for anywhere. Always a picture, also where there is nothing to show. */
const badgeSvg: Handler = async (c) => {
  const site = await counterSite(c);
  const visitors = site ? (await countsOf(c, site)).uniqueVisitors : null;
  const headers = {
    ...SHORTLY,
    "Content-Type": "image/svg+xml; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
  };
  return new Response(badge(visitors), { headers });
};

const open = { kind: "public" } as const;

export const counterRoutes: readonly Route[] = [
  { method: "GET", path: "/events", access: open, handler: events },
  { method: "POST", path: "/events", access: open, handler: leave },
  { method: "GET", path: "/counter.json", access: open, handler: counterJson },
  { method: "GET", path: "/badge.svg", access: open, handler: badgeSvg },
];
