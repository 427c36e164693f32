import * as z from "zod";
import { CLOSE } from "../../protocol/close-codes";
import type { DropNotice, IngestBatch, IngestResult, RateClaim, SiteFacts } from "../../protocol/ingest";
import {
  BODY_BYTES_BROWSER,
  EVENTS_PER_BATCH,
  PRESENCE_TTL,
  VISITOR_EVENTS_PER_SECOND,
  VISITOR_REFUSED,
  VISITOR_SOCKETS,
  VISITOR_WAITING,
} from "../../protocol/limits";
import type { Upgrade } from "../../protocol/viewer-request";
import { SocketVisitor, type VisitorReply } from "../../protocol/visitor-socket";
import { addressPrefix } from "../pure/address-prefix";
import { Tally } from "../pure/tally";
import { type Bucket, takeTokens } from "../pure/token-bucket";
import { answerClose, closeSocket } from "../sockets/close-socket";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import type { LiveSite } from "./live-site";
import { hold } from "./model/presence";
import type { DailyIds } from "./model/resolve";
import { isOwnKey, ownKey, type Seat, seatAt, seatOf } from "./model/seat";
import type { SocketKind } from "./socket-kind";
import type { LeftOut, VisitorMessage } from "./visitor-message";

/** What visitors' sockets need of the object. */
export interface VisitorHost {
  /** The open sockets under the visitors' tag, also those that slept with the object. */
  sockets(): WebSocket[];
  /** Takes a socket under that tag. */
  hibernate(socket: WebSocket): void;
  /** When the socket's last ping was answered without waking the object; null: never. */
  lastPing(socket: WebSocket): number | null;
  live(): LiveSite;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  dailyIds(site: SiteFacts, address: string, user_agent: string, now: number): DailyIds;
  /** Counts upgrades or events (`by`) of an address; answers 0, or the seconds after which to come again. */
  takes(claim: RateClaim, limit: number, now: number, by: number): number;
  read(visitor: SocketVisitor, text: string, now: number): Promise<VisitorMessage>;
  ingest(batch: IngestBatch): Promise<IngestResult>;
  dropped(notice: DropNotice): Promise<void>;
  /** Something waits in the journal that nobody waits for. */
  wrote(bytes: number, now: number): void;
  /** Tells viewers what changed. */
  tell(now: number): void;
}

/** What a socket keeps over a sleep of the object. */
const Attachment = z.object({
  visitor: SocketVisitor,
  seat: z.object({ key: z.string(), visitor_id: z.string(), session_id: z.string() }).nullable(),
  /** Last sign of life that woke the object. */
  at: z.number(),
});
type Attachment = z.infer<typeof Attachment>;

/** An open socket as far as it is kept in memory. */
interface Held {
  /** Null: it stands for nobody, as one without any id or whose events are dropped. */
  seat: Seat | null;
  address: string;
  at: number;
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
/** Codes of a page that closed its socket itself, or went away; all others are broken connections. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);
/** Seconds after which there may be room again. */
const WAIT_FULL = 30;
/** Milliseconds to wait where storage or database could not be reached. */
const WAIT_UNAVAILABLE = 5_000;

/** Sockets of visitors: each holds its visitor's presence while it is open, and takes events. */
export class VisitorSockets implements SocketKind<"visitor"> {
  readonly #host: VisitorHost;
  /** Null after a wake-up, until somebody asks. */
  #open: Map<WebSocket, Held> | null = null;
  readonly #keys = new Tally();
  readonly #addresses = new Tally();
  readonly #talks = new WeakMap<WebSocket, Talk>();
  /** The state in which the seats are held. */
  #heldIn: LiveSite | null = null;
  /** When the first of them runs out unless a ping was answered since. */
  #renewAt = 0;

  constructor(host: VisitorHost) {
    this.#host = host;
  }

  // Presence ----------------------------------------------------------------------------------------------------------

  /**
   * Holds the tabs of open sockets in `live` for as long as their signs of life reach, and ends those that gave none. To be
   * called whenever the state is looked at; it looks at every socket only when one of them could have run out.
   */
  renew(live: LiveSite, now: number): void {
    if (live === this.#heldIn && now < this.#renewAt) return;
    this.#heldIn = live;
    this.#renewAt = Number.POSITIVE_INFINITY;
    const dead: WebSocket[] = [];
    for (const [socket, held] of this.#sockets()) {
      const at = this.#heardAt(socket, held);
      if (at + PRESENCE_TTL <= now) dead.push(socket);
      else {
        this.#renewAt = Math.min(this.#renewAt, at + PRESENCE_TTL);
        if (held.seat) hold(live.state.tabs, held.seat, at);
      }
    }
    for (const socket of dead) {
      closeSocket(socket, CLOSE.tooSlow, "No sign of life. Connect again.");
      this.#forget(socket, live, false, now);
    }
  }

  #heardAt(socket: WebSocket, held: Held): number {
    return Math.max(held.at, this.#host.lastPing(socket) ?? 0);
  }

  #sockets(): Map<WebSocket, Held> {
    if (this.#open) return this.#open;
    this.#open = new Map();
    for (const socket of this.#host.sockets()) this.#restore(socket);
    return this.#open;
  }

  #restore(socket: WebSocket): void {
    const kept = Attachment.safeParse(socket.deserializeAttachment());
    if (!kept.success) {
      // Only a socket of another version of this code has another attachment: it comes again by itself.
      closeSocket(socket, 1012, "Connect again.");
      return;
    }
    const { seat, visitor, at } = kept.data;
    this.#add(socket, { seat, address: addressPrefix(visitor.sender.address), at });
  }

  #add(socket: WebSocket, held: Held): void {
    this.#sockets().set(socket, held);
    this.#addresses.add(held.address);
    if (held.seat) this.#keys.add(held.seat.key);
  }

