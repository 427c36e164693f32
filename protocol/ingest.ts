import * as z from "zod";
import type { PageContext } from "./beacon";
import type { LeftOutReason } from "./drop-reasons";
import type { SiteEvent } from "./event";

/** What the Worker hands to a site's object for one accepted request, and what it gets back. Crosses RPC: data only. */

/** The part of a site's settings that its object needs; the owner's choices stand in D1. */
export const SiteFacts = z.object({
  site_id: z.string(),
  org_id: z.string(),
  /** IANA name; hours and days of reports are in it. */
  time_zone: z.string(),
  session_timeout_ms: z.number(),
  /** Requests per 60 s and address from browsers. */
  rate_limit: z.number(),
  /** Objects that take its requests, at least; unknown to what was stored or sent by the version before. */
  leaves: z.number().default(1),
});
export type SiteFacts = z.infer<typeof SiteFacts>;

/** What the edge found out about the sender. Fixed for a session when it opens. */
export interface Dimensions {
  country: string | null;
  region: string | null;
  city: string | null;
  latitude: number | null;
  longitude: number | null;
  device: string;
  browser: string;
  browser_version: string;
  os: string;
  source: string;
  channel: string;
  referrer: string;
  campaign: string;
  medium: string;
  language: string;
}

/**
 * Who sent it, in the order in which an identity is taken. `address` and `user_agent` are used for the daily id and forgotten.
 * `anonymous`: Do Not Track; counted without visitor and session.
 */
export type Sender =
  | { kind: "anonymous" }
  | {
      kind: "visitor";
      /** First-party id of `persistent` identity. */
      persistent_id?: string;
      tab?: string;
      /** Given by a caller with a key. */
      user_id?: string;
      /** Given by the sender; names its own session. */
      session_id?: string;
    };

/** Kinds of routes that are counted apart from each other. */
export type RateRoute = "events" | "sessions" | "streams" | "goodbyes" | "sockets" | "socket_events";

/** Against which rate a request counts. */
export type RateClaim =
  /** A browser's. */
  | { by: "address"; route: RateRoute; address: string }
  /** A key's, or a member's by token. */
  | { by: "key"; id: string };

export interface IngestBatch {
  site: SiteFacts;
  received_at: number;
  sender: Sender;
  address: string;
  user_agent: string;
  /** Null: the request was counted with another batch of it. */
  rate: RateClaim | null;
  /** False: no sign of life, the page was hidden, or a server speaks for somebody. */
  visible: boolean;
  /** The batch holds a ping: a sign of life even without events. */
  ping: boolean;
  dimensions: Dimensions;
  context: PageContext;
  events: SiteEvent[];
  /** Hex SHA-256 of the body, the dedupe key of events that have neither `event_id` nor `seq`. */
  body_hash: string;
  /** Position in the body of each event in `events`, beside `body_hash`. */
  indexes: number[];
}

export type IngestOutcome =
  | { ok: true; count: number; session_id: string | null; started_at: number | null }
  | { ok: false; code: "rate_limited" | "unavailable"; retry_after_s: number };

/** The same as the site's object says it. `leaves`: how many to spread its requests over from now on. */
export type IngestResult = IngestOutcome & { leaves: number };

/**
 * What a call failed with, and what the platform says of it. Told as data where a call was made for several, or goes through
 * two objects: of an error only the text is sure to cross.
 */
export interface CallFailure {
  ok: false;
  code: "failed";
  message: string;
  /** The same may be called again; what was done already is not done twice. */
  retryable: boolean;
  /** Calling again makes it worse. */
  overloaded: boolean;
}

/** The answer to one of the batches that were handed over together. */
export type GatheredResult = IngestResult | CallFailure;

/** What the Worker dropped on purpose or refused, told to the object so that the owner can see it. */
export interface DropNotice {
  site: SiteFacts;
  reason: LeftOutReason;
  /** Events; of a request that could not be read, one. */
  count: number;
  /** What an owner needs to mend it: the foreign host, the excluded path, the bot's name, the wrong field. Never an address or id. */
  example: string;
  at: number;
}
