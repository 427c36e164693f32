import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import * as z from "zod";

const Reply = z.object({ id: z.number(), value: z.unknown().optional(), error: z.string().optional() });

type HelperName = "load" | "server" | "streams" | "viewers";

const PATIENCE_MS = 10_000;
const running = new Set<Helper>();

/** A process of its own that does one part of a measurement: a server, the load, the viewers. */
export class Helper {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #waiting = new Map<number, (reply: z.infer<typeof Reply>) => void>();
  #lastId = 0;

  constructor(name: HelperName) {
    this.#child = fork(join(import.meta.dirname, `${name}.ts`), {
      // In a group of its own: Ctrl-C comes to the parent alone, which ends its helpers in order.
      detached: process.platform !== "win32",
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    this.#exited = once(this.#child, "exit");
    this.#child.on("message", (message) => {
      const reply = Reply.parse(message);
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    this.#child.on("exit", (code, signal) => {
      running.delete(this);
      const error = `The ${name} process ended (${signal ?? code}).`;
      for (const [id, answer] of this.#waiting) answer({ id, error });
      this.#waiting.clear();
    });
    running.add(this);
  }

  /** Calls a method there; rejects with what it throws there. */
  async call<Schema extends z.ZodType>(method: string, args: unknown, schema: Schema): Promise<z.infer<Schema>> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<z.infer<typeof Reply>>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, method, args });
    const { value, error } = await promise;
    if (error !== undefined) throw new Error(error);
    return schema.parse(value);
  }

  /** Lets it end in order; kills its group when that takes too long. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#kill(), PATIENCE_MS);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#exited;
    clearTimeout(timer);
    running.delete(this);
  }

  #kill(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // ESRCH: it is gone already.
    }
  }
}

/** Ends every helper there is. */
export async function endHelpers(): Promise<void> {
  await Promise.all([...running].map((helper) => helper.end()));
}
