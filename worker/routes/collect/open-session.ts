import { SessionRequest } from "../../../protocol/beacon";
import type { DropReason } from "../../../protocol/drop-reasons";
import { cleanUrl } from "../../enrich/page-address";
import { cleanId, userOf } from "../../ingest/clean-id";
import { tellLeftOut } from "../../ingest/drop-tally";
import { rateClaim } from "../../ingest/rate-claim";
import { refusedFields } from "../../ingest/refused";
import { siteFacts } from "../../ingest/site-facts";
import { callSite } from "../../ingest/site-stub";
import { askSite, dimensionsOf, dropBatch, type Parcel } from "../../ingest/take-batch";
import { fail } from "../../reply";
import { begin, collector, droppedReply, maySend, refusedResult, siteFor } from "./ingest-request";

/** Dropped on purpose: the same reply, and a session that nobody keeps. */
function unkeptSession(received_at: number, reason: DropReason): Response {
  const started_at = new Date(received_at).toISOString();
  return droppedReply({ session_id: crypto.randomUUID(), started_at }, 201, reason);
}

/** `POST /api/v1/sessions`. */
export const openSession = collector(async (c, received_at) => {
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
  const opened = await askSite(c.env, c.executionCtx, parcel, () =>
    callSite(c.env, site.id, (stub) =>
      stub.openSession(siteFacts(c.env, site), session_id, opening, rate, received_at),
    ),
  );
  if (!opened.ok) return refusedResult({ ...opened, code: "rate_limited" });
  return Response.json({ session_id, started_at: new Date(opened.started_at).toISOString() }, { status: 201 });
});
