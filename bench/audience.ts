import * as z from "zod";
import type { Contestant } from "./contest.ts";
import { Helper } from "./processes/helper.ts";

const Opened = z.object({ open: z.number(), ms: z.number(), setups: z.array(z.number()) });
const Seen = z.object({
  frames: z.number(),
  bytes: z.number(),
  largest: z.number(),
  open: z.number(),
  closed: z.array(z.number().nullable()),
});
const Probed = z.object({ bytes: z.number(), times: z.array(z.number()).min(1) });
const Counted = z.array(z.object({ at: z.number(), events: z.number() }));

const MOST_MS = 60_000;
const MOST_PATIENT_MS = 180_000;
const PROBE_MS = 20_000;

/** What a probe waits for: a frame that holds, or begins with, this text. */
export type Awaited = { needle: string } | { start: string };

/** Viewers of one server, held by a process of their own. */
export class Audience {
  readonly #helper = new Helper("viewers");
  readonly #contestant: Contestant;

  constructor(contestant: Contestant) {
    this.#contestant = contestant;
  }

  /** What is opened, and the beginning of the frame with which a socket is set up: Footfall's whole picture, or a greeting. */
  #target() {
    const { side, url, key } = this.#contestant;
    return side === "footfall"
      ? {
          url,
          path: "/api/realtime/ws?rooms=site:demo&messages=delta&marks=1",
          headers: { Authorization: `Bearer ${key}`, "Sec-WebSocket-Protocol": "footfall.v1" },
          first: '{"type":"snapshot"',
        }
      : { url, path: "/socket", headers: {}, first: "hello" };
  }

  /**
   * Opens sockets until there are `count`, or the time is over (a minute); answers how many there are, how long it took, and
   * of each the milliseconds from connecting to its first picture.
   */
  openWhatFits(count: number, most_ms = MOST_MS): Promise<z.infer<typeof Opened>> {
    const ping = this.#contestant.side === "footfall" ? '{"type":"ping"}' : null;
    return this.#helper.call("open", { ...this.#target(), count, ping, most_ms }, Opened);
  }

  /** Opens `count` more, one after the other, each of which goes again; answers the same milliseconds of each. */
  join(count: number): Promise<number[]> {
    return this.#helper.call("join", { ...this.#target(), count }, z.array(z.number()).min(1));
  }

  /** Opens `count` sockets; throws when that takes more than three minutes. */
  async open(count: number): Promise<{ ms: number }> {
    const { open, ms } = await this.openWhatFits(count, MOST_PATIENT_MS);
    if (open < count) throw new Error(`After ${MOST_PATIENT_MS / 1_000} s ${open} of ${count} sockets were open.`);
    return { ms };
  }

  /** Sends a request and waits until every socket has the frame that is meant. Times in milliseconds, sorted. */
  probe(request: string, awaited: Awaited): Promise<z.infer<typeof Probed>> {
    return this.#helper.call("probe", { url: this.#contestant.url, request, ...awaited, most_ms: PROBE_MS }, Probed);
  }

  /** From now on the first socket notes what number of today's events each frame tells. */
  async startCounting(): Promise<void> {
    await this.#helper.call("startCounting", null, z.unknown());
  }

  counted(): Promise<z.infer<typeof Counted>> {
    return this.#helper.call("counted", null, Counted);
  }

  seen(): Promise<z.infer<typeof Seen>> {
    return this.#helper.call("seen", null, Seen);
  }

  /** From now on this many sockets read nothing. */
  async stall(count: number): Promise<void> {
    await this.#helper.call("stall", { count }, z.unknown());
  }

  /** Those read again. */
  async wake(): Promise<void> {
    await this.#helper.call("wake", null, z.unknown());
  }

  async close(): Promise<void> {
    await this.#helper.call("close", null, z.unknown());
  }

  async end(): Promise<void> {
    await this.#helper.end();
  }
}
