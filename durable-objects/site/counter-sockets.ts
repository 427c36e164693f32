import {
  type CounterCounts,
  type CounterMessage,
  HeldSeat,
  LEAF_HEADER,
  type LeafNews,
  type LeafPlace,
  type LeafReply,
} from "../../protocol/counter";
import type { RateClaim, SiteFacts } from "../../protocol/ingest";
import { COUNTER_FULL_RETRY, COUNTER_OF_ADDRESS } from "../../protocol/limits";
import type { Upgrade } from "../../protocol/viewer-request";
import { COUNTS, frameDelay } from "../pure/cadence";
import { answerClose, closeSocket } from "../sockets/close-socket";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { sendText } from "../sockets/send-text";
import { Soonest } from "../soonest";
import { CounterLeaves, type CounterLimits, type LeavesHost } from "./counter-leaves";
import { SiteRoll } from "./model/site-roll";
import type { SocketKind } from "./socket-kind";

/** What the counter needs of the object. */
export interface CounterHost extends Omit<LeavesHost, "roll" | "changed" | "log"> {
  /** The open sockets under the counter's tag, also those that slept with the object. */
  sockets(): WebSocket[];
  /** Takes a socket under that tag. */
  hibernate(socket: WebSocket): void;
  /** Counts a join or a goodbye of an address; answers 0, or the seconds after which to come again. */
  takes(claim: RateClaim, limit: number, now: number): number;
  log(event: string, open: number): void;
  failed(message: string): void;
}

/** The streams of a site's public counter. The Worker holds each stream, and one socket for it here or, beyond `limits.streams`, at a leaf. */
export class CounterSockets implements SocketKind<"counter"> {
  readonly #host: CounterHost;
  readonly #limits: CounterLimits;
  readonly #leaves: CounterLeaves;
  /** Null after a wake-up, until somebody asks. */
  #roll: SiteRoll<WebSocket> | null = null;
  #lastAt = 0;
  /** What everybody was told last; null: not since the object woke. */
  #told: CounterCounts | null = null;
  #bytes = 0;
  readonly #next = new Soonest((now) => this.#tellNow(now));

