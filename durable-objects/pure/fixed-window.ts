import { hash53 } from "./hash";

/** Counts by name within the running period, aligned to multiples of its length. Holds at most `most` names. */
export class FixedWindow {
  readonly #length: number;
  readonly #most: number;
  #counts = new Map<number, number>();
  /** Names before the last `most / 2` new ones: a flood of names pushes out who is quiet, and who sends much stays counted. */
  #older = new Map<number, number>();
  #period = 0;

  /** `length` in milliseconds. */
  constructor(length: number, most: number) {
    this.#length = length;
    this.#most = most;
  }

  /** Counts `by` more of that name; answers how many of it there are in the period. */
  count(name: string, now: number, by = 1): number {
    const period = Math.floor(now / this.#length);
    // Not back by one: a request that was long on its way would otherwise forgive everybody. By more the clock was set back.
    if (period > this.#period || period < this.#period - 1) {
      this.#period = period;
      this.#counts = new Map();
      this.#older = new Map();
    }
    const key = hash53(name);
    const count = (this.#counts.get(key) ?? this.#older.get(key) ?? 0) + by;
    this.#counts.set(key, count);
    if (this.#counts.size >= this.#most / 2) {
      this.#older = this.#counts;
      this.#counts = new Map();
    }
    return count;
  }

  /** Whole seconds until the running period is over, at least one. */
  secondsLeft(now: number): number {
    return Math.max(1, Math.ceil(((this.#period + 1) * this.#length - now) / 1_000));
  }

  /** Names that are held. */
  get size(): number {
    return this.#counts.size + this.#older.size;
  }
}
