import { orgStub } from "../../durable-objects/org/stub";
import { CLOSE } from "../../protocol/close-codes";
import { RELAYS, ROOMS_PER_SOCKET } from "../../protocol/limits";
import { readRoom, siteOfRooms } from "../../protocol/rooms";
import { SUBPROTOCOL } from "../../protocol/version";
import { type OrgUpgrade, UPGRADE_HEADER, type Upgrade, UpgradeQuery } from "../../protocol/viewer-request";
import { authorizeOrg, authorizeSite } from "../auth/authorize";
import { grantOf, watcherId } from "../auth/grant";
import { ticketPrincipal } from "../auth/one-time-token";
import { principalOf } from "../auth/principal";
import type { Env } from "../env";
import { siteFacts } from "../ingest/site-facts";
import { siteStub } from "../ingest/site-stub";
import { fail } from "../reply";
import { queryOf } from "./query-of";
import type { Handler, Principal, Route } from "./route";

/** A socket that is accepted only to be closed with a code: a refused upgrade tells a browser nothing. */
function closedSocket(request: Request, code: number, reason: string, more: Record<string, string> = {}): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  // A client refuses an answer with a protocol that it did not offer, and one without where it offered some.
  const offered = offeredProtocols(request);
  const chosen = offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : offered[0];
  const headers = { ...more, ...(chosen !== undefined && { "Sec-WebSocket-Protocol": chosen }) };
  return new Response(null, { status: 101, webSocket: client, headers });
}

function offeredProtocols(request: Request): string[] {
  const header = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return header
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
}

/** `GET /api/realtime/ws?rooms=site:ID,…`: signs in by cookie, bearer or ticket. */
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
  const more = UpgradeQuery.catch({}).parse(queryOf(c));
  const response = await holdSocket(c.env, request, principal, rooms, more);
  if (response.status === 403) return closedSocket(request, CLOSE.notAllowed, "You may not join one of these rooms.");
  if (response.status !== 429 && response.status !== 503) return response;
  const wait = { "Retry-After": response.headers.get("Retry-After") ?? "1" };
  return closedSocket(request, CLOSE.tooFast, "Too many sockets. Connect again later.", wait);
};

/** Hands the socket to the site's object where its rooms are all of one site, else to the organization's. */
async function holdSocket(
  env: Env,
  request: Request,
  principal: Principal,
  asked: string[],
  { messages, resume, marks }: UpgradeQuery,
): Promise<Response> {
  if (asked.length > ROOMS_PER_SOCKET) {
    return closedSocket(request, CLOSE.unreadable, `Ask for at most ${ROOMS_PER_SOCKET} rooms.`);
  }
  const rooms = asked.map(readRoom);
  const names = [...new Set(rooms.map((room, i) => room?.name ?? asked[i] ?? ""))];
  const viewer = {
    user_id: watcherId(principal),
    org_id: principal.org_id,
    grant: grantOf(principal),
    rooms: names,
    ...(messages && { messages }),
    ...(marks && { marks: true as const }),
  };
  const site_id = siteOfRooms(rooms);
  if (site_id === null) {
    const scope = authorizeOrg(principal, "read");
    if (!scope.ok) return closedSocket(request, CLOSE.notAllowed, "You may not watch this.");
    return holdAtOrg(env, request, scope.scope, { kind: "viewer", viewer, ...(resume && { resume }) });
  }
  const scope = await authorizeSite(env, principal, site_id, "read");
  if (!scope.ok) return closedSocket(request, CLOSE.notAllowed, "There is no such site for you.");
  const { site } = scope.scope;
  const upgrade: Upgrade = { kind: "viewer", viewer, site: siteFacts(env, site), ...(resume && { resume }) };
  const response = await siteStub(env, site.id).fetch(upgradeRequest(request, upgrade));
  if (response.status !== 503) return response;
  // Its frames are heard at the organization's object as well.
  const diverted = { ...viewer, rate_limit: upgrade.site.rate_limit };
  return holdAtOrg(env, request, site, { kind: "viewer", viewer: diverted, ...(resume && { resume }) });
}

/** Hands the socket to the first of the organization's objects that has room. */
async function holdAtOrg(
  env: Env,
  request: Request,
  { org_id }: { org_id: string },
  upgrade: Omit<OrgUpgrade, "relay">,
): Promise<Response> {
  for (let relay = 0; ; relay++) {
    const response = await orgStub(env, org_id, relay).fetch(upgradeRequest(request, { ...upgrade, relay }));
    if (response.status !== 503 || relay === RELAYS) return response;
  }
}

/** The object must not see who is signed in by more than the upgrade says. */
function upgradeRequest(request: Request, upgrade: Upgrade | OrgUpgrade): Request {
  const headers = new Headers(request.headers);
  headers.set(UPGRADE_HEADER, JSON.stringify(upgrade));
  headers.delete("Cookie");
  headers.delete("Authorization");
  return new Request(request, { headers });
}

export const liveRoutes: readonly Route[] = [
  // Asks for a sign-in itself: a browser cannot read the status of a refused upgrade, so the socket closes with a code.
  { method: "GET", path: "/api/realtime/ws", access: { kind: "public" }, handler: realtime },
];
