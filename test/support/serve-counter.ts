import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import process from "node:process";
import { bundleWorker } from "../../scripts/build.ts";
import { runScript } from "../../scripts/problem.ts";
import { ROOT } from "../../scripts/root.ts";
import { seed } from "../../scripts/seed.ts";
import { type Server, serve } from "../../scripts/serve.ts";

/* What scripts/start.ts is for the product, for the Worker of test/process/counter-worker; and a door by which objects are put out of memory. */

const SCRIPT = "footfall";

await runScript(async () => {
  const state = resolve(process.env.FOOTFALL_STATE ?? "");
  const host = "127.0.0.1";
  await mkdir(state, { recursive: true });
  const worker = join(state, "worker.js");
  await writeFile(worker, await bundleWorker(join(ROOT, "test", "process", "counter-worker", "index.ts")));
  const email = process.env.FOOTFALL_OWNER_EMAIL;
  const password = process.env.FOOTFALL_OWNER_PASSWORD;
  // Made at the first start alone.
  let token = "none";
  const server = await serve({
    host,
    port: Number(process.env.PORT),
    state,
    worker,
    assets: false,
    prepare: async (db) => {
      token = (await seed(db, { state, host, email, password, now: Date.now() })).signInToken;
    },
  });
  const stop = async () => {
    await server.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "disconnect"]) process.on(signal, () => void stop());
  console.log(`Door ${await openDoor(server)}`);
  console.log(`${server.url}/#signin=${token}\nCtrl-C stops.`);
});

/** `POST /?class=LeafObject&name=demo/0&sockets=hibernate`, or `close`, as in a crash. One that sleeps already goes on sleeping. */
async function openDoor({ mf }: Server): Promise<string> {
  const door = createServer(async (request, response) => {
    const asked = new URL(request.url ?? "/", "http://door").searchParams;
    const webSockets = asked.get("sockets") === "close" ? "close" : "hibernate";
    try {
      await mf.unsafeEvictDurableObject(SCRIPT, asked.get("class") ?? "", {
        name: asked.get("name") ?? "",
        webSockets,
      });
    } catch (error) {
      if (!String(error).includes("not currently running")) response.statusCode = 500;
    }
    response.end();
  });
  door.listen(0, "127.0.0.1");
  await new Promise((listening) => door.once("listening", listening));
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return `http://127.0.0.1:${address.port}`;
}
