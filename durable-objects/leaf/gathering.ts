/** What gathering needs of who owns it. */
export interface GatheringHost<Batch, Answer> {
  /** Hands batches over and resolves to one answer each, in their order. */
  call(batches: Batch[]): Promise<Answer[]>;
  /** What each batch of a call that failed is answered. */
  failed(error: unknown): Answer;
  /** What a batch is answered for which there is no room. */
  full(): Answer;
  bytesOf(batch: Batch): number;
}

export interface GatheringLimits {
  /** Batches, and their bytes, that one call takes at most; a single batch may be larger. */
  call: { batches: number; bytes: number };
  /** Batches, and their bytes, that wait at most while a call is under way. */
  waiting: { batches: number; bytes: number };
}

interface Waiting<Batch, Answer> {
  batch: Batch;
  bytes: number;
  answer: (answer: Answer) => void;
}

/**
 * Hands over what comes in as few calls as there can be: one call is under way at a time, and all that comes meanwhile is
 * the next one. Nobody waits for a timer, and nobody is answered before the call that took the batch was.
 */
export class Gathering<Batch, Answer> {
  readonly #host: GatheringHost<Batch, Answer>;
  readonly #limits: GatheringLimits;
  #waiting: Waiting<Batch, Answer>[] = [];
  #bytes = 0;
  #calling = false;

  constructor(host: GatheringHost<Batch, Answer>, limits: GatheringLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  /** Resolves to the batch's answer, whatever becomes of the call. Batches are handed over in the order of these calls. */
  add(batch: Batch): Promise<Answer> {
    const bytes = this.#host.bytesOf(batch);
    const { batches, bytes: most } = this.#limits.waiting;
    if (this.#waiting.length >= batches || (this.#waiting.length > 0 && this.#bytes + bytes > most))
      return Promise.resolve(this.#host.full());
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push({ batch, bytes, answer: resolve });
    this.#bytes += bytes;
    if (!this.#calling) void this.#callAll();
    return promise;
  }

  async #callAll(): Promise<void> {
    this.#calling = true;
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      const answers = await this.#call(taken);
      for (const [i, { answer }] of taken.entries()) answer(answers(i));
    }
    this.#calling = false;
  }

  /** Never throws: answers by place in the call. */
  async #call(taken: Waiting<Batch, Answer>[]): Promise<(place: number) => Answer> {
    try {
      const answers = await this.#host.call(taken.map(({ batch }) => batch));
      const missing = new Error("The call left a batch without an answer.");
      return (place) => answers[place] ?? this.#host.failed(missing);
    } catch (error) {
      return () => this.#host.failed(error);
    }
  }

  /** From the front, as many as fit into a call. */
  #take(): Waiting<Batch, Answer>[] {
    const { batches, bytes: most } = this.#limits.call;
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      if (count === batches || (count > 0 && bytes + waiting.bytes > most)) break;
      bytes += waiting.bytes;
      count++;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
