import { PATIENCE } from "../../support/patience.ts";

/** Things that arrive one by one, and those who wait for one of them. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #taken = new Set<T>();
  readonly #waiting = new Set<() => void>();
  readonly #name: (item: T) => string;

  /** `name` says what an item is, in the error of a wait that ends without one. */
  constructor(name: (item: T) => string) {
    this.#name = name;
  }

  add(item: T): void {
    this.all.push(item);
    for (const look of [...this.#waiting]) look();
  }

  /** The first that fits of those that no call was given yet. Throws after `within` milliseconds. */
  next(fits: (item: T) => boolean, within = PATIENCE): Promise<T> {
    const { stack } = new Error("Waited in vain.");
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const came = this.all.map(this.#name).join(" ");
        fail(new Error(`Nothing that fits came within ${within} ms. What came: ${came}\n${stack}`));
      }, within);
      const look = () => {
        const found = this.all.find((item) => !this.#taken.has(item) && fits(item));
        if (found === undefined) return;
        this.#taken.add(found);
        clearTimeout(timer);
        this.#waiting.delete(look);
        done(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Reads again and again until it holds; throws with what was read last. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, within = PATIENCE): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`Waited ${within} ms; at last: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
