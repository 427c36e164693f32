import type { CounterCounts, HeldSeat } from "../../protocol/counter";
import { Tally } from "./tally";

/** Who is connected to a counter: connections `C` by stream. To add, to remove and to count takes the same time however many there are. */
export class Roll<C> {
  readonly #seats = new Map<C, HeldSeat>();
  readonly #streams = new Map<string, C>();
  readonly #visitors: Tally;
  readonly #addresses: Tally;

  /** `visitors` and `addresses` are those of this roll alone, or counted together with those of others. */
  constructor(visitors = new Tally(), addresses = new Tally()) {
    this.#visitors = visitors;
    this.#addresses = addresses;
  }

  get counts(): CounterCounts {
    return { totalConnections: this.size, uniqueVisitors: this.#visitors.size };
  }

  get size(): number {
    return this.#seats.size;
  }

  connections(): Iterable<C> {
    return this.#seats.keys();
  }

  seats(): Iterable<HeldSeat> {
    return this.#seats.values();
  }

  /** The connection of a stream. */
  of(stream: string): C | undefined {
    return this.#streams.get(stream);
  }

  seatOf(connection: C): HeldSeat | undefined {
    return this.#seats.get(connection);
  }

  /** Adds a connection. One that has the same stream is taken out first and answered: it died unnoticed. */
  join(connection: C, seat: HeldSeat): C | undefined {
    const before = this.#streams.get(seat.stream);
    if (before !== undefined) this.leave(before);
    this.#seats.set(connection, seat);
    this.#streams.set(seat.stream, connection);
    this.#visitors.add(seat.visitor);
    if (seat.from !== undefined) this.#addresses.add(seat.from);
    return before;
  }

  /** Takes a connection out; false if it was not there any more. */
  leave(connection: C): boolean {
    const seat = this.#seats.get(connection);
    if (!seat) return false;
    this.#seats.delete(connection);
    this.#streams.delete(seat.stream);
    this.#visitors.remove(seat.visitor);
    if (seat.from !== undefined) this.#addresses.remove(seat.from);
    return true;
  }
}
