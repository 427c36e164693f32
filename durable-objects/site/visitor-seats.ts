import * as z from "zod";
import { CLOSE } from "../../protocol/close-codes";
import type { SiteFacts } from "../../protocol/ingest";
import { PRESENCE_TTL } from "../../protocol/limits";
import { SocketVisitor } from "../../protocol/visitor-socket";
import { logError } from "../log-error";
import { addressPrefix } from "../pure/address-prefix";
import { Tally } from "../pure/tally";
import { answerClose, closeSocket } from "../sockets/close-socket";
import type { LiveSite } from "./live-site";
import { hold } from "./model/presence";
import { isOwnKey, type Seat } from "./model/seat";

/** What the seats of visitors' sockets need of the object. */
export interface SeatsHost {
  /** The open sockets under the visitors' tag, also those that slept with the object. */
  sockets(): WebSocket[];
  /** When the socket's last ping was answered without waking the object; null: never. */
  lastPing(socket: WebSocket): number | null;
  live(): LiveSite;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
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

/** Codes of a page that closed its socket itself, or went away; all others are broken connections. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Whom each visitor's socket stands for: its presence is held while the socket is open. All times in milliseconds since 1970. */
export class VisitorSeats {
  readonly #host: SeatsHost;
  /** Null after a wake-up, until somebody asks. */
  #open: Map<WebSocket, Held> | null = null;
  readonly #keys = new Tally();
  readonly #addresses = new Tally();
  /** The state in which the seats are held. */
  #heldIn: LiveSite | null = null;
  /** When the first of them runs out unless a ping was answered since. */
  #renewAt = 0;

  constructor(host: SeatsHost) {
    this.#host = host;
  }

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

  /** Open sockets. */
  get size(): number {
    return this.#sockets().size;
  }

  /** Those of an address, which is named by its prefix. */
  ofAddress(prefix: string): number {
    return this.#addresses.of(prefix);
  }

  /** A socket was opened. */
  opened(socket: WebSocket, kept: Attachment, live: LiveSite): void {
    const { seat, at } = kept;
    this.#add(socket, kept);
    this.#renewAt = Math.min(this.#renewAt, at + PRESENCE_TTL);
    keep(socket, kept);
    if (!seat) return;
    hold(live.state.tabs, seat, at);
    live.changes.numbers = true;
    this.#host.tell(at);
  }

  /** The socket gave a sign of life; false for one that is there no more. */
  heard(socket: WebSocket, now: number): boolean {
    const held = this.#sockets().get(socket);
    if (held) held.at = now;
    return held !== undefined;
  }

  /** Whose socket it is, of one that is there. */
  visitorOf(socket: WebSocket): SocketVisitor {
    return attachmentOf(socket).visitor;
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
    this.#add(socket, kept.data);
  }

  #add(socket: WebSocket, { visitor, seat, at }: Attachment): void {
    const address = addressPrefix(visitor.sender.address);
    this.#sockets().set(socket, { seat, address, at });
    this.#addresses.add(address);
    if (seat) this.#keys.add(seat.key);
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
      logError("visitor_close_unstored", error, { site: this.#host.facts()?.site_id });
    }
  }

  /** From now on the socket stands for `seat`. */
  sit(socket: WebSocket, seat: Seat | null, now: number): void {
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

  /** What a sleep must not lose. */
  remember(socket: WebSocket, now: number): void {
    const held = this.#sockets().get(socket);
    if (held) keep(socket, { ...attachmentOf(socket), seat: held.seat, at: now });
  }

  /** Closes a socket from here. */
  close(socket: WebSocket, code: number, reason: string, now: number): void {
    closeSocket(socket, code, reason);
    this.#forget(socket, this.#host.live(), false, now);
    this.#host.tell(now);
  }

  /** The other side closed or was lost. */
  gone(socket: WebSocket, code: number, now: number): void {
    // Woken by this very end, the platform's list may be without it already.
    const woken = this.#open === null;
    if (woken && !this.#sockets().has(socket)) this.#restore(socket);
    answerClose(socket, code);
    this.#forget(socket, this.#host.live(), GOODBYES.has(code), now);
    this.#host.tell(now);
  }
}

/** Of a socket that is known, whose attachment was readable. */
const attachmentOf = (socket: WebSocket): Attachment => Attachment.parse(socket.deserializeAttachment());

const keep = (socket: WebSocket, attachment: Attachment): void => socket.serializeAttachment(attachment);

const sameSeat = (a: Seat | null, b: Seat | null): boolean =>
  a?.key === b?.key && a?.visitor_id === b?.visitor_id && a?.session_id === b?.session_id;
