import type { CounterCounts, CounterSeat } from "../../../protocol/counter";

/** Who is connected to a counter: connections `C` by visitor. To add, to remove and to count takes the same time however many there are. */
export class Roll<C> {
  readonly #seats = new Map<C, CounterSeat>();
  readonly #visitors = new Map<string, Set<C>>();
  readonly #streams = new Map<string, C>();

  get counts(): CounterCounts {
    return { totalConnections: this.#seats.size, uniqueVisitors: this.#visitors.size };
  }

  connections(): Iterable<C> {
    return this.#seats.keys();
  }

  /** The connection of a stream. */
  of(stream: string): C | undefined {
    return this.#streams.get(stream);
  }

  /** Adds a connection. One that has the same stream is taken out first and answered: it died unnoticed. */
  join(connection: C, seat: CounterSeat): C | undefined {
    const before = this.#streams.get(seat.stream);
    if (before !== undefined) this.leave(before);
    this.#seats.set(connection, seat);
    this.#streams.set(seat.stream, connection);
    const others = this.#visitors.get(seat.visitor);
    if (others) others.add(connection);
    else this.#visitors.set(seat.visitor, new Set([connection]));
    return before;
  }

  /** Takes a connection out; false if it was not there any more. */
  leave(connection: C): boolean {
    const seat = this.#seats.get(connection);
    if (!seat) return false;
    this.#seats.delete(connection);
    this.#streams.delete(seat.stream);
    const others = this.#visitors.get(seat.visitor);
    others?.delete(connection);
    if (others?.size === 0) this.#visitors.delete(seat.visitor);
    return true;
  }
}
