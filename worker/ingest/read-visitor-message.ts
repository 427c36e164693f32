import type { ReadVisitorMessage, VisitorMessage } from "../../durable-objects/site/visitor-message";
import { TrackRequest } from "../../protocol/beacon";
import type { DropReason } from "../../protocol/drop-reasons";
import { findSite } from "../store/sites";
import { fieldsOf } from "./normalize-event";
import { missingSender, readTrack } from "./read-track";
import { refusedEvents, refusedFields } from "./refused";
import { batchOf } from "./take-batch";

const utf8 = new TextEncoder();

/** What a visitor's socket said: the way of a request to the object, without the request. */
export const readVisitorMessage: ReadVisitorMessage = async (env, { site_id, sender: facts }, text, received_at) => {
  const json = parsed(text);
  if (typeof json !== "object" || json === null || !("type" in json)) return { kind: "unreadable" };
  if (json.type === "ping") return { kind: "ping" };
  if (json.type !== "events") return refused("unknown_message", "This server does not know such a message.");
  const site = await findSite(env, site_id);
  if (!site) return nothing("unknown_site");
  const request = TrackRequest.safeParse(json);
  if (!request.success) return wrongFields("Some fields are missing or wrong.", fieldsOf(request.error));
  const missing = missingSender(request.data, facts, false);
  if (missing) return wrongFields("Say who sends it.", missing);
  const context = { site, facts, trusted: false, bytes: utf8.encode(text), rate: null, received_at };
  const { parcel, errors } = await readTrack(request.data, context);
  const wrong = refusedEvents(errors);
  if (!parcel) return { ...refused("invalid", "None of the events can be kept."), errors, left_out: wrong };
  const { batch, dropped } = batchOf(env, parcel);
  const events = request.data.events.length;
  return {
    kind: "events",
    events,
    batch,
    errors,
    dropped: dropped[0]?.reason ?? null,
    left_out: [...wrong, ...dropped],
  };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    return undefined;
  }
}

function refused(code: "invalid" | "unknown_message", message: string): VisitorMessage & { kind: "refused" } {
  return { kind: "refused", code, message, left_out: [] };
}

function wrongFields(message: string, fields: Record<string, string>): VisitorMessage {
  return { ...refused("invalid", message), fields, left_out: [refusedFields(fields)] };
}

function nothing(dropped: DropReason): VisitorMessage {
  return { kind: "events", events: 1, batch: null, errors: [], dropped, left_out: [] };
}
