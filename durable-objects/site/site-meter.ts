import type { SiteStatus, SocketStatus } from "../../protocol/status";
import { emptyHistogram, measure } from "./model/histogram";

/** What an object counts of its own work. In memory alone: an eviction begins anew, and nothing is written for it. */
export class SiteMeter {
  readonly since: number;
  readonly latency = emptyHistogram();
  readonly d1 = emptyHistogram();
  readonly frames = emptyHistogram();
  readonly errors: SiteStatus["errors"] = { flush: 0, storage: 0, socket: 0 };
  requests = 0;
  events = 0;
  readonly #sockets = new Map<string, Omit<SocketStatus, "open">>();

  /** `now` in milliseconds since 1970, as everywhere here. */
  constructor(now: number) {
    this.since = now;
  }

  /** A request was answered; `events` of it were kept. */
  answered(events: number, received_at: number, now: number): void {
    this.requests++;
    this.events += events;
    measure(this.latency, now - received_at);
  }

  /** D1 took `ms` for a batch. */
  wroteD1(ms: number): void {
    measure(this.d1, ms);
  }

  /** A frame was sent `ms` after the first change in it. */
  framed(ms: number): void {
    measure(this.frames, ms);
  }

  socket(kind: string, what: "opened" | "closed" | "messages"): void {
    let counts = this.#sockets.get(kind);
    if (!counts) {
      counts = { opened: 0, closed: 0, messages: 0 };
      this.#sockets.set(kind, counts);
    }
    counts[what]++;
  }

  /** By kind, with those that are open now. */
  sockets(open: Readonly<Record<string, number>>): SiteStatus["sockets"] {
    const none = { opened: 0, closed: 0, messages: 0 };
    return Object.fromEntries(
      Object.entries(open).map(([kind, count]) => [kind, { open: count, ...(this.#sockets.get(kind) ?? none) }]),
    );
  }
}
