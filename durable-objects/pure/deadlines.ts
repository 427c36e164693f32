/** Milliseconds that stand together. */
const STEP = 100;

const stepOf = (at: number): number => Math.floor(at / STEP);

/** Names with a time each, milliseconds: to set one takes the same time however many there are, to take out those whose time came as long as they are many. */
export class Deadlines {
  readonly #times = new Map<string, number>();
  /** Of every step of time that has any: few, as long as times lie near one another. */
  readonly #steps = new Map<number, Set<string>>();

  get size(): number {
    return this.#times.size;
  }

  has(name: string): boolean {
    return this.#times.has(name);
  }

  set(name: string, at: number): void {
    const had = this.#times.get(name);
    if (had === at) return;
    this.#times.set(name, at);
    if (had !== undefined) {
      if (stepOf(had) === stepOf(at)) return;
      this.#leave(name, had);
    }
    const step = this.#steps.get(stepOf(at));
    if (step) step.add(name);
    else this.#steps.set(stepOf(at), new Set([name]));
  }

  delete(name: string): void {
    const had = this.#times.get(name);
    if (had === undefined) return;
    this.#times.delete(name);
    this.#leave(name, had);
  }

  #leave(name: string, at: number): void {
    const step = this.#steps.get(stepOf(at));
    step?.delete(name);
    if (step?.size === 0) this.#steps.delete(stepOf(at));
  }

  /** Takes out those whose time is `now` or before. */
  take(now: number): string[] {
    const due: string[] = [];
    for (const [step, names] of this.#steps) {
      if (step > stepOf(now)) continue;
      for (const name of names) if ((this.#times.get(name) ?? 0) <= now) due.push(name);
    }
    for (const name of due) this.delete(name);
    return due;
  }

  /** The earliest time, or null if there is none. */
  next(): number | null {
    return this.#earliestOf(Math.min(...this.#steps.keys()))[0]?.at ?? null;
  }

  /** As many names as `most`, those of the earliest times first. */
  *earliest(most: number): Generator<string> {
    let left = most;
    for (const step of [...this.#steps.keys()].sort((a, b) => a - b)) {
      for (const { name } of this.#earliestOf(step)) {
        if (left-- <= 0) return;
        yield name;
      }
    }
  }

  #earliestOf(step: number): { name: string; at: number }[] {
    return [...(this.#steps.get(step) ?? [])]
      .map((name) => ({ name, at: this.#times.get(name) ?? 0 }))
      .sort((a, b) => a.at - b.at);
  }
}
