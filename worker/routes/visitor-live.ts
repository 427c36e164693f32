import type { Context } from "hono";
import * as z from "zod";
import { DROPPED_HEADER, type DropReason } from "../../protocol/drop-reasons";
import type { RateClaim } from "../../protocol/ingest";
import type { Site } from "../../protocol/management";
import { UPGRADE_HEADER, type Upgrade } from "../../protocol/viewer-request";
import { SOCKET_VISITOR_BYTES, type SocketVisitor } from "../../protocol/visitor-socket";
import { cfOfPlace } from "../enrich/place";
import { damp } from "../ingest/damp";
import { type LeftOut, tellLeftOut } from "../ingest/drop-tally";
import { rateClaim } from "../ingest/rate-claim";
import { type SenderFacts, senderFacts } from "../ingest/sender-facts";
import { siteFacts } from "../ingest/site-facts";
import { siteMeant } from "../ingest/site-meant";
import { callSite } from "../ingest/site-stub";
import { dropBatch } from "../ingest/take-batch";
import { fail } from "../reply";
import type { AppEnv, Handler, Route } from "./route";

type C = Context<AppEnv>;

const Tab = z.guid();

/**
 * `GET /api/v1/live?site=&tab=`: a visitor's socket, handed to the site's object. What a beacon's request says about its
 * sender is taken here, once for all messages; a sender whose beacons are dropped gets no socket.
 */
const live: Handler = async (c) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
    return fail("invalid", "This address takes WebSocket connections.", { upgrade: "`Upgrade: websocket` is needed." });
  }
  const now = Date.now();
  const facts = senderFacts(c.req.raw);
  const site = await siteMeant(c.env, c.req.query("site"), facts);
  if (!site) return dropped(fail("not_found", "There is no such site."), "unknown_site");
  const tell = (leftOut: LeftOut) => tellLeftOut(c.env, c.executionCtx, site, [leftOut], now);

  const rate = rateClaim(null, facts.address, "sockets");
  const reason = dropBatch(c.env, c.executionCtx, nothingFrom(site, facts, rate, now));
  if (reason) return dropped(fail("forbidden", "Nothing from here is counted for this site."), reason);
  const tab = c.req.query("tab");
  const visitor: SocketVisitor = {
    site_id: site.id,
    sender: { ...facts, cf: cfOfPlace(facts.cf) },
    ...(Tab.safeParse(tab).success && { tab }),
  };
  const upgrade = ascii({ kind: "visitor", visitor, site: siteFacts(c.env, site) });
  if (upgrade.length > SOCKET_VISITOR_BYTES) return fail("too_large", "The headers of this request are too long.");

  const wait = await damp(c.env, site, rate, now);
  const response = wait > 0 ? null : await callSite(c.env, site.id, (stub) => stub.fetch(upgradeRequest(c, upgrade)));
  if (response?.status === 101) return response;
  const retry = { "Retry-After": response?.headers.get("Retry-After") ?? String(wait) };
  if (response?.status === 503) {
    tell({ reason: "unavailable", count: 1, example: "Too many sockets" });
    return fail("unavailable", "The site holds all the sockets it can. Try again later.", undefined, retry);
  }
  tell({ reason: "rate_limited", count: 1, example: "address" });
  return fail("rate_limited", "Too many sockets. Try again later.", undefined, retry);
};

const dropped = (response: Response, reason: DropReason): Response => {
  response.headers.set(DROPPED_HEADER, reason);
  return response;
};

/** What the steps look at that keep or drop all of a sender's. */
const nothingFrom = (site: Site, facts: SenderFacts, rate: RateClaim | null, received_at: number) => ({
  site,
  facts,
  rate,
  received_at,
  sender: { kind: "visitor" as const },
  trusted: false,
  claims: {},
  visible: true,
  ping: false,
  context: {},
  body_hash: "",
  events: [],
});

/** The object must not see more of the request than that, cookies least of all. */
function upgradeRequest(c: C, upgrade: string): Request {
  const headers = new Headers({ Upgrade: "websocket", [UPGRADE_HEADER]: upgrade });
  const offered = c.req.header("Sec-WebSocket-Protocol");
  if (offered !== undefined) headers.set("Sec-WebSocket-Protocol", offered);
  return new Request(c.req.url, { headers });
}

/** JSON as a header may hold it: names of cities have letters that a header has not. */
const ascii = (upgrade: Upgrade): string =>
  JSON.stringify(upgrade).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

export const visitorLiveRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v1/live", access: { kind: "public" }, handler: live },
];
