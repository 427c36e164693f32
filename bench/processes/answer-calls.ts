import process from "node:process";
import * as z from "zod";

const Call = z.object({ id: z.number(), method: z.string(), args: z.unknown() });

export type Methods = Record<string, (args: unknown) => unknown>;

/** Answers the parent's calls (see Helper) until the parent ends, which runs `end` and ends this process too. */
export function answerCalls(methods: Methods, end: () => unknown = () => {}): void {
  // Ctrl-C reaches the whole group; the parent decides when this process ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", async () => {
    await end();
    process.exit(0);
  });
  process.on("message", async (message) => {
    const { id, method, args } = Call.parse(message);
    try {
      const run = methods[method];
      if (!run) throw new Error(`There is no method ${method}.`);
      process.send?.({ id, value: await run(args) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}
