import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { build as bundle, stop as stopBundler } from "esbuild";
import { build as buildPages } from "vite";
import { buildDemo } from "../demo/build.ts";
import { buildTracker } from "../tracker/build.ts";
import { Problem, runScript } from "./problem.ts";
import { ROOT } from "./root.ts";

/** What the browser gets, and the Worker as one module. */
export const ASSETS = join(ROOT, "dist");
export const WORKER = join(ROOT, "dist-worker", "index.js");

/** What each page of the dashboard loads, as Vite tells it. */
export const MANIFEST = join(ROOT, "dist-worker", "manifest.json");

const STAMP = join(ROOT, "dist-worker", "sources");
const SOURCES = [
  "worker",
  "durable-objects",
  "migrations",
  "protocol",
  "tracker",
  "demo",
  "dashboard",
  "scripts/build.ts",
  "vite.config.ts",
  "package-lock.json",
];

/** Builds dashboard, tracker, demo shop and Worker, unless nothing changed since the last time. Resolves to whether it built. */
export async function buildAll({ force = false } = {}): Promise<boolean> {
  const sources = await hashOf(SOURCES.map((path) => join(ROOT, path)));
  if (!force && existsSync(WORKER) && existsSync(ASSETS) && (await readStamp()) === sources) return false;
  await rm(STAMP, { force: true });
  // Built aside and moved into place, so that a server that starts meanwhile never sees half a folder.
  const aside = join(ROOT, "dist-worker", `assets-${process.pid}`);
  try {
    await buildAssets(aside);
    const worker = await bundleWorker();
    await rm(ASSETS, { recursive: true, force: true });
    await rename(aside, ASSETS);
    await writeFile(WORKER, worker);
    await writeFile(STAMP, sources);
  } catch (error) {
    throw new Problem(`The build failed.\n${error instanceof Error ? error.message : error}`);
  } finally {
    await rm(aside, { recursive: true, force: true });
    await stopBundler();
  }
  return true;
}

async function buildAssets(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await buildPages({
    root: join(ROOT, "dashboard"),
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true, manifest: "manifest.json" },
  });
  // For the budgets alone; nobody needs it from the server.
  await rename(join(outDir, "manifest.json"), MANIFEST);
  await buildTracker(outDir);
  await buildDemo(join(outDir, "demo"));
}

/** The Worker and its objects, or another that begins at `entry`, as one ES module for workerd. */
export async function bundleWorker(entry = join(ROOT, "worker", "index.ts")): Promise<string> {
  const result = await bundle({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    conditions: ["workerd", "worker", "browser"],
    // What it has to say is in the error.
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
}

async function readStamp(): Promise<string> {
  return existsSync(STAMP) ? readFile(STAMP, "utf8") : "";
}

async function hashOf(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    if (!existsSync(path)) continue;
    for (const file of await filesIn(path))
      hash
        .update(file)
        .update("\0")
        .update(await readFile(file))
        .update("\0");
  }
  return hash.digest("hex");
}

async function filesIn(path: string): Promise<string[]> {
  if (/\.\w+$/.test(path)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (import.meta.main) {
  await runScript(async () => {
    const started = performance.now();
    await buildAll({ force: true });
    console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  });
}