  /** The socket is there no more. Its tab ends with its last socket. */
  #forget(socket: WebSocket, live: LiveSite, goodbye: boolean, now: number): void {
    const held = this.#sockets().get(socket);
    if (!held) return;
    this.#sockets().delete(socket);
    this.#addresses.remove(held.address);
    this.#leaveSeat(socket, held, live, goodbye, now);
  }

  #leaveSeat(socket: WebSocket, held: Held, live: LiveSite, goodbye: boolean, now: number): void {
    const { seat } = held;
    held.seat = null;
    if (!seat || this.#keys.remove(seat.key) > 0) return;
    try {
      const bytes = live.release(seat.key, this.#heardAt(socket, held), goodbye, now);
      if (bytes > 0) this.#host.wrote(bytes, now);
    } catch (error) {
      // Gone here, and after a restart only when the signs of life run out: no reason to fail what brought us here.
      this.#report("visitor_close_unstored", error);
    }
  }

  /** From now on the socket stands for `seat`. */
  #sit(socket: WebSocket, seat: Seat | null, now: number): void {
    const held = this.#sockets().get(socket);
    if (!held || sameSeat(held.seat, seat)) return;
    const live = this.#host.live();
    const before = held.seat;
    if (before && before.key !== seat?.key) {
      this.#leaveSeat(socket, held, live, seat === null, now);
      // It was the same browser under a name that only this socket had.
      if (seat && isOwnKey(before.key)) live.state.tabs.delete(before.key);
    }
    if (seat) {
      if (before?.key !== seat.key) this.#keys.add(seat.key);
      hold(live.state.tabs, seat, now);
    }
    held.seat = seat;
    live.changes.numbers = true;
    this.#host.tell(now);
  }

  // The socket --------------------------------------------------------------------------------------------------------

