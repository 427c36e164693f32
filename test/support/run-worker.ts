import { once } from "node:events";
import { createServer } from "node:http";
import { resolve } from "node:path";
import process from "node:process";
import type { Miniflare } from "miniflare";
import { runScript } from "../../scripts/problem.ts";
import { serveWorker } from "./serve-worker.ts";

export interface RunOptions {
  /** The Worker as one module. */
  code: () => Promise<string>;
  /** False: without the static files. */
  assets?: boolean;
  /** What is done from outside the runtime, when a test asks for it at the door. */
  atDoor: (asked: URL, mf: Miniflare) => Promise<void>;
}

/** What scripts/start.ts is for the product, for another Worker: the whole of a script that `startServer` runs. It also tells the door's address. */
export async function runWorker({ code, assets = true, atDoor }: RunOptions): Promise<void> {
  await runScript(async () => {
    const server = await serveWorker({
      code: await code(),
      assets,
      port: Number(process.env.PORT),
      state: resolve(process.env.FOOTFALL_STATE ?? ""),
      email: process.env.FOOTFALL_OWNER_EMAIL,
      password: process.env.FOOTFALL_OWNER_PASSWORD,
    });
    const stop = async () => {
      await server.close();
      process.exit(0);
    };
    for (const signal of ["SIGINT", "SIGTERM", "disconnect"]) process.on(signal, () => void stop());
    console.log(`Door ${await openDoor((asked) => atDoor(asked, server.mf))}`);
    console.log(`${server.url}/#signin=${server.signInToken || "none"}\nCtrl-C stops.`);
  });
}

async function openDoor(answer: (asked: URL) => Promise<void>): Promise<string> {
  const door = createServer(async (request, response) => {
    try {
      await answer(new URL(request.url ?? "/", "http://door"));
      response.end("done");
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return `http://127.0.0.1:${address.port}`;
}
