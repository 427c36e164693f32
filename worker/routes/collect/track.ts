import { type TrackReply, TrackRequest } from "../../../protocol/beacon";
import type { EventError } from "../../../protocol/refusals";
import { tellLeftOut } from "../../ingest/drop-tally";
import { rateClaim } from "../../ingest/rate-claim";
import { missingSender, readTrack } from "../../ingest/read-track";
import { refusedEvents, refusedFields } from "../../ingest/refused";
import { takeBatch } from "../../ingest/take-batch";
import { fail } from "../../reply";
import { begin, collector, droppedReply, maySend, noteRefused, refusedResult, siteFor } from "./ingest-request";

/** `POST /api/v1/track`. */
export const track = collector(async (c, received_at) => {
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
