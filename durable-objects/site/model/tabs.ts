import { PRESENCE_TTL } from "../../../protocol/limits";
import { Deadlines } from "../../pure/deadlines";
import { Tally } from "../../pure/tally";

/** One open tab (or a session of a sender without tabs) as far as signs of life tell. */
export interface Tab {
  readonly visitor_id: string;
  readonly session_id: string;
  /** By its signs of life it counts as open until then. */
  readonly until: number;
  /** By an open socket it does until then. Known by the sockets that are there: nothing that is stored says it. */
  readonly held_until?: number;
  /** Time of the last leave; older events no longer open it. */
  readonly left_at: number;
}

/** Until when it counts as open if nothing comes, milliseconds since 1970. */
export const openUntil = ({ until, held_until }: Tab): number => Math.max(until, held_until ?? 0);

/** A time that lies further back is of a clock that was set back; others are those of calls that overtook one another. */
const SET_BACK = 5_000;

/**
 * Tabs by key, with how many are open: counted as they change and as time goes on, since a very large site has too many of
 * them to look at all for every frame.
 */
export class Tabs {
  readonly #tabs = new Map<string, Tab>();
  /** When open ones end. */
  readonly #ends = new Deadlines();
  /** When closed ones are forgotten: so late that no event of before could open them again. */
  readonly #forgets = new Deadlines();
  /** Of open ones. */
  readonly #visitors = new Tally();
  readonly #sessions = new Tally();
  readonly #changed: (session_id: string) => void;
  /** Until here time has gone on. */
  #at = Number.NEGATIVE_INFINITY;

  /** `changed` is told of a session that has an open tab now, or none any more. */
  constructor(changed: (session_id: string) => void = () => {}) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#tabs.size;
  }

  get(key: string): Tab | undefined {
    return this.#tabs.get(key);
  }

  keys(): Iterable<string> {
    return this.#tabs.keys();
  }

  entries(): Iterable<[key: string, tab: Tab]> {
    return this.#tabs.entries();
  }

  set(key: string, tab: Tab): void {
    const had = this.#tabs.get(key);
    this.#tabs.set(key, tab);
    const wasOpen = had !== undefined && this.#ends.has(key);
    const until = openUntil(tab);
    const open = until > this.#at;
    const same = had?.visitor_id === tab.visitor_id && had.session_id === tab.session_id;
    if (wasOpen && !(open && same)) this.#uncount(had);
    if (open && !(wasOpen && same)) this.#count(tab);
    if (open) {
      this.#forgets.delete(key);
      this.#ends.set(key, until);
    } else {
      this.#ends.delete(key);
      this.#forgets.set(key, until + PRESENCE_TTL);
    }
  }

  delete(key: string): void {
    const had = this.#tabs.get(key);
    if (!had) return;
    if (this.#ends.has(key)) this.#uncount(had);
    this.#tabs.delete(key);
    this.#ends.delete(key);
    this.#forgets.delete(key);
  }

  #count({ visitor_id, session_id }: Tab): void {
    this.#visitors.add(visitor_id);
    this.#sessions.add(session_id);
    if (this.#sessions.of(session_id) === 1) this.#changed(session_id);
  }

  #uncount({ visitor_id, session_id }: Tab): void {
    this.#visitors.remove(visitor_id);
    if (this.#sessions.remove(session_id) === 0) this.#changed(session_id);
  }

  /** It is `now`: tabs that ended are no longer open, and those that ended long ago are forgotten. */
  goOn(now: number): void {
    if (now + SET_BACK < this.#at) {
      this.#at = now;
      for (const [key, tab] of this.#tabs) this.set(key, tab);
      return;
    }
    this.#at = Math.max(this.#at, now);
    for (const key of this.#ends.take(this.#at)) {
      const tab = this.#tabs.get(key);
      if (!tab) continue;
      this.#uncount(tab);
      this.#forgets.set(key, openUntil(tab) + PRESENCE_TTL);
    }
    for (const key of this.#forgets.take(this.#at)) this.#tabs.delete(key);
  }

  /** When the next open one ends, or null. */
  nextEnd(): number | null {
    return this.#ends.next();
  }

  get open(): number {
    return this.#ends.size;
  }

  /** Of open tabs. */
  get visitors(): number {
    return this.#visitors.size;
  }

  /** Open tabs of a session. */
  openOf(session_id: string): number {
    return this.#sessions.of(session_id);
  }

  /** Sessions with open tabs, and how many. */
  openSessions(): Iterable<[session_id: string, tabs: number]> {
    return this.#sessions.entries();
  }

  /** As many as `most`, the longest silent first. */
  *silent(most: number): Generator<string> {
    yield* this.#forgets.earliest(most);
    yield* this.#ends.earliest(most - this.#forgets.size);
  }
}
