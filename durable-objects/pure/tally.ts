/** How many there are of each name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Names of which there is at least one. */
  get size(): number {
    return this.#counts.size;
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  entries(): Iterable<[name: string, count: number]> {
    return this.#counts.entries();
  }

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  /** Answers how many are left. */
  remove(name: string): number {
    const left = this.of(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
    return left;
  }
}
