const MINUTE = 60_000;

/** Distinct visitors with an event in the last 60 seconds; each event costs the same, however many there are. */
export class LastMinute {
  /** Time of each visitor's last event. The one longest silent comes first. */
  readonly #last = new Map<string, number>();
  #newest = 0;

  /** Visitors as sessions remember them, in any order. */
  constructor(known: Iterable<{ visitor_id: string; last_at: number }>, now: number) {
    const recent = [...known].filter(({ last_at }) => last_at > now - MINUTE);
    recent.sort((a, b) => a.last_at - b.last_at);
    // Events may be dated a little ahead.
    for (const { visitor_id, last_at } of recent) this.seen(visitor_id, Math.min(last_at, now));
  }

  /** An event of the visitor at `at`. Clocks of several machines may run back a little: the order stays that of arrival. */
  seen(visitor_id: string, at: number): void {
    // Nobody may count for long.
    this.#forget(at);
    this.#newest = Math.max(this.#newest, at);
    this.#last.delete(visitor_id);
    this.#last.set(visitor_id, this.#newest);
  }

  count(now: number): number {
    this.#forget(now);
    return this.#last.size;
  }

  #forget(now: number): void {
    for (const [visitor_id, at] of this.#last) {
      if (at > now - MINUTE) break;
      this.#last.delete(visitor_id);
    }
  }
}
