import type {
  CounterCounts,
  CounterMessage,
  LeafNews,
  LeafOrder,
  LeafPlace,
  LeafReply,
  StreamEnd,
} from "../../protocol/counter";
import {
  COUNTER_HOME_FEW,
  COUNTER_HOME_FREE,
  COUNTER_LEAF_LOOK,
  COUNTER_LEAF_RETRY,
  COUNTER_LEAF_WAIT,
  COUNTER_LEAVES,
  COUNTER_STREAMS,
} from "../../protocol/limits";
import { messageOf } from "../log-error";
import { Soonest } from "../soonest";
import type { Ends, SiteRoll } from "./model/site-roll";

/** How many streams one object holds, and how many leaves there may be. */
export interface CounterLimits {
  streams: number;
  leaves: number;
}

export const COUNTER_LIMITS: Readonly<CounterLimits> = { streams: COUNTER_STREAMS, leaves: COUNTER_LEAVES };

/** What the counter's leaves need of the object. */
export interface LeavesHost {
  roll(): SiteRoll<WebSocket>;
  /** Calls a leaf. */
  order(index: number, order: LeafOrder): Promise<LeafNews | null>;
  read(): string | null;
  /** Durable; null forgets it. */
  write(value: string | null): void;
  /** Has `look` called then, or before. */
  wakeAt(at: number): void;
  /** Counts may have changed; `ends` of this object's own streams have to be carried out. */
  changed(ends: WebSocket[], now: number): void;
  log(message: string): void;
}

/** A leaf that may hold streams. */
interface Leaf {
  /** Streams to be closed there, by `at`, until it has answered. */
  ends: Map<string, number>;
  /** Its streams have yet to be told this. */
  message: CounterMessage | null;
  /** It has to be called. */
  due: boolean;
  busy: boolean;
  failures: number;
  /** Looks since it last answered or told something. */
  unanswered: number;
  /** When a stream was last sent there. */
  usedAt: number;
}

/** Looks in vain after which a leaf is not counted, and an empty one not looked after any more. */
const SILENT_LOOKS = 2;
const EMPTY_LOOKS = 5;

