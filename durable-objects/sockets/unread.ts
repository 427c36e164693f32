import {
  VIEWER_BEHIND_BYTES,
  VIEWER_MARK_BYTES,
  VIEWER_MARK_INTERVAL,
  VIEWER_MARK_SILENCE,
  VIEWER_MARK_SILENCE_PRESSED,
  VIEWER_SILENCE,
  VIEWER_SILENCE_PRESSED,
  VIEWER_SLOWEST,
  VIEWER_UNREAD_BYTES,
  VIEWER_UNREAD_MOST,
  VIEWERS_UNREAD_BYTES,
} from "../../protocol/limits";

/** What waits for all sockets of an object that are judged by the same rule. */
export interface Waiting {
  bytes: number;
}

/** What was sent to one viewer and may be unread: the platform tells nothing of it. Bytes are counted as characters. */
export interface Unread {
  /** Counts a message that is to be sent; false if the viewer does not read and is to be closed instead. */
  add(length: number, now: number): boolean;
  /** The number of a mark to send after that message; null: none. */
  mark(now: number): number | null;
  /** More is unread than may be for long. */
  readonly isBehind: boolean;
  /** A message came. */
  heard(now: number): void;
  /** A mark came back; false if it is none that was out. */
  markBack(at: number, now: number): boolean;
  /** The socket is there no more. */
  forget(): void;
}

/** Of a viewer that sends marks back: known to the last mark. */
export class MarkedUnread implements Unread {
  readonly #all: Waiting;
  #sent = 0;
  /** The marks that are out, the first one first: a number that is not among them says nothing. */
  #out: number[] = [];
  /** All that was sent before the last mark that came back. */
  #read = 0;
  /** When the last mark came back, or the first one after it was sent. */
  #heardAt = 0;
  /** When something was sent first after the last mark; null: nothing was. */
  #unmarkedAt: number | null = null;
  /** The largest message since no mark was out: nothing is heard while it comes through. */
  #largest = 0;
  /** Since when more is unread than may be for long; null: it is not. */
  #behindAt: number | null = null;

  /** `all`: what was sent before marks that are out. */
  constructor(all: Waiting) {
    this.#all = all;
  }

  /** Of one that was open before a sleep, which forgets what was out: it has to show at once that it still reads. */
  static restored(all: Waiting): MarkedUnread {
    const unread = new MarkedUnread(all);
    unread.#unmarkedAt = 0;
    return unread;
  }

  /** All that was sent before the last mark. */
  get #marked(): number {
    return this.#out.at(-1) ?? this.#read;
  }

  add(length: number, now: number): boolean {
    if (this.#isSlow(now)) return false;
    this.#sent += length;
    this.#largest = Math.max(this.#largest, length);
    this.#unmarkedAt ??= now;
    this.#noteBehind(now);
    return true;
  }

  #isSlow(now: number): boolean {
    const transfer = (this.#largest / VIEWER_SLOWEST) * 1_000;
    if (this.#behindAt !== null && now - this.#behindAt > VIEWER_MARK_SILENCE + transfer) return true;
    const isPressed = this.isBehind || this.#all.bytes > VIEWERS_UNREAD_BYTES;
    const silence = isPressed ? VIEWER_MARK_SILENCE_PRESSED : VIEWER_MARK_SILENCE;
    return this.#out.length > 0 && now - this.#heardAt > silence + transfer;
  }

  get isBehind(): boolean {
    return this.#behindAt !== null;
  }

  #noteBehind(now: number): void {
    if (this.#sent - this.#read <= VIEWER_BEHIND_BYTES) this.#behindAt = null;
    else this.#behindAt ??= now;
  }

  mark(now: number): number | null {
    if (this.#unmarkedAt === null) return null;
    const bytes = this.#sent - this.#marked;
    if (bytes < VIEWER_MARK_BYTES && now - this.#unmarkedAt < VIEWER_MARK_INTERVAL) return null;
    if (this.#out.length === 0) this.#heardAt = now;
    this.#out.push(this.#sent);
    this.#unmarkedAt = null;
    this.#all.bytes += bytes;
    return this.#sent;
  }

  /** Marks alone say what was read. */
  heard(): void {}

  markBack(at: number, now: number): boolean {
    const place = this.#out.indexOf(at);
    if (place < 0) return false;
    // Those before it have been read too.
    this.#out.splice(0, place + 1);
    this.#all.bytes -= at - this.#read;
    this.#read = at;
    this.#heardAt = now;
    if (this.#out.length === 0) this.#largest = 0;
    this.#noteBehind(now);
    return true;
  }

  forget(): void {
    this.#all.bytes -= this.#marked - this.#read;
    this.#read = this.#marked;
    this.#out = [];
  }
}

/** Of a viewer that says nothing but that it lives: all that was sent since may be unread. */
export class PingedUnread implements Unread {
  readonly #all: Waiting;
  readonly #lastPing: () => number;
  #bytes = 0;
  /** As much of it as there was when the pings were looked at last. */
  #looked = 0;
  /** The last sign of life, or when something was sent first; null: nothing was. */
  #since: number | null = null;

  /** `lastPing`: milliseconds since 1970, 0 for never. */
  constructor(all: Waiting, lastPing: () => number) {
    this.#all = all;
    this.#lastPing = lastPing;
  }

  add(length: number, now: number): boolean {
    this.#since ??= now;
    this.#bytes += length;
    this.#all.bytes += length;
    if (this.#bytes - this.#looked < VIEWER_MARK_BYTES) return true;
    const ping = this.#lastPing();
    if (ping > this.#since) {
      this.heard(ping);
      return true;
    }
    this.#looked = this.#bytes;
    const silence = now - this.#since;
    return !(
      this.#bytes > VIEWER_UNREAD_MOST ||
      (silence > VIEWER_SILENCE && this.#bytes > VIEWER_UNREAD_BYTES) ||
      (silence > VIEWER_SILENCE_PRESSED && this.#all.bytes > VIEWERS_UNREAD_BYTES)
    );
  }

  readonly isBehind = false;

  mark(): null {
    return null;
  }

  heard(now: number): void {
    this.forget();
    this.#since = now;
  }

  markBack(): boolean {
    return false;
  }

  forget(): void {
    this.#all.bytes -= this.#bytes;
    this.#bytes = 0;
    this.#looked = 0;
  }
}
