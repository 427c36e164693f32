import { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import * as z from "zod";
import { bundleWorker } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/root.ts";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { answerCalls } from "./answer-calls.ts";

/** Serves Footfall, the same with meters on it, or the reference, all by Miniflare, from a process of its own. */

const StartArgs = z.object({
  kind: z.enum(["footfall", "metered", "far", "leaves", "one-object", "reference"]),
  state: z.string(),
});
const HOST = "127.0.0.1";
const EMAIL = "bench@example.com";
const PASSWORD = "measured by npm run bench";

let runtime = 0;
let close: () => Promise<unknown> = async () => {};

// Published before the process exists; its number is known at "spawn".
subscribe("child_process", (message) => {
  if (typeof message !== "object" || message === null || !("process" in message)) return;
  const child = message.process;
  if (!(child instanceof ChildProcess)) return;
  child.once("spawn", () => {
    if (child.spawnfile.includes("workerd")) runtime = child.pid ?? 0;
  });
});

answerCalls({ start: (args) => start(StartArgs.parse(args)) }, () => close());

async function start({ kind, state }: z.infer<typeof StartArgs>) {
  const started =
    kind === "reference"
      ? await startReference(state)
      : await startFootfall(state, ENTRIES[kind], kind === "leaves" ? 8 : 1);
  return { ...started, pid: runtime };
}

/** Folder of the Worker that is served instead of the product's own. */
const ENTRIES = {
  footfall: null,
  metered: "metered",
  far: "far-database",
  leaves: null,
  "one-object": "one-object",
} as const;

async function startFootfall(state: string, entry: string | null, leaves: number) {
  const worker = join(state, "worker.js");
  if (entry) await writeFile(worker, await bundleWorker(join(ROOT, "bench", entry, "worker.ts")));
  const server = await serve({
    ...(entry && { worker }),
    // On the platform files are served before the Worker and cost it nothing; here they would be a Worker in front of it.
    assets: false,
    host: HOST,
    port: 0,
    state,
    // As npm start does: places are part of what a session is made of.
    vars: { DEMO_PLACES: "1" },
    prepare: async (db) => {
      await seed(db, { state, host: HOST, email: EMAIL, password: PASSWORD, now: Date.now() });
    },
  });
  close = server.close;
  await openSite(server.url, leaves);
  return { url: server.url, key: (await readFile(join(state, "key"), "utf8")).trim() };
}

/** Lets the demo site take the bench's beacons: from its shop, and from one address as many as there are. */
async function openSite(url: string, leaves: number): Promise<void> {
  const headers = { "content-type": "application/json", origin: url };
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  const login = await fetch(`${url}/api/auth/login`, { method: "POST", headers, body });
  const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const patched = await fetch(`${url}/api/sites/demo`, {
    method: "PATCH",
    headers: { ...headers, cookie },
    body: JSON.stringify({ domains: ["shop.example"], rate_limit: 1_000_000, public_counter: true, leaves }),
  });
  if (!patched.ok) throw new Error(`Setting up the site: ${patched.status} ${await patched.text()}`);
}

async function startReference(state: string) {
  const contents = await bundleWorker(join(ROOT, "bench", "reference", "worker.ts"));
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: 0,
      cf: {},
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      resourcePersistencePath: state,
      workers: [
        {
          name: "reference",
          modules: [{ type: "ESModule", path: "index.js", contents }],
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
          durableObjects: { OBJECT: { className: "ReferenceObject", useSQLite: true } },
        },
      ],
    }),
  );
  close = () => mf.dispose();
  return { url: (await mf.ready).origin, key: "" };
}