  /** Answers 429 to an address that opens too many, now or in a minute, and 503 when the site has all it can hold. */
  accept({ visitor, site }: Upgrade & { kind: "visitor" }, request: Request, now: number): Response {
    const live = this.#host.live();
    const address = addressPrefix(visitor.sender.address);
    const claim: RateClaim = { by: "address", route: "sockets", address: visitor.sender.address };
    const wait = this.#host.takes(claim, site.rate_limit, now, 1);
    if (wait > 0) return refusedUpgrade(429, wait);
    if (this.#addresses.of(address) >= site.rate_limit) return refusedUpgrade(429, WAIT_FULL);
    if (this.#sockets().size >= VISITOR_SOCKETS) return refusedUpgrade(503, WAIT_FULL);

    const { 0: client, 1: socket } = new WebSocketPair();
    this.#host.hibernate(socket);
    const seat = this.#firstSeat(visitor, site, live, now);
    this.#add(socket, { seat, address, at: now });
    this.#renewAt = Math.min(this.#renewAt, now + PRESENCE_TTL);
    keep(socket, { visitor, seat, at: now });
    if (seat) {
      hold(live.state.tabs, seat, now);
      live.changes.numbers = true;
      this.#host.tell(now);
    }
    return new Response(null, { status: 101, webSocket: client, headers: chosenProtocol(request) });
  }

  /** Nobody may be recognized who asked not to be. */
  #firstSeat({ sender, tab }: SocketVisitor, site: SiteFacts, live: LiveSite, now: number): Seat | null {
    if (sender.opt_out) return null;
    const daily = this.#host.dailyIds(site, sender.address, sender.user_agent, now);
    return seatOf(live.state, tab, ownKey(crypto.randomUUID()), daily);
  }

  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void | Promise<void> {
    const held = this.#sockets().get(socket);
    if (!held) return;
    held.at = now;
    if (typeof message !== "string") {
      this.#close(socket, CLOSE.unreadable, "Only text is read here.", now);
      return;
    }
    const talk = this.#talkOf(socket, now);
    talk.waiting++;
    const busy = talk.waiting > VISITOR_WAITING;
    // What is not taken must not be held while it waits for the answer.
    const text = busy ? null : message;
    talk.turn = talk.turn
      .then(() => (text === null ? this.#send(socket, unavailable()) : this.#take(socket, text, talk, now)))
      .catch((error: unknown) => this.#failed(socket, error))
      .finally(() => {
        talk.waiting--;
      });
    return talk.turn;
  }

  gone(socket: WebSocket, code: number, now: number): void {
    // Woken by this very end, the platform's list may be without it already.
    const woken = this.#open === null;
    if (woken && !this.#sockets().has(socket)) this.#restore(socket);
    answerClose(socket, code);
    this.#forget(socket, this.#host.live(), GOODBYES.has(code), now);
    this.#host.tell(now);
  }

  #close(socket: WebSocket, code: number, reason: string, now: number): void {
    closeSocket(socket, code, reason);
    this.#forget(socket, this.#host.live(), false, now);
    this.#host.tell(now);
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
      this.#send(socket, { type: "error", code: "too_large", message });
      const example = `a message of more than ${BODY_BYTES_BROWSER / 1_024} KB`;
      return this.#tellOwner([{ reason: "too_large", count: 1, example }], now);
    }
    const { visitor } = attachmentOf(socket);
    const read = await this.#host.read(visitor, text, now);
    switch (read.kind) {
      case "unreadable":
        this.#close(socket, CLOSE.unreadable, "Not a message of this protocol.", now);
        return this.#tellOwner([{ reason: "unreadable", count: 1, example: "a message that is no JSON" }], now);
      case "ping":
        takeTokens(talk.bucket, 1, VISITOR_EVENTS_PER_SECOND, now);
        return this.#send(socket, { type: "pong" });
      case "refused": {
        takeTokens(talk.bucket, 1, VISITOR_EVENTS_PER_SECOND, now);
        const { kind: _kind, left_out, ...why } = read;
        this.#send(socket, { type: "error", ...why });
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
      this.#sit(socket, null, now);
      this.#send(socket, { type: "ack", count: 0, ...more });
      return;
    }
    const result = await this.#host.ingest(batch);
    if (!result.ok) {
      this.#send(socket, { ...unavailable(), retry_after_ms: result.retry_after_s * 1_000 });
      return;
    }
    const { count, session_id } = result;
    if (batch.sender.kind === "anonymous") this.#sit(socket, null, now);
    else {
      const key = batch.sender.tab ?? `s:${session_id}`;
      const seat = seatAt(this.#host.live().state.tabs, key);
      if (seat) this.#sit(socket, seat, now);
    }
    this.#remember(socket, now);
    this.#send(socket, { type: "ack", count, ...(session_id !== null && { session_id }), ...more });
  }

  /** What a sleep must not lose. */
  #remember(socket: WebSocket, now: number): void {
    const held = this.#sockets().get(socket);
    if (held) keep(socket, { ...attachmentOf(socket), seat: held.seat, at: now });
  }

  async #tooFast(socket: WebSocket, talk: Talk, wait: number, events: number, now: number): Promise<void> {
    talk.refused++;
    const message = "Too many events. Send them again later.";
    this.#send(socket, { type: "error", code: "rate_limited", message, retry_after_ms: wait });
    if (talk.refused > VISITOR_REFUSED) {
      this.#close(socket, CLOSE.tooFast, "Too many messages. Connect again later.", now);
    }
    await this.#tellOwner([{ reason: "rate_limited", count: events, example: "socket" }], now);
  }

  async #tellOwner(left_out: readonly LeftOut[], at: number): Promise<void> {
    const site = this.#host.facts();
    if (!site) return;
    for (const one of left_out) await this.#host.dropped({ ...one, site, at });
  }

  #failed(socket: WebSocket, error: unknown): void {
    this.#report("visitor_message_failed", error);
    // Nothing was stored: the same message may come again.
    this.#send(socket, unavailable());
  }

  #report(event: string, error: unknown): void {
    const site = this.#host.facts()?.site_id;
    const message = error instanceof Error ? error.message.slice(0, 300) : String(error);
    console.error(JSON.stringify({ level: "error", event, site, message }));
  }

  #send(socket: WebSocket, reply: VisitorReply): void {
    try {
      socket.send(JSON.stringify(reply));
    } catch {
      // The socket went away meanwhile; its close event follows or came already.
    }
  }
}

/** Of a socket that is known, whose attachment was readable. */
const attachmentOf = (socket: WebSocket): Attachment => Attachment.parse(socket.deserializeAttachment());

const keep = (socket: WebSocket, attachment: Attachment): void => socket.serializeAttachment(attachment);

const sameSeat = (a: Seat | null, b: Seat | null): boolean =>
  a?.key === b?.key && a?.visitor_id === b?.visitor_id && a?.session_id === b?.session_id;

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
