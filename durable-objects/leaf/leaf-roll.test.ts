import fc from "fast-check";
import { expect, test } from "vitest";
import type { HeldSeat, LeafNews } from "../../protocol/counter";
import { type Ends, SiteRoll } from "../site/model/site-roll";
import { LeafRoll } from "./leaf-roll";

/** A socket: it outlives the memory of the object that holds it. */
interface Socket {
  seat: HeldSeat;
  open: boolean;
}

const ROOT = -1;
const LEAVES = 3;

/** A site's object and its leaves, between which calls are lost, and which forget and die. */
class Fabric {
  now = 1_000;
  readonly rootSockets = new Set<Socket>();
  readonly leafSockets = Array.from({ length: LEAVES }, () => new Set<Socket>());
  root = new SiteRoll<Socket>();
  readonly leaves = Array.from({ length: LEAVES }, () => new LeafRoll<Socket>());
  /** Calls that were given up, and may still arrive. */
  readonly late: { index: number; news: LeafNews }[] = [];
  orders: Ends<Socket>["leaves"][number][] = [];

  /** What a list of the open sockets says. */
  get truth() {
    const sockets = [this.rootSockets, ...this.leafSockets].flatMap((set) => [...set]);
    const visitors = new Set(sockets.map(({ seat }) => seat.visitor));
    return { totalConnections: sockets.length, uniqueVisitors: visitors.size };
  }

  #close(sockets: Set<Socket>, socket: Socket | undefined): void {
    if (!socket) return;
    socket.open = false;
    sockets.delete(socket);
  }

  #follow({ own, leaves }: Ends<Socket>): void {
    for (const socket of own) this.#close(this.rootSockets, socket);
    this.orders.push(...leaves);
  }

  open(place: number, visitor: string, stream: string): void {
    const seat = { visitor, stream, at: this.root.stamp(this.now) };
    const socket = { seat, open: true };
    const leaf = this.leaves[place];
    const sockets = this.leafSockets[place];
    // A stream that the site's object holds stays there.
    if (leaf && sockets && this.root.own.of(stream) === undefined) {
      this.#close(sockets, leaf.join(socket, seat));
      sockets.add(socket);
    } else {
      this.#follow(this.root.join(socket, seat));
      this.rootSockets.add(socket);
    }
  }

  /** The page says goodbye. */
  leave(stream: string): void {
    const own = this.root.own.of(stream);
    if (own === undefined) return this.#follow(this.root.end(stream, this.now));
    this.root.leave(own);
    this.#close(this.rootSockets, own);
  }

  /** The stream's connection is lost, which the object that holds it hears. */
  lose(place: number, stream: string): void {
    const leaf = this.leaves[place];
    const roll = leaf?.roll ?? this.root.own;
    const socket = roll.of(stream);
    if (!socket) return;
    (leaf ?? this.root).leave(socket);
    this.#close(this.leafSockets[place] ?? this.rootSockets, socket);
  }

  report(index: number, fate: "arrives" | "call lost" | "answer lost" | "late"): void {
    const leaf = this.leaves[index];
    if (!leaf?.changed) return;
    const news = structuredClone(leaf.take(this.now));
    if (fate === "arrives" || fate === "answer lost") {
      const { again, ends } = this.root.hear(index, news);
      this.#follow(ends);
      if (fate === "arrives") {
        if (again !== null) leaf.refused(news, again);
        return;
      }
    }
    if (fate === "late") this.late.push({ index, news });
    leaf.failed(news);
  }

  arriveLate(): void {
    const call = this.late.shift();
    if (call) this.#follow(this.root.hear(call.index, call.news).ends);
  }

  /** The site's object calls a leaf. */
  order(index: number, fate: "arrives" | "call lost" | "answer lost"): void {
    const leaf = this.leaves[index];
    const sockets = this.leafSockets[index];
    if (!leaf || !sockets || fate === "call lost") return;
    for (const { stream, at } of this.orders.filter((order) => order.index === index)) {
      const socket = leaf.roll.of(stream);
      if (!socket || socket.seat.at > at) continue;
      leaf.leave(socket);
      this.#close(sockets, socket);
    }
    const answer = structuredClone(leaf.answer(this.root.epochOf(index), this.now));
    if (fate === "answer lost") return;
    this.orders = this.orders.filter((order) => order.index !== index);
    if (answer) this.#follow(this.root.hear(index, answer).ends);
  }

  /** Out of memory; with `crash` the sockets are gone, too. */
  forget(place: number, crash: boolean): void {
    const sockets = this.leafSockets[place] ?? this.rootSockets;
    if (crash) sockets.clear();
    if (place === ROOT) {
      this.root = new SiteRoll();
      this.orders = [];
      for (const socket of sockets) this.root.join(socket, socket.seat);
      return;
    }
    const leaf = new LeafRoll<Socket>();
    for (const socket of sockets) leaf.restore(socket, socket.seat);
    this.leaves[place] = leaf;
  }

  /** Nothing is lost any more: everybody reports, and each leaf is asked. */
  settle(): void {
    for (let round = 0; round < 4; round++) {
      this.now += 1_000;
      for (let index = 0; index < LEAVES; index++) {
        this.order(index, "arrives");
        this.report(index, "arrives");
        this.report(index, "arrives");
      }
    }
  }
}

