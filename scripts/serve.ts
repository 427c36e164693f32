import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import * as z from "zod";
import { WORKER } from "./build.ts";
import { ROOT } from "./root.ts";
import { claimState } from "./state-owner.ts";

export interface ServeOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Folder that holds objects, D1 and R2; made when missing. */
  state: string;
  /** Variables of the Worker, over those of wrangler.toml. */
  vars?: Record<string, string>;
}

export interface Server {
  /** Origin without a slash at its end. */
  url: string;
  mf: Miniflare;
  /** Ends the runtime and gives the state folder free. */
  close(): Promise<void>;
}

const CRON = "*/5 * * * *";
const CRON_INTERVAL = 5 * 60_000;

/**
 * Serves the built Worker and assets (see build.ts) from a state folder, with the migrations applied.
 * Throws a Problem when the port or the folder is taken.
 */
export async function serve({ host, port, state, vars = {} }: ServeOptions): Promise<Server> {
  await mkdir(state, { recursive: true });
  const claim = await claimState(state, host, port);
  const contents = await readFile(WORKER, "utf8");
  const noteProcess = (message: unknown) => claim.noteSpawn(message);
  subscribe("child_process", noteProcess);
  const ownListeners = signalListeners();
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      host,
      port,
      // An empty object: no place is known here, and none is asked for on the network.
      cf: {},
      log: new Log(LogLevel.ERROR),
      // Each would be one more call from the runtime to this process.
      logRequests: false,
      resourcePersistencePath: state,
      workers: [
        { name: "footfall", modules: [{ type: "ESModule", path: "index.js", contents }], ...workerOptions(vars) },
      ],
    }),
  );
  const close = async () => {
    clearInterval(timer);
    await mf.dispose();
    unsubscribe("child_process", noteProcess);
    await claim.release();
  };
  const timer = setInterval(() => void runCron(mf), CRON_INTERVAL);
  try {
    const url = await mf.ready;
    await migrate(mf);
    // From here on the caller decides how to stop: Miniflare would end the process at once, with code 130 or 143.
    for (const [signal, listener] of signalListeners()) {
      if (!ownListeners.some(([, own]) => own === listener)) process.off(signal, listener);
    }
    return { url: url.origin, mf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function signalListeners() {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return signals.flatMap((signal) => process.listeners(signal).map((listener) => [signal, listener] as const));
}

/** What wrangler.toml says of the Worker, less what only a deployed one has. */
function workerOptions(vars: Record<string, string>) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  const { modulesRules, rootPath, email, ...rest } = workerOptions;
  const used = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  return { ...used, bindings: { ...z.record(z.string(), z.json()).parse(rest.bindings ?? {}), ...vars } };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

async function runCron(mf: Miniflare): Promise<void> {
  const worker = await mf.getWorker("footfall");
  await worker.scheduled({ cron: CRON });
}

/** Applies what is new in migrations/, in the order of the names, and keeps the same list as `wrangler d1 migrations apply`. */
async function migrate(mf: Miniflare): Promise<void> {
  const db = await mf.getD1Database("DB");
  await db
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const names = (await readdir(join(ROOT, "migrations"))).filter((name) => name.endsWith(".sql")).sort();
  for (const name of names) {
    if (applied.has(name)) continue;
    const sql = await readFile(join(ROOT, "migrations", name), "utf8");
    // One batch is one transaction: a migration is applied whole or not at all.
    await db.batch([
      ...unstable_splitSqlQuery(sql).map((statement) => db.prepare(statement)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
