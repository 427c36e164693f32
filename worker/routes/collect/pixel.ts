import { Buffer } from "node:buffer";
import { DROPPED_HEADER, type DropReason } from "../../../protocol/drop-reasons";
import { tellLeftOut } from "../../ingest/drop-tally";
import { normalizeEvent } from "../../ingest/normalize-event";
import { rateClaim } from "../../ingest/rate-claim";
import { refusedFields } from "../../ingest/refused";
import { senderFacts } from "../../ingest/sender-facts";
import { takeBatch } from "../../ingest/take-batch";
import { collector, siteFor } from "./ingest-request";

/** A transparent pixel, GIF89a. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** `GET /p.gif?site&page`: for pages without script. Always the picture, whatever was kept. */
export const pixel = collector(async (c, received_at) => {
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