const place = fc.integer({ min: ROOT, max: LEAVES - 1 });
const leaf = fc.integer({ min: 0, max: LEAVES - 1 });
const visitor = fc.integer({ min: 0, max: 4 }).map((n) => `v${n}`);
const stream = fc.integer({ min: 0, max: 7 }).map((n) => `s${n}`);
const fate = fc.constantFrom("arrives", "arrives", "call lost", "answer lost", "late" as const);
const orderFate = fc.constantFrom("arrives", "call lost", "answer lost" as const);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(place, visitor, stream).map((all) => (f: Fabric) => f.open(...all)) },
  { weight: 2, arbitrary: stream.map((one) => (f: Fabric) => f.leave(one)) },
  { weight: 3, arbitrary: fc.tuple(place, stream).map((all) => (f: Fabric) => f.lose(...all)) },
  { weight: 6, arbitrary: fc.tuple(leaf, fate).map((all) => (f: Fabric) => f.report(...all)) },
  { weight: 3, arbitrary: fc.tuple(leaf, orderFate).map((all) => (f: Fabric) => f.order(...all)) },
  { weight: 1, arbitrary: fc.constant((f: Fabric) => f.arriveLate()) },
  { weight: 1, arbitrary: fc.tuple(place, fc.boolean()).map((all) => (f: Fabric) => f.forget(...all)) },
  // A clock may stand still or go back.
  { weight: 1, arbitrary: fc.integer({ min: -5_000, max: 5_000 }).map((ms) => (f: Fabric) => void (f.now += ms)) },
);

test("COUNTER-9 counts at rest are those of the open sockets, whatever was lost, forgotten and killed before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const fabric = new Fabric();
      for (const act of steps) act(fabric);
      fabric.settle();
      expect(fabric.root.counts).toEqual(fabric.truth);
      // And nothing is left to say.
      expect(fabric.orders).toEqual([]);
    }),
    { seed: 20_261_121, numRuns: 2_000 },
  );
});

test("COUNTER-9 each stream is open at one place, the one where it was opened last", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const fabric = new Fabric();
      for (const act of steps) act(fabric);
      fabric.settle();
      const sockets = [fabric.rootSockets, ...fabric.leafSockets].flatMap((set) => [...set]);
      const streams = sockets.map(({ seat }) => seat.stream);
      expect(new Set(streams).size).toBe(streams.length);
    }),
    { seed: 7, numRuns: 1_000 },
  );
});
