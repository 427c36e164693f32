import type { TrackRequest } from "../protocol/beacon";
import type { EVENT_BYTES } from "../protocol/limits";
import { IN_FLIGHT_BYTES, QUEUE_FLUSH_EVENTS, QUEUE_KEEP_EVENTS } from "../protocol/limits";

/** The delay stops doubling here, at about four minutes. */
const MOST_DOUBLINGS = 8;
/** Characters in place of bytes: the collector measures exactly, and what gets by here still fits into a batch. */
const EVENT_CHARACTERS: typeof EVENT_BYTES = 16_384;
/** A beacon tells nobody when it has arrived; after this time, in milliseconds, it is held to have. */
const BEACON_TIME = 5_000;

/** Statuses after which the same request may succeed; none is no answer at all. */
export const isTransient = (status?: number): boolean =>
  status === undefined || status > 499 || status === 429 || status === 408;

/**
 * Milliseconds until the next try: doubling from a second on, by chance down to nothing of it ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), never less than `retryAfter` seconds.
 */
export const retryDelay = (failures: number, retryAfter: number, chance: number): number =>
  1e3 * Math.max(retryAfter || 0, chance * 2 ** Math.min(failures, MOST_DOUBLINGS));

/** Who sends what to whom. */
export interface Outbox {
  url: string;
  /** Events as JSON, so that what the page changes afterwards changes nothing here. */
  waiting: string[];
  /** Events in a batch, at most. */
  most: number;
  sender: Partial<TrackRequest>;
  envelope(): object;
}

/** Sends events in batches, and again with the same ids those that the collector did not take. */
export const makeQueue = (outbox: Outbox) => {
  const { url, waiting } = outbox;
  let failures = 0;
  /** When a failing collector may be asked again; 0 while it works. */
  let heldUntil = 0;
  let inFlight = 0;

  /**
   * Sends the first batch of what waits, now. On hiding, which may be the last chance, it sends all that may be on its
   * way at once, to a failing collector too.
   */
  const flush = async (hiding?: boolean): Promise<void> => {
    if (!hiding && Date.now() < heldUntil) return;
    let body: string;
    let bytes: number;
    let count = outbox.most * 2;
    do {
      count >>= 1;
      body = `{"events":[${waiting.slice(0, count)}],${JSON.stringify(outbox.envelope()).slice(1)}`;
      bytes = new Blob([body]).size;
    } while (count && bytes + inFlight > IN_FLIGHT_BYTES);
    const events = waiting.splice(0, count);
    if (!events[0]) return;
    inFlight += bytes;
    if (hiding && navigator.sendBeacon(url, body)) {
      setTimeout(() => {
        inFlight -= bytes;
      }, BEACON_TIME);
      flush(hiding);
      // While the collector fails, the events stay: sent twice they are counted once.
      if (heldUntil) waiting.unshift(...events);
      return;
    }
    const reply = await fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
    inFlight -= bytes;
    if (!reply || isTransient(reply.status)) {
      waiting.unshift(...events);
      const retryAfter = Number(reply && reply.headers.get("Retry-After"));
      heldUntil = Date.now() + retryDelay(failures++, retryAfter, Math.random());
      return;
    }
    heldUntil = failures = 0;
    // The collector knows the window by now.
    outbox.sender.context = undefined;
    const { route } = await reply.json().catch(() => outbox.sender);
    outbox.sender.route = route || outbox.sender.route;
  };

  const push = (json: string, now?: boolean) => {
    if (waiting[QUEUE_KEEP_EVENTS - 1] || json[EVENT_CHARACTERS]) return;
    if (waiting.push(json) >= QUEUE_FLUSH_EVENTS || now) flush();
  };

  return [push, flush] as const;
};
