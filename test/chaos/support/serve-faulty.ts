import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { runScript } from "../../../scripts/problem.ts";
import { ROOT } from "../../../scripts/root.ts";
import { seed } from "../../../scripts/seed.ts";
import { type Server, serve } from "../../../scripts/serve.ts";

/*
 * What scripts/start.ts is for the product, for the Worker of test/chaos/worker: the same runtime, state folder and seed.
 * Beside it listens a door for what is done from outside the runtime: evicting an object, and the cron.
 */

const SCRIPT = "footfall";

await runScript(async () => {
  const state = resolve(process.env.FOOTFALL_STATE ?? "");
  const host = "127.0.0.1";
  await mkdir(state, { recursive: true });
  const worker = join(state, "worker.js");
  await writeFile(worker, await bundleFaulty(process.env.FAULTY_RELEASE ?? "1"));
  const email = process.env.FOOTFALL_OWNER_EMAIL;
  const password = process.env.FOOTFALL_OWNER_PASSWORD;
  // Made at the first start alone.
  let token = "none";
  const server = await serve({
    host,
    port: Number(process.env.PORT),
    state,
    worker,
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

/** The Worker of the faults as one module. Another release is other code that does the same. */
async function bundleFaulty(release: string): Promise<string> {
  const result = await build({
    entryPoints: [join(ROOT, "test", "chaos", "worker", "index.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    conditions: ["workerd", "worker", "browser"],
    banner: { js: `globalThis.faultyRelease = ${JSON.stringify(release)};` },
  });
  return result.outputFiles[0]?.text ?? "";
}

/** The platform put it to sleep before. */
function asleep(error: unknown): void {
  if (!String(error).includes("not currently running")) throw error;
}

/** `POST /evict?site=ID`, `POST /cron?at=MS`. */
async function openDoor({ mf }: Server): Promise<string> {
  const door = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://door");
    try {
      if (url.pathname === "/evict") {
        const name = url.searchParams.get("site") ?? "";
        await mf.unsafeEvictDurableObject(SCRIPT, "SiteObject", { name, webSockets: "hibernate" }).catch(asleep);
      } else {
        const worker = await mf.getWorker(SCRIPT);
        await worker.scheduled({ cron: "*/5 * * * *", scheduledTime: new Date(Number(url.searchParams.get("at"))) });
      }
      response.end("done");
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  door.listen(0, "127.0.0.1");
  await new Promise((listening) => door.once("listening", listening));
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return `http://127.0.0.1:${address.port}`;
}
