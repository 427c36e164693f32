import type { CounterMessage, LeafNews, LeafOrder, LeafReply } from "../../protocol/counter";
import { LeafSeat } from "../../protocol/counter";
import { COUNTER_FULL_RETRY, COUNTER_LEAF_LOOK, COUNTER_REPORT_INTERVAL } from "../../protocol/limits";
import { messageOf } from "../log-error";
import { answerClose, closeSocket } from "../sockets/close-socket";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { sendText } from "../sockets/send-text";
import { Soonest } from "../soonest";
import { LeafRoll } from "./leaf-roll";

/** What the counter needs of a leaf. */
export interface CounterLeafHost {
  /** The open sockets, also those that slept with the object. */
  sockets(): WebSocket[];
  hibernate(socket: WebSocket): void;
  /** Tells the site's object. */
  tell(site_id: string, index: number, news: LeafNews): Promise<LeafReply>;
  log(message: string): void;
}

/** Which leaf of which site this is. */
type Place = Pick<LeafSeat, "site_id" | "index">;

/** Streams of a site's public counter beyond those that the site's object holds. It alone counts; this tells it who comes and goes, and its streams what it says. */
export class CounterLeaf {
  readonly #host: CounterLeafHost;
  readonly #streams: number;
  /** Null after a wake-up, until somebody asks. */
  #open: LeafRoll<WebSocket> | null = null;
  #place: Place | null = null;
  /** Sockets that were told nothing yet. */
  readonly #fresh = new Set<WebSocket>();
  #busy = false;
  #calledAt = 0;
  #failures = 0;
  readonly #next = new Soonest((now) => void this.#report(now));

  /** `streams`: how many it holds. */
  constructor(host: CounterLeafHost, streams: number) {
    this.#host = host;
    this.#streams = streams;
  }

  /** Takes a stream's socket; 503 when there is no room. */
  accept(seat: LeafSeat, now: number): Response {
    const { roll, held } = this.#roll();
    if (held.of(seat.stream) === undefined && held.size >= this.#streams)
      return refusedUpgrade(503, COUNTER_FULL_RETRY);
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#host.hibernate(socket);
    socket.serializeAttachment(seat);
    this.#place = seat;
    const before = roll.join(socket, seatOf(seat));
    if (before) this.#end(before, "This stream was opened again.");
    this.#fresh.add(socket);
    this.#plan(now);
    return new Response(null, { status: 101, webSocket: client });
  }

  gone(socket: WebSocket, code: number, now: number): void {
    // Woken by this very end, the platform's list may be without it already.
    this.#place ??= LeafSeat.safeParse(socket.deserializeAttachment()).data ?? null;
    const { roll } = this.#roll();
    answerClose(socket, code);
    this.#fresh.delete(socket);
    roll.leave(socket);
    this.#plan(now);
  }

  /** What the site's object wants; answers all streams where it does not know them. */
  obey({ message, close, known }: LeafOrder, now: number): LeafNews | null {
    const { roll, held } = this.#roll();
    for (const { stream, at } of close) {
      const socket = held.of(stream);
      if (!socket || (held.seatOf(socket)?.at ?? 0) > at) continue;
      roll.leave(socket);
      this.#end(socket, "The page was left, or opened again.");
    }
    if (message) {
      this.#fresh.clear();
      for (const socket of held.connections()) send(socket, message);
    }
    const news = roll.answer(known, now);
    this.#plan(now);
    return news;
  }

  #end(socket: WebSocket, reason: string): void {
    this.#fresh.delete(socket);
    closeSocket(socket, 1000, reason);
  }

  #roll() {
    const roll = this.#open ?? this.#wake();
    return { roll, held: roll.roll };
  }

  #wake(): LeafRoll<WebSocket> {
    const roll = new LeafRoll<WebSocket>();
    this.#open = roll;
    for (const socket of this.#host.sockets()) {
      const seat = LeafSeat.safeParse(socket.deserializeAttachment());
      if (!seat.success) continue;
      this.#place = seat.data;
      roll.restore(socket, seatOf(seat.data));
    }
    return roll;
  }

  /** The first change is told at once, what follows within the interval together; one call is under way at a time. */
  #plan(now: number): void {
    if (this.#busy || !this.#roll().roll.changed) return;
    const wait = Math.min(COUNTER_LEAF_LOOK, COUNTER_REPORT_INTERVAL * 2 ** this.#failures);
    const at = Math.min(this.#calledAt, now) + wait;
    if (at <= now) void this.#report(now);
    else this.#next.at(at, now);
  }

  async #report(now: number): Promise<void> {
    const { roll } = this.#roll();
    const place = this.#place;
    if (this.#busy || !place || !roll.changed) return;
    this.#busy = true;
    this.#calledAt = now;
    const news = roll.take(now);
    const fresh = [...this.#fresh];
    try {
      const { again, counts } = await this.#host.tell(place.site_id, place.index, news);
      this.#failures = 0;
      if (again !== null) roll.refused(news, again);
      else if (counts) this.#greet(fresh, { ...counts, timestamp: new Date().toISOString() });
    } catch (error) {
      roll.failed(news);
      if (this.#failures++ === 0) this.#host.log(messageOf(error));
    }
    this.#busy = false;
    this.#plan(Date.now());
  }

  /** Those who came with a report are told what it made; others may have been told since. */
  #greet(fresh: WebSocket[], message: CounterMessage): void {
    for (const socket of fresh) if (this.#fresh.delete(socket)) send(socket, message);
  }
}

const seatOf = ({ visitor, stream, from, at }: LeafSeat) => ({ visitor, stream, from, at });

const send = (socket: WebSocket, message: CounterMessage): void => sendText(socket, JSON.stringify(message));
