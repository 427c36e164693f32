import type { TrackRequest } from "../protocol/beacon";
import { EVENT_BYTES, IN_FLIGHT_BYTES, QUEUE_FLUSH_EVENTS, QUEUE_KEEP_EVENTS } from "../protocol/limits";

/** Bytes left for the envelope around the events. */
const ENVELOPE_BYTES = 1_500;
/** The delay stops doubling here, at about four minutes. */
const MOST_DOUBLINGS = 8;

const bytesOf = (text: string) => new Blob([text]).size;

/** Statuses after which the same request may succeed. */
export const isTransient = (status: number): boolean => status > 499 || status === 429 || status === 408;

/** Milliseconds until the next try: doubling from a second on, half of it by chance, never less than `retryAfter` seconds. */
export const retryDelay = (failures: number, retryAfter: number, chance: number): number =>
  Math.max(2 ** Math.min(failures, MOST_DOUBLINGS) * (500 + 500 * chance), retryAfter * 1e3 || 0);

/** Takes the first events off the queue that fit into `room` bytes, at most `most`. */
export const take = (queue: string[], most: number, room: number): string[] => {
  let count = 0;
  while (count < most && count < queue.length && (room -= bytesOf(queue[count]!) + 1) > 0) count++;
  return queue.splice(0, count);
};

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

  const send = async (events: string[], hiding?: boolean, ping?: string) => {
    const body = `${JSON.stringify(outbox.envelope()).slice(0, -1)},"events":[${events.concat(ping || [])}]}`;
    if ((hiding || !self.fetch) && navigator.sendBeacon(url, body)) {
      // A beacon has no answer. While the collector fails, the events stay: sent twice they are counted once.
      if (heldUntil) waiting.unshift(...events);
      return;
    }
    const bytes = bytesOf(body);
    inFlight += bytes;
    const reply = await fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
    inFlight -= bytes;
    if (!reply || isTransient(reply.status)) {
      waiting.unshift(...events);
      const retryAfter = Number(reply && reply.headers.get("Retry-After"));
      heldUntil = Date.now() + retryDelay(failures++, retryAfter, Math.random());
      return;
    }
    heldUntil = failures = 0;
    const { route }: { route?: string } = await reply.json();
    outbox.sender.route = route || outbox.sender.route;
    // The collector knows the window by now.
    outbox.sender.context = undefined;
  };

  /** Sends a batch of what waits, now; to a failing collector only on hiding, which may be the last chance. */
  const flush = (hiding?: boolean, ping?: string) => {
    if (!hiding && Date.now() < heldUntil) return;
    const events = take(waiting, outbox.most, IN_FLIGHT_BYTES - ENVELOPE_BYTES - inFlight);
    if (events[0] || ping) send(events, hiding, ping).catch(() => {});
  };

  const push = (json: string, now?: boolean) => {
    if (waiting.length >= QUEUE_KEEP_EVENTS || bytesOf(json) > EVENT_BYTES) return;
    if (waiting.push(json) >= QUEUE_FLUSH_EVENTS || now) flush();
  };

  return [push, flush] as const;
};
