import type { HeldSeat, LeafNews } from "../../protocol/counter";
import { Roll } from "../pure/roll";

/** Who is connected to a leaf, and what the site's object has yet to be told of it. */
export class LeafRoll<C> {
  readonly #roll = new Roll<C>();
  /** By stream, as it is now; null: gone. */
  #changes = new Map<string, HeldSeat | null>();
  /** The epoch in which the site's object is told; null: it knows nothing, and needs the whole. */
  #epoch: number | null = null;
  #last = 0;
  #call = 0;

  get roll(): Pick<Roll<C>, "size" | "connections" | "of" | "seatOf"> {
    return this.#roll;
  }

  /** There is something to tell. */
  get changed(): boolean {
    return this.#epoch === null || this.#changes.size > 0;
  }

  /** A connection that slept with the object. */
  restore(connection: C, seat: HeldSeat): void {
    this.#roll.join(connection, seat);
  }

  /** Adds a connection; answers the one that had this stream before. */
  join(connection: C, seat: HeldSeat): C | undefined {
    this.#changes.set(seat.stream, seat);
    return this.#roll.join(connection, seat);
  }

  leave(connection: C): boolean {
    const stream = this.#roll.seatOf(connection)?.stream;
    if (stream !== undefined) this.#changes.set(stream, null);
    return this.#roll.leave(connection);
  }

  /** What is to be told now; `failed` or `refused` has to be called where it did not arrive. */
  take(now: number): LeafNews {
    if (this.#epoch === null) return this.whole(now);
    const changes = [...this.#changes];
    this.#changes = new Map();
    return {
      epoch: this.#epoch,
      call: ++this.#call,
      whole: false,
      joined: changes.flatMap(([, seat]) => seat ?? []),
      left: changes.flatMap(([stream, seat]) => (seat ? [] : [stream])),
    };
  }

  /** Everything, which begins an epoch. */
  whole(now: number): LeafNews {
    this.#epoch = Math.max(now, this.#last + 1);
    this.#last = this.#epoch;
    this.#call = 0;
    this.#changes = new Map();
    return { epoch: this.#epoch, call: 0, whole: true, joined: [...this.#roll.seats()], left: [] };
  }

  /** The answer to an order: null where all of it is known in that epoch. */
  answer(known: number | null, now: number): LeafNews | null {
    if (known !== null && known === this.#epoch) return null;
    this.#last = Math.max(this.#last, known ?? 0);
    return this.whole(now);
  }

  /** Nobody knows whether these news arrived. */
  failed(news: LeafNews): void {
    if (news.epoch !== this.#epoch) return;
    if (news.whole) this.#epoch = null;
    // What changed since holds.
    const later = this.#changes;
    this.#changes = new Map<string, HeldSeat | null>(news.left.map((stream) => [stream, null]));
    for (const seat of news.joined) this.#changes.set(seat.stream, seat);
    for (const [stream, seat] of later) this.#changes.set(stream, seat);
  }

  /** The site's object wants the whole, in an epoch above `again`. */
  refused(news: LeafNews, again: number): void {
    this.#last = Math.max(this.#last, again);
    if (news.epoch === this.#epoch) this.#epoch = null;
  }
}
