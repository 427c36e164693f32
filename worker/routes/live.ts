import { CLOSE } from "../../protocol/close-codes";
import { SUBPROTOCOL } from "../../protocol/version";
import type { Upgrade } from "../../protocol/viewer-request";
import { UPGRADE_HEADER } from "../../protocol/viewer-request";
import { authorizeSite } from "../auth/authorize";
import { ticketPrincipal } from "../auth/one-time-token";
import { principalOf } from "../auth/principal";
import { siteFacts } from "../ingest/site-facts";
import { siteStub } from "../ingest/site-stub";
import { fail } from "../reply";
import type { Handler, Principal, Route } from "./route";

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

export const liveRoutes: readonly Route[] = [
  // Asks for a sign-in itself: a browser cannot read the status of a refused upgrade, so the socket closes with a code.
  { method: "GET", path: "/api/realtime/ws", access: { kind: "public" }, handler: realtime },
];
