import { LEAF_LINGER, LEAF_REQUESTS_PER_SECOND, LEAVES, OBJECT_REQUESTS_PER_SECOND } from "../../../protocol/limits";

/** A leaf goes when the others would be busy by so much of what they take: a rate that wavers changes nothing. */
const BUSY = 0.7;
const SECOND = 1_000;

/**
 * How many leaves the requests of a site need: more at once, fewer when a while went by in which fewer would have done. In
 * memory alone: an object that wakes begins with one.
 */
export class LeafDemand {
  #second = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #leaves = 1;
  /** Beginning of the while that is looked at, and the most that was needed in it. */
  #since = Number.NEGATIVE_INFINITY;
  #needed = 1;

  /** So many requests came at `now`, milliseconds since 1970. */
  count(requests: number, now: number): void {
    this.#pass(now);
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#requests = 0;
    }
    this.#requests += requests;
    this.#needed = Math.max(this.#needed, needed(this.#requests / BUSY));
    const least = needed(this.#requests);
    if (least <= this.#leaves) return;
    this.#leaves = least;
    this.#since = now;
    this.#needed = least;
  }

  /** 1 to `LEAVES`. */
  leaves(now: number): number {
    this.#pass(now);
    return this.#leaves;
  }

  #pass(now: number): void {
    const passed = now - this.#since;
    // A clock that was set back must not put it off.
    if (passed >= 0 && passed < LEAF_LINGER) return;
    // After two whiles there was one in which nothing came.
    this.#leaves = passed >= 2 * LEAF_LINGER ? 1 : Math.min(this.#leaves, this.#needed);
    this.#since = now;
    this.#needed = 1;
  }
}

function needed(requests: number): number {
  if (requests <= OBJECT_REQUESTS_PER_SECOND) return 1;
  return Math.min(LEAVES, Math.ceil(requests / LEAF_REQUESTS_PER_SECOND));
}
