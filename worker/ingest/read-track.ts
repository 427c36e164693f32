import type { TrackRequest } from "../../protocol/beacon";
import type { RateClaim, Sender } from "../../protocol/ingest";
import { EVENT_BYTES } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import type { EventError } from "../../protocol/refusals";
import { userOf } from "./clean-id";
import { toMs } from "./clock";
import { sha256Hex } from "./hash";
import { normalizeEvent } from "./normalize-event";
import type { SenderFacts } from "./sender-facts";
import type { Parcel } from "./take-batch";

/** What is known beside a track request itself, whichever way it came. */
export interface TrackContext {
  site: Site;
  facts: SenderFacts;
  /** A key or member sent it. */
  trusted: boolean;
  /** The request as it came; repeats of events without id or `seq` are known by its hash. */
  bytes: Uint8Array;
  rate: RateClaim | null;
  received_at: number;
}

/** A parcel to send on, with what was wrong with single events; without one, nothing of it can be kept. */
export interface Track {
  parcel: Parcel | null;
  errors: EventError[];
}

const isAnonymous = (request: TrackRequest, facts: SenderFacts, trusted: boolean) =>
  request.dnt ?? (!trusted && facts.opt_out);

/** What is missing for knowing who sends it, by field, or null. */
export function missingSender(
  request: TrackRequest,
  facts: SenderFacts,
  trusted: boolean,
): Record<string, string> | null {
  if (isAnonymous(request, facts, trusted)) return null;
  if (request.session_id || request.tab || request.visitor || (trusted && request.user_id)) return null;
  return { session_id: "`session_id` or `tab` is needed." };
}

/** Reads the events of a track request one by one and says who sent them. */
export async function readTrack(request: TrackRequest, context: TrackContext): Promise<Track> {
  const { site, facts, trusted, bytes, rate, received_at } = context;
  const events: Parcel["events"] = [];
  const errors: EventError[] = [];
  let ping = false;
  const reading = {
    received_at,
    sent_at: request.sent_at === undefined ? null : toMs(request.sent_at),
    trusted,
    base: `https://${site.domain}`,
    measure: bytes.byteLength > EVENT_BYTES,
  };
  request.events.forEach((item, index) => {
    const read = normalizeEvent(item, reading);
    if (read.kind === "ping") ping = true;
    else if (read.kind === "refused") errors.push({ index, code: read.code, fields: read.fields });
    else events.push({ event: read.event, index, referrer: read.referrer, raw_url: read.raw_url });
  });
  if (events.length === 0 && !ping) return { parcel: null, errors };
  const sender = senderOf(request, context);
  const parcel: Parcel = {
    site,
    sender,
    facts,
    trusted,
    claims: claimsOf(request),
    rate,
    received_at,
    visible: request.visible ?? true,
    ping,
    context: request.context ?? {},
    body_hash: needsHash(sender, events) ? await sha256Hex(bytes) : "",
    events,
  };
  return { parcel, errors };
}

function senderOf(request: TrackRequest, { site, facts, trusted }: TrackContext): Sender {
  if (isAnonymous(request, facts, trusted)) return { kind: "anonymous" };
  const persistent = site.identity === "persistent";
  const user_id = trusted || persistent ? userOf(request.user_id) : undefined;
  return {
    kind: "visitor",
    ...(persistent && request.visitor !== undefined && { persistent_id: request.visitor }),
    ...(request.tab !== undefined && { tab: request.tab }),
    ...(user_id !== undefined && { user_id }),
    ...(request.session_id !== undefined && { session_id: request.session_id }),
  };
}

function claimsOf({ country, user_agent, ip }: TrackRequest): Parcel["claims"] {
  return {
    ...(country !== undefined && { country }),
    ...(user_agent !== undefined && { user_agent }),
    ...(ip !== undefined && { ip }),
  };
}

/** True if some event is known by nothing but the body it came in: `seq` needs a tab, `event_id` somebody. */
const needsHash = (sender: Sender, events: Parcel["events"]) =>
  sender.kind === "anonymous" ||
  events.some(({ event }) => event.event_id === undefined && (event.seq === undefined || sender.tab === undefined));
