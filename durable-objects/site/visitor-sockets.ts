import { CLOSE } from "../../protocol/close-codes";
import type { DropNotice, IngestBatch, IngestResult, RateClaim, SiteFacts } from "../../protocol/ingest";
import {
  BODY_BYTES_BROWSER,
  EVENTS_PER_BATCH,
  VISITOR_EVENTS_PER_SECOND,
  VISITOR_REFUSED,
  VISITOR_SOCKETS,
  VISITOR_WAITING,
} from "../../protocol/limits";
import type { Upgrade } from "../../protocol/viewer-request";
import type { SocketVisitor, VisitorReply } from "../../protocol/visitor-socket";
import { logError } from "../log-error";
import { addressPrefix } from "../pure/address-prefix";
import { type Bucket, takeTokens } from "../pure/token-bucket";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { sendText } from "../sockets/send-text";
import type { LiveSite } from "./live-site";
import type { DailyIds } from "./model/resolve";
import { ownKey, type Seat, seatAt, seatOf } from "./model/seat";
import type { SocketKind } from "./socket-kind";
import type { LeftOut, VisitorMessage } from "./visitor-message";
import { type SeatsHost, VisitorSeats } from "./visitor-seats";

/** What visitors' sockets need of the object. */
export interface VisitorHost extends SeatsHost {
  /** Takes a socket under the visitors' tag. */
  hibernate(socket: WebSocket): void;
  dailyIds(site: SiteFacts, address: string, user_agent: string, now: number): DailyIds;
  /** Counts upgrades or events (`by`) of an address; answers 0, or the seconds after which to come again. */
  takes(claim: RateClaim, limit: number, now: number, by: number): number;
  read(visitor: SocketVisitor, text: string, now: number): Promise<VisitorMessage>;
  ingest(batch: IngestBatch): Promise<IngestResult>;
  dropped(notice: DropNotice): Promise<void>;
}

/** What was heard of a socket since the object woke; forgiven by a sleep, which takes ten seconds of silence. */
interface Talk {
  bucket: Bucket;
  waiting: number;
  refused: number;
  /** Replies leave in the order in which messages came. */
  turn: Promise<void>;
}

const utf8 = new TextEncoder();
/** Seconds after which there may be room again. */
const WAIT_FULL = 30;
/** Milliseconds to wait where storage or database could not be reached. */
const WAIT_UNAVAILABLE = 5_000;

/** What visitors say by their sockets: takes their events as beacons are taken, and answers. */
export class VisitorSockets implements SocketKind<"visitor"> {
  readonly #host: VisitorHost;
  readonly #seats: VisitorSeats;
  readonly #talks = new WeakMap<WebSocket, Talk>();

  constructor(host: VisitorHost) {
    this.#host = host;
    this.#seats = new VisitorSeats(host);
  }

  /** To be called whenever the state is looked at: see `VisitorSeats`. */
  renew(live: LiveSite, now: number): void {
    this.#seats.renew(live, now);
  }

  // The socket --------------------------------------------------------------------------------------------------------

