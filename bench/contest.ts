import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Helper } from "./processes/helper.ts";
import { cpuTime } from "./processes/proc-files.ts";

/** `far`: Footfall with a database that is not on this machine. */
export type Side = "footfall" | "reference" | "far";

const Started = z.object({ url: z.string(), key: z.string(), pid: z.number().int().positive() });

/**
 * Footfall in other forms, and the side that each takes: counting what it writes, with eight leaves in front of its site, and
 * with none however busy it is.
 */
const STANDS_FOR = { metered: "footfall", leaves: "footfall", "one-object": "reference" } as const;
type Form = keyof typeof STANDS_FOR;

/** A server and its runtime. While it is not measured its runtime is stopped, so that it costs nothing. */
export class Contestant {
  readonly side: Side;
  /** Folder of its objects and database. */
  readonly state: string;
  readonly url: string;
  readonly key: string;
  /** Process of workerd. */
  readonly pid: number;
  readonly #helper: Helper;

  private constructor(side: Side, state: string, helper: Helper, { url, key, pid }: z.infer<typeof Started>) {
    this.side = side;
    this.state = state;
    this.#helper = helper;
    this.url = url;
    this.key = key;
    this.pid = pid;
  }

  /** Starts it in a folder of its own below `folder`. */
  static async start(kind: Side | Form, folder: string): Promise<Contestant> {
    const state = join(folder, `${kind}-${performance.now().toFixed(0)}`);
    await mkdir(state, { recursive: true });
    const helper = new Helper("server");
    const started = await helper.call("start", { kind, state }, Started);
    return new Contestant(sideOf(kind), state, helper, started);
  }

  pause(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  resume(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Milliseconds of CPU that workerd has used so far; null where the system does not tell. */
  cpu(): number | null {
    return cpuTime(this.pid);
  }

  /** Waits until the runtime does nothing any more; answers how long that took, in milliseconds. */
  async settle(mostMs = SETTLE_MS): Promise<number> {
    const from = performance.now();
    for (let before = this.cpu(); before !== null && performance.now() - from < mostMs; ) {
      await sleep(QUIET_MS);
      const now = this.cpu() ?? before;
      if (now - before <= QUIET_CPU_MS) break;
      before = now;
    }
    return performance.now() - from;
  }

  async end(): Promise<void> {
    // What is stopped cannot be told to end.
    this.resume();
    await this.#helper.end();
  }
}

const isForm = (kind: Side | Form): kind is Form => kind in STANDS_FOR;
const sideOf = (kind: Side | Form): Side => (isForm(kind) ? STANDS_FOR[kind] : kind);

const SETTLE_MS = 20_000;
const QUIET_MS = 300;
const QUIET_CPU_MS = 20;

/** One that takes turns. */
interface Player {
  side: Side;
  pause(): void;
  resume(): void;
}

/** Runs `round` for each side in turn, A B A B …, with the others stopped. Results are by side, in the order of rounds. */
export async function alternate<P extends Player, T>(
  contestants: readonly P[],
  rounds: number,
  round: (contestant: P, index: number) => Promise<T>,
): Promise<Record<Side, T[]>> {
  const results: Record<Side, T[]> = { footfall: [], reference: [], far: [] };
  for (const contestant of contestants) contestant.pause();
  for (let index = 0; index < rounds; index++) {
    for (const contestant of contestants) {
      contestant.resume();
      results[contestant.side].push(await round(contestant, index));
      contestant.pause();
    }
  }
  for (const contestant of contestants) contestant.resume();
  return results;
}