/** The leaves that hold a counter's streams beyond those of the site's object. Which ones is durable, what they hold is asked anew after a sleep. */
export class CounterLeaves {
  readonly #host: LeavesHost;
  readonly #limits: CounterLimits;
  /** Null until somebody asks. */
  #leaves: Map<number, Leaf> | null = null;
  /** Of which nobody knows yet what they hold. */
  readonly #unknown = new Set<number>();
  #known = Promise.withResolvers<void>();
  #lookedAt = 0;
  readonly #retry = new Soonest((now) => this.#callDue(now));
  readonly #giveUp = new Soonest((now) => {
    this.#unknown.clear();
    this.#settle([], now);
  });

  constructor(host: LeavesHost, limits: CounterLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  /** Some leaf may hold streams. */
  get any(): boolean {
    return this.#listed().size > 0;
  }

  /** What all of them hold is known, as far as they can be reached: counts may be told. */
  get ready(): boolean {
    return this.#unknown.size === 0;
  }

  /** Resolves when that is so. */
  async whenReady(): Promise<void> {
    if (!this.ready) await this.#known.promise;
  }

  /** After a wake-up: asks all that may hold streams. */
  ask(now: number): void {
    for (const [index, leaf] of this.#listed()) {
      this.#unknown.add(index);
      Object.assign(leaf, { due: true, unanswered: 0, usedAt: now } satisfies Partial<Leaf>);
    }
    this.#lookedAt = now;
    if (this.ready) return;
    this.#giveUp.at(now + COUNTER_LEAF_WAIT, now);
    this.#callDue(now);
  }

  /** Where a stream is to be opened for which there is no room here: where it is already, or the first with room; null: nowhere. */
  place(stream: string, now: number): LeafPlace | null {
    const roll = this.#host.roll();
    const { streams, leaves } = this.#limits;
    const free = Array.from({ length: leaves }, (_, i) => i).find((i) => roll.sizeAt(i) < streams);
    const index = roll.leafOf(stream) ?? free;
    if (index === undefined) return null;
    this.#list(index, now).usedAt = now;
    return { index, last: leaves - 1, at: roll.stamp(now) };
  }

  /** A leaf tells of its streams. */
  hear(index: number, news: LeafNews, now: number): LeafReply {
    const { again, ends } = this.#host.roll().hear(index, news);
    if (again === null && this.#host.roll().sizeAt(index) > 0) this.#list(index, now);
    const leaf = this.#listed().get(index);
    if (leaf) leaf.unanswered = 0;
    if (again === null) this.#unknown.delete(index);
    this.end(ends.leaves, now);
    this.#settle(ends.own, now);
    return { again, counts: this.counts };
  }

  /** Null while some leaf is unknown. */
  get counts(): CounterCounts | null {
    return this.ready ? this.#host.roll().counts : null;
  }

  /** Has streams of leaves closed. */
  end(ends: Ends<WebSocket>["leaves"], now: number): void {
    for (const { index, stream, at } of ends) {
      const leaf = this.#list(index, now);
      leaf.ends.set(stream, at);
      leaf.due = true;
    }
    if (ends.length > 0) this.#callDue(now);
  }

  /** Tells the streams of all leaves. One that is slow is told the latest alone. */
  tell(message: CounterMessage, now: number): void {
    for (const leaf of this.#listed().values()) Object.assign(leaf, { message, due: true } satisfies Partial<Leaf>);
    this.#callDue(now);
  }

  /** When `look` is to be called, milliseconds since 1970; null: not at all. */
  nextAt(now: number): number | null {
    return this.any ? this.#lookAt(now) : null;
  }

  /** Sees whether each leaf is still there with its streams. A site without leaves does nothing here. */
  look(now: number): void {
    if (!this.any || now < this.#lookAt(now)) return;
    const roll = this.#host.roll();
    // A wake-up has just asked them.
    if (now < this.#lookAt(now)) return;
    this.#lookedAt = now;
    let lost = false;
    for (const [index, leaf] of [...this.#listed()]) {
      leaf.due = true;
      // By looks and not by time: looks come late, or not at all while the object's alarm is held up.
      if (leaf.unanswered++ >= SILENT_LOOKS) lost = roll.forget(index) || lost;
      const unused = roll.sizeAt(index) === 0 && roll.epochOf(index) !== null && leaf.ends.size === 0;
      leaf.usedAt = Math.min(leaf.usedAt, now);
      if (unused && now - leaf.usedAt >= EMPTY_LOOKS * COUNTER_LEAF_LOOK) this.#unlist(index);
    }
    const home = this.#bringHome(now);
    this.#callDue(now);
    if (lost || home) this.#settle([], now);
  }

  /** Ends the last streams of a leaf where they have room here by far: their pages open them again. One leaf at a look. */
  #bringHome(now: number): boolean {
    const roll = this.#host.roll();
    const { streams } = this.#limits;
    const free = streams - roll.own.size;
    const few = Math.ceil(streams * COUNTER_HOME_FEW);
    for (const [index, leaf] of this.#listed()) {
      const size = roll.sizeAt(index);
      // One that does not answer would go on serving them, uncounted.
      if (size === 0 || size > few || leaf.failures > 0 || free - size <= streams * COUNTER_HOME_FREE) continue;
      const ends = [...roll.streamsAt(index)].flatMap((stream) => roll.end(stream, now).leaves);
      this.end(ends, now);
      return true;
    }
    return false;
  }

  #lookAt(now: number): number {
    // A clock that was set back must not put it off.
    this.#lookedAt = Math.min(this.#lookedAt, now);
    return this.#lookedAt + COUNTER_LEAF_LOOK;
  }

  #settle(own: WebSocket[], now: number): void {
    if (this.ready) {
      // A timer would keep the object in memory.
      this.#giveUp.cancel();
      this.#known.resolve();
    }
    this.#host.changed(own, now);
  }

  // Which leaves there are ---------------------------------------------------------------------------------------------

  #listed(): Map<number, Leaf> {
    if (this.#leaves) return this.#leaves;
    const kept = this.#host.read();
    const indexes: number[] = kept === null ? [] : JSON.parse(kept);
    this.#leaves = new Map(indexes.map((index) => [index, newLeaf(0)]));
    return this.#leaves;
  }

  #list(index: number, now: number): Leaf {
    const leaves = this.#listed();
    const had = leaves.get(index);
    if (had) return had;
    const leaf = newLeaf(now);
    if (leaves.size === 0) this.#lookedAt = now;
    leaves.set(index, leaf);
    this.#write(leaves);
    this.#host.wakeAt(this.#lookAt(now));
    return leaf;
  }

  #unlist(index: number): void {
    const leaves = this.#listed();
    leaves.delete(index);
    this.#host.roll().forget(index);
    this.#write(leaves);
  }

  #write(leaves: Map<number, Leaf>): void {
    this.#host.write(leaves.size === 0 ? null : JSON.stringify([...leaves.keys()]));
  }

  // Calls ---------------------------------------------------------------------------------------------------------------

  #callDue(now: number): void {
    for (const [index, leaf] of this.#listed()) if (leaf.due && !leaf.busy) void this.#call(index, leaf, now);
  }

  async #call(index: number, leaf: Leaf, now: number): Promise<void> {
    const { message } = leaf;
    const close: StreamEnd[] = [...leaf.ends].map(([stream, at]) => ({ stream, at }));
    Object.assign(leaf, { due: false, busy: true, message: null } satisfies Partial<Leaf>);
    try {
      const news = await this.#host.order(index, { message, close, known: this.#host.roll().epochOf(index) });
      Object.assign(leaf, { busy: false, failures: 0, unanswered: 0 } satisfies Partial<Leaf>);
      for (const { stream, at } of close) if (leaf.ends.get(stream) === at) leaf.ends.delete(stream);
      if (news) this.hear(index, news, Date.now());
      if (leaf.due) this.#callDue(Date.now());
    } catch (error) {
      // Looked after again soon; meanwhile the site goes on with what is known.
      Object.assign(leaf, { busy: false, due: true, message: leaf.message ?? message } satisfies Partial<Leaf>);
      if (leaf.failures++ === 0) this.#host.log(messageOf(error));
      const wait = Math.min(COUNTER_LEAF_LOOK, COUNTER_LEAF_RETRY * 2 ** leaf.failures);
      this.#retry.at(Math.max(now, Date.now()) + wait);
    }
  }
}

const newLeaf = (now: number): Leaf => ({
  ends: new Map(),
  message: null,
  due: false,
  busy: false,
  failures: 0,
  unanswered: 0,
  usedAt: now,
});
