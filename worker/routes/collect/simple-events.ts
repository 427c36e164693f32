import * as z from "zod";
import { summaryOf } from "../../../durable-objects/site/model/outward";
import { type BeaconEvent, SimpleEvent } from "../../../protocol/beacon";
import type { Sender } from "../../../protocol/ingest";
import { EVENT_BYTES, EVENTS_PER_BATCH, TEXT } from "../../../protocol/limits";
import type { Site } from "../../../protocol/management";
import type { EventError } from "../../../protocol/refusals";
import { cleanId, userOf } from "../../ingest/clean-id";
import { tellLeftOut } from "../../ingest/drop-tally";
import { sha256Hex } from "../../ingest/hash";
import { fieldsOf, normalizeEvent } from "../../ingest/normalize-event";
import { rateClaim } from "../../ingest/rate-claim";
import { refusedEvents } from "../../ingest/refused";
import { siteFacts } from "../../ingest/site-facts";
import { callSite } from "../../ingest/site-stub";
import { type Parcel, takeBatches } from "../../ingest/take-batch";
import { fail } from "../../reply";
import type { Principal } from "../route";
import { begin, type C, collector, droppedReply, maySend, refusedResult, siteFor } from "./ingest-request";

/** `POST /api/events` takes one event, or several under `events`. Each is parsed by itself. */
const SimpleBody = z.looseObject({
  site: z.string().max(TEXT.id).optional(),
  events: z.array(z.unknown()).min(1).max(EVENTS_PER_BATCH).optional(),
});

/** The events of one `POST /api/events` that belong to one sender. */
interface Group {
  sender: Sender;
  claims: Parcel["claims"];
  events: Parcel["events"];
}

/** `POST /api/events`: one event, or `{ events: [...] }` of the same. */
export const simpleEvents = collector(async (c, received_at) => {
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
  const rate = rateClaim(principal, facts.address, "events");
  const parcels = [...groups.values()].map(({ sender, claims, events }) => ({
    site,
    sender,
    facts,
    trusted,
    claims,
    rate,
    received_at,
    visible: true,
    ping: false,
    context: {},
    body_hash,
    events,
  }));
  const { result, dropped } = await takeBatches(c.env, c.executionCtx, parcels);
  if (!result.ok) return refusedResult(result);
  const { count } = result;
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
