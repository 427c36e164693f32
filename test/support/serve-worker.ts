import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seed } from "../../scripts/seed.ts";
import { type ServeOptions, type Server, serve } from "../../scripts/serve.ts";

export interface WorkerOptions extends Pick<ServeOptions, "port" | "state" | "assets" | "vars"> {
  /** The Worker as one module. */
  code: string;
  email: string | undefined;
  password: string | undefined;
}

export interface WorkerServer extends Server {
  /** Signs the owner in once; of the first start on a state folder alone, later empty. */
  signInToken: string;
}

/** Serves another Worker than the product's, with the same runtime, state folder and seed. */
export async function serveWorker({ code, email, password, ...options }: WorkerOptions): Promise<WorkerServer> {
  const { state } = options;
  const host = "127.0.0.1";
  await mkdir(state, { recursive: true });
  const worker = join(state, "worker.js");
  await writeFile(worker, code);
  let signInToken = "";
  const server = await serve({
    ...options,
    host,
    worker,
    prepare: async (db) => {
      signInToken = (await seed(db, { state, host, email, password, now: Date.now() })).signInToken;
    },
  });
  return { ...server, signInToken };
}
