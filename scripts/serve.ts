import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
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
  /** The Worker as one module; unset: the built one. */
  worker?: string;
  /** False: the Worker alone, without the runner's own Worker in front of it that serves the static files. */
  assets?: boolean;
  /** Variables of the Worker, over those of wrangler.toml. */
  vars?: Record<string, string>;
  /** Fills the database of a new state folder, and one after new migrations, before anybody can ask for it. */
  prepare?: (db: Awaited<ReturnType<Miniflare["getD1Database"]>>) => Promise<void>;
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
/** File of the state folder: the migrations that its database has. */
const PREPARED = "prepared";

/**
 * Serves the built Worker and assets (see build.ts) from a state folder, with the migrations applied.
 * Throws a Problem when the port or the folder is taken.
 */
export async function serve({
  host,
  port,
  state,
  worker = WORKER,
  assets = true,
  vars = {},
  prepare,
}: ServeOptions): Promise<Server> {
  await mkdir(state, { recursive: true });
  const claim = await claimState(state, host, port);
  const contents = await readFile(worker, "utf8");
  const noteProcess = (message: unknown) => claim.noteSpawn(message);
  subscribe("child_process", noteProcess);
  const ownListeners = signalListeners();
  const listenOn = (address: { host: string; port: number }) =>
    new Miniflare(
      convertV4MiniflareOptions({
        ...address,
        // An empty object: no place is known here, and none is asked for on the network.
        cf: {},
        log: new Log(LogLevel.ERROR),
        // Each would be one more call from the runtime to this process.
        logRequests: false,
        resourcePersistencePath: state,
        workers: [
          {
            name: "footfall",
            modules: [{ type: "ESModule", path: "index.js", contents }],
            ...workerOptions(vars, assets),
          },
        ],
      }),
    );
  const end = async () => {
    unsubscribe("child_process", noteProcess);
    await claim.release();
  };
  if (await isNew(state)) {
    // Tables and the first site are there before anybody can ask for them: this one listens where nobody looks.
    const first = listenOn({ host: "127.0.0.1", port: 0 });
    try {
      await first.ready;
      await migrate(first);
      await prepare?.(await first.getD1Database("DB"));
    } catch (error) {
      await end();
      throw error;
    } finally {
      await first.dispose();
    }
    await writeFile(join(state, PREPARED), await migrationNames());
  }
  const mf = listenOn({ host, port });
  const close = async () => {
    clearInterval(timer);
    await mf.dispose();
    await end();
  };
  const timer = setInterval(() => void runCron(mf), CRON_INTERVAL);
  try {
    const url = await mf.ready;
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

/** True for a state folder without tables, or with those of an older version. */
async function isNew(state: string): Promise<boolean> {
  const prepared = await readFile(join(state, PREPARED), "utf8").catch(() => "");
  return prepared !== (await migrationNames());
}

async function migrationFiles(): Promise<string[]> {
  return (await readdir(join(ROOT, "migrations"))).filter((name) => name.endsWith(".sql")).sort();
}

const migrationNames = async (): Promise<string> => `${(await migrationFiles()).join("\n")}\n`;

function signalListeners() {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return signals.flatMap((signal) => process.listeners(signal).map((listener) => [signal, listener] as const));
}

/** What wrangler.toml says of the Worker, less what only a deployed one has. */
function workerOptions(vars: Record<string, string>, withAssets: boolean) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  // The stand-in for the platform's rate limiter would write down who floods; the site's object holds the limit without it.
  const { modulesRules, rootPath, email, ratelimits, assets, ...rest } = workerOptions;
  const kept = withAssets ? { ...rest, assets } : rest;
  const used = Object.fromEntries(Object.entries(kept).filter(([, value]) => !isEmpty(value)));
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
  for (const name of await migrationFiles()) {
    if (applied.has(name)) continue;
    const sql = await readFile(join(ROOT, "migrations", name), "utf8");
    // One batch is one transaction: a migration is applied whole or not at all.
    await db.batch([
      ...unstable_splitSqlQuery(sql).map((statement) => db.prepare(statement)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
