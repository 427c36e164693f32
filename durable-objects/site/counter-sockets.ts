import { type CounterCounts, type CounterMessage, CounterSeat } from "../../protocol/counter";
import type { RateClaim, SiteFacts } from "../../protocol/ingest";
import { COUNTER_FULL_RETRY, COUNTER_JOINS, COUNTER_STREAMS } from "../../protocol/limits";
import type { Upgrade } from "../../protocol/viewer-request";
import { COUNTS, frameDelay } from "../pure/cadence";
import { answerClose, closeSocket } from "../sockets/close-socket";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { Soonest } from "../soonest";
import { Roll } from "./model/roll";
import type { SocketKind } from "./socket-kind";

/** What the counter needs of the object. */
export interface CounterHost {
  /** The open sockets under the counter's tag, also those that slept with the object. */
  sockets(): WebSocket[];
  /** Takes a socket under that tag. */
  hibernate(socket: WebSocket): void;
  /** Counts a join of an address; answers 0, or the seconds after which to come again. */
  joins(claim: RateClaim, limit: number, now: number): number;
  log(event: string, open: number): void;
}

/** The streams of a site's public counter. The Worker holds each stream, and one socket for it here. */
export class CounterSockets implements SocketKind<"counter"> {
  readonly #host: CounterHost;
  /** Null after a wake-up, until somebody asks. */
  #roll: Roll<WebSocket> | null = null;
  #lastAt = 0;
  #bytes = 0;
  readonly #next = new Soonest((now) => this.#tellNow(now));

  constructor(host: CounterHost) {
    this.#host = host;
  }

  get counts(): CounterCounts {
    return this.#open().counts;
  }

  /** Takes a stream's socket; answers 429 to an address that joins too often and 503 when the site has all it can hold. */
  accept({ seat, address, site }: Upgrade & { kind: "counter" }, _request: Request, now: number): Response {
    const wait = this.#host.joins({ by: "address", route: "streams", address }, joinsOf(site), now);
    if (wait > 0) return refusedUpgrade(429, wait);
    const roll = this.#open();
    const before = roll.of(seat.stream);
    if (before === undefined && roll.counts.totalConnections >= COUNTER_STREAMS)
      return refusedUpgrade(503, COUNTER_FULL_RETRY);
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#host.hibernate(socket);
    socket.serializeAttachment(seat);
    roll.join(socket, seat);
    if (before) closeSocket(before, 1000, "This stream was opened again.");
    this.#host.log("counter_joined", roll.counts.totalConnections);
    if (!this.#tell(now)) this.#send(socket, messageAt(roll.counts, now));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The page of this stream is being left. One that is unknown is gone already. */
  leave(stream: string, now: number): void {
    const socket = this.#open().of(stream);
    if (!socket) return;
    closeSocket(socket, 1000, "The page was left.");
    this.#remove(socket, now);
  }

  /** Streams only listen. */
  heard(): void {}

  gone(socket: WebSocket, code: number, now: number): void {
    answerClose(socket, code);
    this.#remove(socket, now);
  }

  #remove(socket: WebSocket, now: number): void {
    // Woken by this very end, the platform's list may be without it already: the others have to hear of it all the same.
    const woken = this.#roll === null;
    const roll = this.#open();
    if (!roll.leave(socket) && !woken) return;
    this.#host.log("counter_left", roll.counts.totalConnections);
    this.#tell(now);
  }

  #open(): Roll<WebSocket> {
    if (this.#roll) return this.#roll;
    this.#roll = new Roll();
    for (const socket of this.#host.sockets()) {
      const seat = CounterSeat.safeParse(socket.deserializeAttachment());
      if (seat.success) this.#roll.join(socket, seat.data);
    }
    return this.#roll;
  }

  /** The first change is told at once, what follows within the interval as one. True if everybody was told now. */
  #tell(now: number): boolean {
    if (this.#next.waits) return false;
    const delay = frameDelay(this.#lastAt, now, { viewers: this.counts.totalConnections, bytes: this.#bytes }, COUNTS);
    if (delay === 0) {
      this.#tellNow(now);
      return true;
    }
    this.#next.at(now + delay, now);
    return false;
  }

  #tellNow(now: number): void {
    const roll = this.#open();
    const text = messageAt(roll.counts, now);
    this.#lastAt = now;
    this.#bytes = text.length;
    for (const socket of roll.connections()) this.#send(socket, text);
  }

  #send(socket: WebSocket, text: string): void {
    try {
      socket.send(text);
    } catch {
      // The socket went away between the list and the send; its close event follows and takes it out.
    }
  }
}

/** Streams that an address may open in a minute: whoever may send more, as an office may, has more pages open. */
const joinsOf = ({ rate_limit }: SiteFacts): number => COUNTER_JOINS * rate_limit;

const messageAt = (counts: CounterCounts, now: number): string =>
  JSON.stringify({ ...counts, timestamp: new Date(now).toISOString() } satisfies CounterMessage);