  /** Answers 429 to an address that opens too many, now or in a minute, and 503 when the site has all it can hold. */
  accept({ visitor, site }: Upgrade & { kind: "visitor" }, request: Request, now: number): Response {
    const live = this.#host.live();
    const address = addressPrefix(visitor.sender.address);
    const claim: RateClaim = { by: "address", route: "sockets", address: visitor.sender.address };
    const wait = this.#host.takes(claim, site.rate_limit, now, 1);
    if (wait > 0) return refusedUpgrade(429, wait);
    if (this.#seats.ofAddress(address) >= site.rate_limit) return refusedUpgrade(429, WAIT_FULL);
    if (this.#seats.size >= VISITOR_SOCKETS) return refusedUpgrade(503, WAIT_FULL);

    const { 0: client, 1: socket } = new WebSocketPair();
    this.#host.hibernate(socket);
    const seat = this.#firstSeat(visitor, site, live, now);
    this.#seats.opened(socket, { visitor, seat, at: now }, live);
    return new Response(null, { status: 101, webSocket: client, headers: chosenProtocol(request) });
  }

  /** Nobody may be recognized who asked not to be. */
  #firstSeat({ sender, tab }: SocketVisitor, site: SiteFacts, live: LiveSite, now: number): Seat | null {
    if (sender.opt_out) return null;
    const daily = this.#host.dailyIds(site, sender.address, sender.user_agent, now);
    return seatOf(live.state, tab, ownKey(crypto.randomUUID()), daily);
  }

  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void | Promise<void> {
    if (!this.#seats.heard(socket, now)) return;
    if (typeof message !== "string") {
      this.#seats.close(socket, CLOSE.unreadable, "Only text is read here.", now);
      return;
    }
    const talk = this.#talkOf(socket, now);
    talk.waiting++;
    const busy = talk.waiting > VISITOR_WAITING;
    // What is not taken must not be held while it waits for the answer.
    const text = busy ? null : message;
    talk.turn = talk.turn
      .then(() => (text === null ? send(socket, unavailable()) : this.#take(socket, text, talk, now)))
      .catch((error: unknown) => this.#failed(socket, error))
      .finally(() => {
        talk.waiting--;
      });
    return talk.turn;
  }

  gone(socket: WebSocket, code: number, now: number): void {
    this.#seats.gone(socket, code, now);
  }

  #talkOf(socket: WebSocket, now: number): Talk {
    let talk = this.#talks.get(socket);
    if (!talk) {
      talk = {
        bucket: { used: 0, at: now },
        waiting: 0,
        refused: 0,
        turn: Promise.resolve(),
      };
      this.#talks.set(socket, talk);
    }
    return talk;
  }

  // Messages ----------------------------------------------------------------------------------------------------------

  async #take(socket: WebSocket, text: string, talk: Talk, now: number): Promise<void> {
    const wait = takeTokens({ ...talk.bucket }, 1, VISITOR_EVENTS_PER_SECOND, now);
    if (wait > 0) return this.#tooFast(socket, talk, wait, 1, now);
    if (bytesOf(text) > BODY_BYTES_BROWSER) {
      takeTokens(talk.bucket, VISITOR_EVENTS_PER_SECOND, VISITOR_EVENTS_PER_SECOND, now);
      const message = `A message may have ${BODY_BYTES_BROWSER} bytes.`;
      send(socket, { type: "error", code: "too_large", message });
      const example = `a message of more than ${BODY_BYTES_BROWSER / 1_024} KB`;
      return this.#tellOwner([{ reason: "too_large", count: 1, example }], now);
    }
    const visitor = this.#seats.visitorOf(socket);
    const read = await this.#host.read(visitor, text, now);
    switch (read.kind) {
      case "unreadable":
        this.#seats.close(socket, CLOSE.unreadable, "Not a message of this protocol.", now);
        return this.#tellOwner([{ reason: "unreadable", count: 1, example: "a message that is no JSON" }], now);
      case "ping":
        takeTokens(talk.bucket, 1, VISITOR_EVENTS_PER_SECOND, now);
        return send(socket, { type: "pong" });
      case "refused": {
        takeTokens(talk.bucket, 1, VISITOR_EVENTS_PER_SECOND, now);
        const { kind: _kind, left_out, ...why } = read;
        send(socket, { type: "error", ...why });
        return this.#tellOwner(left_out, now);
      }
      case "events": {
        const wait =
          takeTokens(talk.bucket, read.events, VISITOR_EVENTS_PER_SECOND, now) ||
          this.#addressWait(visitor.sender.address, read.events, now);
        if (wait > 0) return this.#tooFast(socket, talk, wait, read.events, now);
        talk.refused = 0;
        await this.#tellOwner(read.left_out, now);
        return this.#count(socket, read, now);
      }
      default:
        read satisfies never;
    }
  }

  /** An address may send by its sockets what it may send by beacons of full size; answers 0, or the milliseconds to wait. */
  #addressWait(address: string, events: number, now: number): number {
    const limit = (this.#host.facts()?.rate_limit ?? 0) * EVENTS_PER_BATCH;
    return this.#host.takes({ by: "address", route: "socket_events", address }, limit, now, events) * 1_000;
  }

  async #count(
    socket: WebSocket,
    { batch, errors, dropped }: VisitorMessage & { kind: "events" },
    now: number,
  ): Promise<void> {
    const more = { ...(errors.length > 0 && { errors }), ...(dropped && { dropped }) };
    if (!batch) {
      this.#seats.sit(socket, null, now);
      send(socket, { type: "ack", count: 0, ...more });
      return;
    }
    const result = await this.#host.ingest(batch);
    if (!result.ok) {
      send(socket, { ...unavailable(), retry_after_ms: result.retry_after_s * 1_000 });
      return;
    }
    const { count, session_id } = result;
    if (batch.sender.kind === "anonymous") this.#seats.sit(socket, null, now);
    else {
      const key = batch.sender.tab ?? `s:${session_id}`;
      const seat = seatAt(this.#host.live().state.tabs, key);
      if (seat) this.#seats.sit(socket, seat, now);
    }
    this.#seats.remember(socket, now);
    send(socket, { type: "ack", count, ...(session_id !== null && { session_id }), ...more });
  }

  async #tooFast(socket: WebSocket, talk: Talk, wait: number, events: number, now: number): Promise<void> {
    talk.refused++;
    const message = "Too many events. Send them again later.";
    send(socket, { type: "error", code: "rate_limited", message, retry_after_ms: wait });
    if (talk.refused > VISITOR_REFUSED) {
      this.#seats.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.", now);
    }
    await this.#tellOwner([{ reason: "rate_limited", count: events, example: "socket" }], now);
  }

  async #tellOwner(left_out: readonly LeftOut[], at: number): Promise<void> {
    const site = this.#host.facts();
    if (!site) return;
    for (const one of left_out) await this.#host.dropped({ ...one, site, at });
  }

  #failed(socket: WebSocket, error: unknown): void {
    logError("visitor_message_failed", error, { site: this.#host.facts()?.site_id });
    // Nothing was stored: the same message may come again.
    send(socket, unavailable());
  }
}

const send = (socket: WebSocket, reply: VisitorReply): void => sendText(socket, JSON.stringify(reply));

const unavailable = (): VisitorReply & { type: "error" } => ({
  type: "error",
  code: "unavailable",
  message: "The site cannot take more right now. Send it again later.",
  retry_after_ms: WAIT_UNAVAILABLE,
});

/** A text of UTF-16 has at most three times as many bytes in UTF-8. */
const bytesOf = (text: string): number =>
  text.length * 3 <= BODY_BYTES_BROWSER ? text.length : utf8.encode(text).byteLength;

/** A client refuses an answer with a protocol that it did not offer, and one without where it offered some. */
function chosenProtocol(request: Request): Record<string, string> {
  const offered = request.headers.get("Sec-WebSocket-Protocol")?.split(",", 1)[0]?.trim();
  return offered ? { "Sec-WebSocket-Protocol": offered } : {};
}
