/** Runs something once, at the earliest of the times that were asked for. Until then the object stays in memory. */
export class Soonest {
  readonly #run: (now: number) => void;
  #due: { at: number; timer: ReturnType<typeof setTimeout> } | null = null;

  /** `run` is told the time, milliseconds since 1970. */
  constructor(run: (now: number) => void) {
    this.#run = run;
  }

  /** A time was asked for that has not come. */
  get waits(): boolean {
    return this.#due !== null;
  }

  /** Runs it at `at`, milliseconds since 1970, unless it runs before; the next moment where that is past at `now`. */
  at(at: number, now = Date.now()): void {
    if (this.#due !== null && this.#due.at <= at) return;
    clearTimeout(this.#due?.timer);
    const timer = setTimeout(
      () => {
        this.#due = null;
        this.#run(Date.now());
      },
      Math.max(0, at - now),
    );
    this.#due = { at, timer };
  }

  /** What was asked for is not run any more. */
  cancel(): void {
    clearTimeout(this.#due?.timer);
    this.#due = null;
  }
}
