import type { CounterCounts, HeldSeat, LeafNews, StreamEnd } from "../../../protocol/counter";
import { COUNTER_ENDS_KEPT } from "../../../protocol/limits";
import { Roll } from "../../pure/roll";
import { Tally } from "../../pure/tally";

/** Streams that lost their place: connections of this object, and streams of leaves. */
export interface Ends<C> {
  own: C[];
  leaves: (StreamEnd & { index: number })[];
}

interface KnownLeaf {
  epoch: number;
  call: number;
  /** By stream. */
  roll: Roll<string>;
}

/**
 * Who is connected to a site's counter, at the site's own object (connections `C`) and at its leaves. A visitor of several
 * of them is one; a stream is at one place, the one where it was opened last.
 */
export class SiteRoll<C> {
  readonly #visitors = new Tally();
  readonly #addresses = new Tally();
  readonly #own = new Roll<C>(this.#visitors, this.#addresses);
  readonly #leaves = new Map<number, KnownLeaf>();
  /** Streams at leaves that ended here while the leaf may still tell of them: a stream opened before that time is over. */
  readonly #ended = new Map<string, number>();
  #stamp = 0;

  get counts(): CounterCounts {
    let totalConnections = this.#own.size;
    for (const { roll } of this.#leaves.values()) totalConnections += roll.size;
    return { totalConnections, uniqueVisitors: this.#visitors.size };
  }

  /** Those of this object. */
  get own(): Pick<Roll<C>, "size" | "connections" | "of"> {
    return this.#own;
  }

  /** Streams of an address, here and at leaves. */
  ofAddress(from: string): number {
    return this.#addresses.of(from);
  }

  /** The stream is open, here or at a leaf. */
  has(stream: string): boolean {
    return this.#own.of(stream) !== undefined || this.leafOf(stream) !== null;
  }

  /** Streams at a leaf, as far as it told. */
  sizeAt(index: number): number {
    return this.#leaves.get(index)?.roll.size ?? 0;
  }

  streamsAt(index: number): Iterable<string> {
    return this.#leaves.get(index)?.roll.connections() ?? [];
  }

  /** What is known of a leaf; null: nothing. */
  epochOf(index: number): number | null {
    return this.#leaves.get(index)?.epoch ?? null;
  }

  /** The leaf at which a stream is. */
  leafOf(stream: string): number | null {
    for (const [index, { roll }] of this.#leaves) if (roll.of(stream) !== undefined) return index;
    return null;
  }

  /** `at` of a stream that is opened now: greater than of any before. */
  stamp(now: number): number {
    this.#stamp = Math.max(now, this.#stamp + 1);
    return this.#stamp;
  }

  join(connection: C, seat: HeldSeat): Ends<C> {
    this.#stamp = Math.max(this.#stamp, seat.at);
    const ends: Ends<C> = { own: [], leaves: [] };
    for (const index of this.#leaves.keys()) this.#endAt(index, seat.stream, seat.at, ends);
    const before = this.#own.join(connection, seat);
    if (before !== undefined) ends.own.push(before);
    return ends;
  }

  /** Takes a connection of this object out; false if it was not there any more. */
  leave(connection: C): boolean {
    return this.#own.leave(connection);
  }

  /** The page of a stream that is not here is being left. One that no leaf told of yet ends when one does. */
  end(stream: string, now: number): Ends<C> {
    const ends: Ends<C> = { own: [], leaves: [] };
    const at = this.stamp(now);
    for (const index of this.#leaves.keys()) this.#endAt(index, stream, at, ends);
    if (ends.leaves.length === 0) this.#noteEnd(stream, at);
    return ends;
  }

  /**
   * Takes what a leaf tells. Calls that come late or twice change nothing; `again` says above which epoch the whole is
   * needed, null: taken.
   */
  hear(index: number, news: LeafNews): { again: number | null; ends: Ends<C> } {
    const ends: Ends<C> = { own: [], leaves: [] };
    const known = this.#leaves.get(index);
    const follows = known?.epoch === news.epoch && news.call > known.call;
    if (news.whole ? known && news.epoch <= known.epoch : !follows) return { again: known?.epoch ?? 0, ends };
    const roll = known?.roll ?? new Roll<string>(this.#visitors, this.#addresses);
    this.#leaves.set(index, { epoch: news.epoch, call: news.call, roll });
    if (news.whole) {
      const stays = new Set(news.joined.map(({ stream }) => stream));
      for (const stream of [...roll.connections()]) if (!stays.has(stream)) roll.leave(stream);
    }
    for (const stream of news.left) roll.leave(stream);
    for (const seat of news.joined) this.#sit(index, roll, seat, ends);
    return { again: null, ends };
  }

  /** A leaf is not counted any more; true if it was. */
  forget(index: number): boolean {
    const roll = this.#leaves.get(index)?.roll;
    if (!roll) return false;
    for (const stream of [...roll.connections()]) roll.leave(stream);
    return this.#leaves.delete(index);
  }

  #sit(index: number, roll: Roll<string>, seat: HeldSeat, ends: Ends<C>): void {
    const { stream, at } = seat;
    this.#stamp = Math.max(this.#stamp, at);
    const later = this.#laterThan(index, stream, at);
    if (later !== null) {
      roll.leave(stream);
      ends.leaves.push({ index, stream, at: later });
      return;
    }
    const own = this.#own.of(stream);
    if (own !== undefined) {
      this.#own.leave(own);
      ends.own.push(own);
    }
    for (const other of this.#leaves.keys()) if (other !== index) this.#endAt(other, stream, at, ends);
    roll.join(stream, seat);
  }

  /** When the stream was opened elsewhere or ended, if that was after `at`. */
  #laterThan(index: number, stream: string, at: number): number | null {
    const times = [this.#ended.get(stream) ?? 0];
    const own = this.#own.of(stream);
    if (own !== undefined) times.push(this.#own.seatOf(own)?.at ?? 0);
    for (const [other, { roll }] of this.#leaves) if (other !== index) times.push(roll.seatOf(stream)?.at ?? 0);
    const latest = Math.max(...times);
    return latest > at ? latest : null;
  }

  #endAt(index: number, stream: string, at: number, ends: Ends<C>): void {
    if (!this.#leaves.get(index)?.roll.leave(stream)) return;
    this.#noteEnd(stream, at);
    ends.leaves.push({ index, stream, at });
  }

  #noteEnd(stream: string, at: number): void {
    // Anew, so that the oldest is first.
    this.#ended.delete(stream);
    this.#ended.set(stream, at);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= COUNTER_ENDS_KEPT) break;
      this.#ended.delete(oldest);
    }
  }
}
