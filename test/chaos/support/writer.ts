import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { type BeaconReply, postBeacon, withKey } from "../../support/api.ts";
import { CANARY } from "./canaries.ts";
import type { ChaosSite } from "./faulty-server.ts";
import type { SentEvent } from "./ledger.ts";

const PAGES = 20;
const TrackReply = z.object({ count: z.number(), session_id: z.string().nullable() });
type Batch = { body: Record<string, unknown>; events: SentEvent[] };

export interface WriterOptions {
  site: ChaosSite;
  name: string;
  key: string;
  random: () => number;
  /** A browser's tab that counts its events, or a server that names the session and its events. */
  says: "tab" | "session";
  /** Sends a batch again, as it was, until it is answered. */
  retries: boolean;
  /** Milliseconds between batches; unset: none. */
  pace?: number;
  /** How far its clock is ahead of this machine's, milliseconds. */
  ahead?: () => number;
}

/** What became of a request. */
export type Outcome = "acked" | "refused" | "broken";

/** One visitor who sends small batches of different events. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #id = randomUUID();
  #seq = 0;
  #pending: { batch: Batch; tries: number } | null = null;
  /** Milliseconds that each answer 2xx took. */
  readonly times: number[] = [];
  /** Requests that were answered with something else, or not at all. */
  failures = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Sends until `signal` ends it; with `untilBroken`, until a connection breaks. */
  async run(url: () => string, signal: AbortSignal, { untilBroken = false } = {}): Promise<void> {
    while (!signal.aborted) {
      const outcome = await this.sendOne(url());
      if (outcome === "broken" && untilBroken) return;
      const wait = outcome === "acked" ? (this.#options.pace ?? 0) : 50;
      if (wait > 0) await pause(wait * (0.5 + this.#options.random()), undefined, { signal }).catch(() => {});
    }
  }

  /** Sends the batch that waits for its answer, or a new one. */
  async sendOne(url: string): Promise<Outcome> {
    this.#pending ??= { batch: this.#make(), tries: 0 };
    const { batch } = this.#pending;
    this.#pending.tries++;
    const again = this.#pending.tries > 1;
    const begun = performance.now();
    let reply: BeaconReply;
    try {
      reply = await postBeacon({ url }, batch.body, withKey(this.#options.key));
    } catch {
      // The connection broke, or the answer was cut short.
      return this.#failed("broken");
    }
    if (reply.status < 200 || reply.status > 299) return this.#failed("refused");
    this.times.push(performance.now() - begun);
    this.#note(batch, reply, again);
    this.#pending = null;
    return "acked";
  }

  #failed(outcome: Outcome): Outcome {
    this.failures++;
    if (!this.#options.retries) this.#pending = null;
    return outcome;
  }

  #note({ events }: Batch, { status, body, dropped }: BeaconReply, again: boolean): void {
    const { ledger } = this.#options.site;
    const reply = TrackReply.safeParse(body);
    const count = reply.data?.count ?? -1;
    const fits = again ? count >= 0 && count <= events.length : count === events.length;
    if (status !== 201 || dropped !== null || !fits) {
      const what = `${events.length} events, ${again ? "sent again" : "sent once"}`;
      ledger.wrong.push(`${what}: ${status} ${JSON.stringify(body)} dropped: ${dropped}`);
      return;
    }
    for (const { title } of events) ledger.acked.add(title);
  }

  #make(): Batch {
    const { site, name, says, random } = this.#options;
    const events: SentEvent[] = [];
    const sent = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
      const seq = this.#seq++;
      const event: SentEvent = {
        title: `${site.name} ${name} ${seq}`,
        writer: name,
        type: random() < 0.7 ? "pageview" : random() < 0.7 ? "signup" : "error",
        path: `/page/${Math.floor(random() * PAGES)}`,
      };
      site.ledger.sent.set(event.title, event);
      events.push(event);
      return {
        ...(says === "tab" ? { seq } : { event_id: `${name}-${seq}` }),
        timestamp: new Date(Date.now() + (this.#options.ahead?.() ?? 0)).toISOString(),
        event_type: event.type,
        page_url: `https://${site.name}.example${event.path}?token=${CANARY.query}`,
        title: event.title,
        // Never kept, whoever sends it.
        input_value: CANARY.typed,
      };
    });
    const who = says === "tab" ? { tab: this.#id } : { session_id: this.#id };
    const user_agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${CANARY.agent} ${name}`;
    return { events, body: { site: site.id, ...who, user_agent, ip: CANARY.address, events: sent } };
  }
}

/** Writers of both kinds, with and without retry. */
export function writersFor(
  site: ChaosSite,
  key: string,
  count: number,
  random: () => number,
  { prefix = "w", ...more }: Partial<Pick<WriterOptions, "pace" | "retries" | "ahead">> & { prefix?: string } = {},
): Writer[] {
  return Array.from(
    { length: count },
    (_, i) =>
      new Writer({
        site,
        key,
        random,
        name: `${prefix}${i}`,
        says: i % 4 < 2 ? "tab" : "session",
        retries: i % 2 === 0,
        ...more,
      }),
  );
}

/** Lets the writers send while `during` runs; rejects with what it rejects with. */
export async function whileWriting<T>(writers: readonly Writer[], url: string, during: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const writing = Promise.all(writers.map((writer) => writer.run(() => url, end.signal)));
  try {
    return await during();
  } finally {
    end.abort();
    await writing;
  }
}
