import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { count, type Tally } from "./tally.ts";

const Reply = z.object({
  count: z.number(),
  errors: z.array(z.object({ code: z.string() })).optional(),
});
const TRIES = 8;
const LONGEST_WAIT_S = 30;

export interface Batch {
  body: { events: unknown[] };
}

/** Sends batches to `POST /api/v1/track`, at most `most` at a time, each again with the same ids until it is answered. */
export class Sender {
  readonly #waiting: Batch[] = [];
  #running = 0;
  readonly #url: string;
  readonly #key: string;
  readonly #tally: Tally;
  readonly #most: number;

  constructor(url: string, key: string, tally: Tally, most: number) {
    this.#url = `${url}/api/v1/track`;
    this.#key = key;
    this.#tally = tally;
    this.#most = most;
  }

  /** Batches that have not been answered. */
  get open(): number {
    return this.#waiting.length + this.#running;
  }

  send(batch: Batch): void {
    this.#waiting.push(batch);
    this.#next();
  }

  #next(): void {
    while (this.#running < this.#most) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      this.#running++;
      void this.#deliver(batch).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #deliver({ body }: Batch): Promise<void> {
    const tally = this.#tally;
    const text = JSON.stringify(body);
    tally.sent += body.events.length;
    for (let left = TRIES; left > 0; left--) {
      tally.requests++;
      const reply = await this.#post(text);
      if (reply.kind === "done") {
        const { answer, dropped } = reply;
        tally.acknowledged += answer.count;
        for (const { code } of answer.errors ?? []) count(tally.errors, code, 1);
        const rest = body.events.length - answer.count - (answer.errors?.length ?? 0);
        if (rest > 0) count(tally.dropped, dropped ?? "counted before", rest);
        return;
      }
      if (reply.retryAfter === null || left === 1) {
        count(tally.errors, reply.code, body.events.length);
        return;
      }
      tally.retries++;
      await sleep(Math.min(reply.retryAfter, LONGEST_WAIT_S) * 1000);
    }
  }

  /** `retryAfter` in seconds; null: sending it again will not help. */
  async #post(
    body: string,
  ): Promise<
    | { kind: "done"; answer: z.infer<typeof Reply>; dropped: string | null }
    | { kind: "failed"; code: string; retryAfter: number | null }
  > {
    const started = performance.now();
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#key}` },
        body,
      });
      const text = await response.text();
      this.#tally.latencies.push(performance.now() - started);
      if (response.ok)
        return {
          kind: "done",
          answer: Reply.parse(JSON.parse(text)),
          dropped: response.headers.get("x-footfall-dropped"),
        };
      const again = response.status === 429 || response.status === 503;
      return {
        kind: "failed",
        code: String(response.status),
        retryAfter: again ? Number(response.headers.get("retry-after") ?? 1) : null,
      };
    } catch (error) {
      return { kind: "failed", code: networkCode(error), retryAfter: 1 };
    }
  }
}

function networkCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === "object" && cause !== null && "code" in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}