  constructor(host: CounterHost, limits: CounterLimits) {
    this.#host = host;
    this.#limits = limits;
    this.#leaves = new CounterLeaves(
      {
        ...host,
        roll: () => this.#open(),
        changed: (ends, now) => {
          for (const socket of ends) closeSocket(socket, 1000, "This stream was opened again.");
          if (!isSame(this.#told, this.#open().counts)) this.#tell(now);
        },
        log: host.failed,
      },
      limits,
    );
  }

  /** Here and at all leaves. After a wake-up they are asked first. */
  async counts(): Promise<CounterCounts> {
    const roll = this.#open();
    await this.#leaves.whenReady();
    return roll.counts;
  }

  /** Streams at leaves alone. */
  async atLeaves(): Promise<number> {
    if (!this.#leaves.any) return 0;
    return (await this.counts()).totalConnections - this.#open().own.size;
  }

  /** Takes a stream's socket; answers 429 to an address that joins too often or has too many, 421 with the leaf that has room, and 503 when the site has all it can hold. */
  accept({ seat, address, site }: Upgrade & { kind: "counter" }, _request: Request, now: number): Response {
    const most = mostOfAddress(site);
    const wait = this.#host.takes({ by: "address", route: "streams", address }, most, now);
    if (wait > 0) return refusedUpgrade(429, wait);
    const roll = this.#open();
    // One that comes back takes a place that it has.
    const others = seat.from === undefined || roll.has(seat.stream) ? 0 : roll.ofAddress(seat.from);
    if (others >= most) return refusedUpgrade(429, COUNTER_FULL_RETRY);
    if (roll.own.of(seat.stream) === undefined && roll.own.size >= this.#limits.streams) {
      const place = this.#leaves.place(seat.stream, now);
      return place === null ? refusedUpgrade(503, COUNTER_FULL_RETRY) : atLeaf(place);
    }
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#host.hibernate(socket);
    const held: HeldSeat = { ...seat, at: roll.stamp(now) };
    socket.serializeAttachment(held);
    const ends = roll.join(socket, held);
    for (const before of ends.own) closeSocket(before, 1000, "This stream was opened again.");
    this.#leaves.end(ends.leaves, now);
    this.#host.log("counter_joined", roll.counts.totalConnections);
    if (!this.#tell(now) && this.#leaves.ready) sendText(socket, JSON.stringify(messageAt(roll.counts, now)));
    return new Response(null, { status: 101, webSocket: client });
  }

  /**
   * The page of this stream is being left. One that is unknown is gone already. Answers 0, or the seconds after which an
   * address that says so too often may come again.
   */
  leave(stream: string, address: string | undefined, site: SiteFacts | undefined, now: number): number {
    const isKnown = address !== undefined && site !== undefined;
    const wait = isKnown
      ? this.#host.takes({ by: "address", route: "goodbyes", address }, mostOfAddress(site), now)
      : 0;
    if (wait === 0) this.#leave(stream, now);
    return wait;
  }

  #leave(stream: string, now: number): void {
    const roll = this.#open();
    const socket = roll.own.of(stream);
    if (socket) {
      closeSocket(socket, 1000, "The page was left.");
      this.#remove(socket, now);
    } else if (this.#leaves.any) {
      const { leaves } = roll.end(stream, now);
      this.#leaves.end(leaves, now);
      if (leaves.length > 0) this.#left(now);
    }
  }

  /** Streams only listen. */
  heard(): void {}

  gone(socket: WebSocket, code: number, now: number): void {
    answerClose(socket, code);
    this.#remove(socket, now);
  }

  /** A leaf tells of its streams. */
  hear(index: number, news: LeafNews, now: number): LeafReply {
    this.#open();
    return this.#leaves.hear(index, news, now);
  }

  /** When `look` is to be called, milliseconds since 1970; null: not at all. */
  nextAt(now: number): number | null {
    return this.#leaves.nextAt(now);
  }

  /** Looks after the leaves. */
  look(now: number): void {
    this.#leaves.look(now);
  }

  #remove(socket: WebSocket, now: number): void {
    // Woken by this very end, the platform's list may be without it already: the others have to hear of it all the same.
    const woken = this.#roll === null;
    if (!this.#open().leave(socket) && !woken) return;
    this.#left(now);
  }

  #left(now: number): void {
    this.#host.log("counter_left", this.#open().counts.totalConnections);
    this.#tell(now);
  }

  #open(): SiteRoll<WebSocket> {
    if (this.#roll) return this.#roll;
    this.#roll = new SiteRoll();
    for (const socket of this.#host.sockets()) {
      const seat = HeldSeat.safeParse(socket.deserializeAttachment());
      if (seat.success) this.#roll.join(socket, seat.data);
    }
    this.#leaves.ask(Date.now());
    return this.#roll;
  }

  /** The first change is told at once, what follows within the interval as one. True if everybody was told now. */
  #tell(now: number): boolean {
    // Without the streams of a leaf the counts would be wrong; they are told when it has answered.
    if (this.#next.waits || !this.#leaves.ready) return false;
    const { totalConnections } = this.#open().counts;
    const delay = frameDelay(this.#lastAt, now, { viewers: totalConnections, bytes: this.#bytes }, COUNTS);
    if (delay === 0) {
      this.#tellNow(now);
      return true;
    }
    this.#next.at(now + delay, now);
    return false;
  }

  #tellNow(now: number): void {
    const roll = this.#open();
    this.#told = roll.counts;
    const message = messageAt(this.#told, now);
    const text = JSON.stringify(message);
    this.#lastAt = now;
    this.#bytes = text.length;
    for (const socket of roll.own.connections()) sendText(socket, text);
    this.#leaves.tell(message, now);
  }
}

/** Streams that an address may have, and open or end in a minute: whoever may send more, as an office may, has more pages open. */
const mostOfAddress = ({ rate_limit }: SiteFacts): number => COUNTER_OF_ADDRESS * rate_limit;

const isSame = (a: CounterCounts | null, b: CounterCounts): boolean =>
  a?.totalConnections === b.totalConnections && a.uniqueVisitors === b.uniqueVisitors;

const messageAt = (counts: CounterCounts, now: number): CounterMessage => ({
  ...counts,
  timestamp: new Date(now).toISOString(),
});

function atLeaf(place: LeafPlace): Response {
  const headers = { [LEAF_HEADER]: JSON.stringify(place), "Retry-After": String(COUNTER_FULL_RETRY) };
  return new Response(null, { status: 421, headers });
}
