import type { PageContext } from "../../protocol/beacon";
import type { DropReason } from "../../protocol/drop-reasons";
import type { SiteEvent } from "../../protocol/event";
import type { Dimensions, IngestBatch, IngestOutcome, RateClaim, Sender } from "../../protocol/ingest";
import { TEXT } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import { sourceOf } from "../enrich/channel";
import { cutText, plainText } from "../enrich/clean-text";
import { countryCode } from "../enrich/country";
import { deviceOf } from "../enrich/device";
import { cleanUrl } from "../enrich/page-address";
import { demoPlace, type Place, placeOfCf } from "../enrich/place";
import type { Env } from "../env";
import { damp } from "./damp";
import { tellLeftOut } from "./drop-tally";
import { FailedCall, handOver, handOverAll } from "./hand-over";
import { moreHosts } from "./more-hosts";
import { type Dropped, runSteps } from "./pipeline";
import type { SenderFacts } from "./sender-facts";
import { siteFacts } from "./site-facts";
import { isUnavailable } from "./site-stub";

/** One sender's events of one request, parsed, on their way to the site's object. */
export interface Parcel {
  site: Site;
  sender: Sender;
  facts: SenderFacts;
  /** A key or member sent it, and may claim what follows. */
  trusted: boolean;
  claims: { country?: string; user_agent?: string; ip?: string; device?: string };
  /** Null: a socket's, which counts its own events. */
  rate: RateClaim | null;
  received_at: number;
  visible: boolean;
  ping: boolean;
  context: PageContext;
  body_hash: string;
  events: { event: SiteEvent; index: number; referrer: string; raw_url: string }[];
}

type CountedParcel = Parcel & { rate: RateClaim };

export interface Taken {
  result: IngestOutcome;
  dropped: DropReason | null;
}

type TooMany = { ok: false; code: "rate_limited"; retry_after_s: number };

type Waiter = { waitUntil(work: Promise<unknown>): void };

/** Runs the steps alone: the reason for which nothing of it may be kept, told to the owner, or null. */
export function dropBatch(env: Env, waiter: Waiter, parcel: Parcel): DropReason | null {
  const { events, dropped } = stepsOf(env, parcel);
  if (events.length > 0) return null;
  tellLeftOut(env, waiter, parcel.site, dropped, parcel.received_at);
  return dropped[0]?.reason ?? null;
}

function stepsOf(env: Env, parcel: Parcel): ReturnType<typeof runSteps> {
  const { site, facts, trusted, claims } = parcel;
  const { events, dropped } = runSteps({
    site,
    more_hosts: moreHosts(env.CORS_ORIGINS ?? ""),
    trusted,
    origin_host: facts.origin_host,
    // A server's own address and agent say nothing about its visitors.
    address: trusted ? (claims.ip ?? "") : facts.address,
    user_agent: userAgentOf(parcel),
    anonymous: parcel.sender.kind === "anonymous",
    events: parcel.events.map(({ event, index }) => ({ event, index })),
  });
  return { events, dropped: dropped.map((one) => ({ ...one, example: cutText(one.example, 200) })) };
}

function userAgentOf({ trusted, claims, facts }: Parcel): string {
  return trusted ? (claims.user_agent ?? "") : facts.user_agent;
}

/** The pipeline from parsed events to the object's answer: drop with a reason, enrich, hand over. */
export async function takeBatch(env: Env, waiter: Waiter, parcel: Parcel): Promise<Taken> {
  const { batch, dropped } = batchOf(env, parcel);
  tellLeftOut(env, waiter, parcel.site, dropped, parcel.received_at);
  const reason = dropped[0]?.reason ?? null;
  if (!batch) return { result: NOTHING, dropped: reason };
  const result = await askSite(env, waiter, parcel, () => handOver(env, batch, parcel.received_at));
  return { result, dropped: reason };
}

const NOTHING = { ok: true, count: 0, session_id: null, started_at: null } as const;

/**
 * The same for one request of several senders, in one call. Every batch is tried. Where one could not be kept that is the
 * answer, since a success says that all is kept: the request is sent again, and what was counted is not counted twice.
 */
export async function takeBatches(env: Env, waiter: Waiter, parcels: readonly CountedParcel[]): Promise<Taken> {
  const [first] = parcels;
  if (!first) return { result: NOTHING, dropped: null };
  if (parcels.length === 1) return takeBatch(env, waiter, first);
  const { site, rate, received_at } = first;
  const read = parcels.map((parcel) => batchOf(env, parcel));
  const left = read.flatMap(({ dropped }) => dropped);
  tellLeftOut(env, waiter, site, left, received_at);
  const dropped = left[0]?.reason ?? null;
  const batches = read.flatMap(({ batch }) => batch ?? []);
  if (batches.length === 0) return { result: NOTHING, dropped };
  const events = parcels.flatMap((parcel) => parcel.events);
  const results = await askSite(env, waiter, { site, rate, events, received_at }, () =>
    handOverAll(env, batches, rate, received_at),
  );
  if ("code" in results) return { result: results, dropped };
  let count = 0;
  let refused: IngestOutcome | null = null;
  let failed: FailedCall | null = null;
  results.forEach((result, i) => {
    if (result.ok) count += result.count;
    else if (result.code !== "failed") refused ??= result;
    else {
      failed ??= new FailedCall(result);
      if (isUnavailable(result)) tellBusy(env, waiter, site, batches[i]?.events.length ?? 1, received_at);
    }
  });
  if (failed) throw failed;
  return { result: refused ?? { ...NOTHING, count }, dropped };
}

/** What of a parcel goes to the object, null where nothing is left, and what is dropped on the way and why. */
export function batchOf(env: Env, parcel: Parcel): { batch: IngestBatch | null; dropped: Dropped[] } {
  const { site, facts, trusted, claims } = parcel;
  const address = (trusted ? claims.ip : undefined) ?? facts.address;
  const user_agent = userAgentOf(parcel);
  const { events, dropped } = stepsOf(env, parcel);
  const ping = parcel.ping && (events.length > 0 || dropped.length === 0);
  if (events.length === 0 && !ping) return { batch: null, dropped };
  const batch: IngestBatch = {
    site: siteFacts(env, site),
    received_at: parcel.received_at,
    sender: parcel.sender,
    address,
    user_agent,
    rate: parcel.rate,
    visible: parcel.visible,
    ping,
    dimensions: dimensionsOf(env, parcel, address, user_agent),
    context: parcel.context,
    events: events.map(({ event }) => event),
    indexes: events.map(({ index }) => index),
    body_hash: parcel.body_hash,
  };
  return { batch, dropped };
}

/**
 * Makes a call to the site's object for a parcel, unless its sender floods the site. If it cannot be reached the owner is told, once
 * it can be, and the error goes on.
 */
export async function askSite<T>(
  env: Env,
  waiter: Waiter,
  parcel: Pick<Parcel, "site" | "rate" | "events" | "received_at">,
  call: () => Promise<T>,
): Promise<T | TooMany> {
  const { site, rate, events, received_at } = parcel;
  const retry_after_s = await damp(env, site, rate, received_at);
  if (retry_after_s > 0) {
    const flood = { reason: "rate_limited", count: Math.max(1, events.length), example: "address" } as const;
    tellLeftOut(env, waiter, site, [flood], received_at);
    return { ok: false, code: "rate_limited", retry_after_s };
  }
  try {
    return await call();
  } catch (error) {
    if (isUnavailable(error)) tellBusy(env, waiter, site, events.length, received_at);
    throw error;
  }
}

function tellBusy(env: Env, waiter: Waiter, site: Site, events: number, at: number): void {
  const busy = { reason: "unavailable", count: Math.max(1, events), example: "The site was too busy" } as const;
  tellLeftOut(env, waiter, site, [busy], at);
}

/** What the edge knows of the visit: device by user agent, place by the platform, source by referrer and campaign. */
export function dimensionsOf(
  env: Env,
  parcel: Pick<Parcel, "site" | "facts" | "trusted" | "claims" | "events" | "context">,
  address: string,
  user_agent: string,
): Dimensions {
  const { facts, trusted, claims, site } = parcel;
  const hints = trusted ? {} : { brands: facts.brands_hint, mobile: facts.mobile_hint, platform: facts.platform_hint };
  const device = deviceOf(user_agent, hints);
  const place = placeFor(env, parcel, address, user_agent);
  const first = parcel.events.find(({ event }) => event.type === "pageview") ?? parcel.events[0];
  const source = sourceOf({
    referrer: first?.referrer ?? "",
    page_url: first?.raw_url ?? "",
    own_hosts: site.domains,
  });
  return {
    country: place.country,
    region: place.region,
    city: place.city,
    latitude: place.latitude,
    longitude: place.longitude,
    device: trusted && claims.device ? claims.device : device.device,
    browser: device.browser,
    browser_version: device.browser_version,
    os: device.os,
    source: cutText(source.source, 100),
    channel: source.channel,
    referrer: first?.referrer ? (cleanUrl(cutText(first.referrer, TEXT.url))?.page_url ?? "") : "",
    campaign: cutText(source.campaign, 100),
    medium: cutText(source.medium, 100),
    language: plainText(parcel.context.language ?? facts.language),
  };
}

function placeFor(
  env: Env,
  parcel: Pick<Parcel, "facts" | "trusted" | "claims">,
  address: string,
  user_agent: string,
): Place {
  const { trusted, claims, facts } = parcel;
  if (trusted) {
    // The platform's place is the server's own; only what it claims says where its visitor is.
    const none = { region: null, city: null, latitude: null, longitude: null, time_zone: null };
    return { ...none, country: claims.country === undefined ? null : countryCode(claims.country) };
  }
  return env.DEMO_PLACES === "1" ? demoPlace(`${address}\n${user_agent}`) : placeOfCf(facts.cf);
}
