import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { transform } from "esbuild";
import { ASSETS, WORKER } from "./build.ts";

export interface Measure {
  what: string;
  /** Bytes after brotli at its strongest level; null when the build made no such thing. */
  bytes: number | null;
  most: number;
}

/** What the built files weigh against what they may. */
export async function measureBuild(): Promise<Measure[]> {
  const files = existsSync(ASSETS) ? await readdir(ASSETS) : [];
  const parts = files.filter((name) => /^t-(?!vitals|replay|screenshot).*\.js$/.test(name));
  return [
    { what: "tracker", bytes: await weigh(["t.js"]), most: 1_600 },
    { what: "tracker with behaviour", bytes: await weigh(["t.js", ...parts]), most: 4_096 },
    { what: "dashboard to its first page", bytes: await weigh(await firstFiles()), most: 75 * 1024 },
    { what: "worker", bytes: await weighWorker(), most: 250 * 1024 },
  ];
}

/** The page itself and all that it names; what is loaded later is not in the way of the first number. */
async function firstFiles(): Promise<string[]> {
  const page = join(ASSETS, "index.html");
  if (!existsSync(page)) return ["index.html"];
  const html = await readFile(page, "utf8");
  const named = [...html.matchAll(/(?:src|href)="\/?([^":]+\.(?:js|css))"/g)].map(([, path]) => path ?? "");
  return ["index.html", ...new Set(named)];
}

async function weigh(names: string[]): Promise<number | null> {
  let bytes = 0;
  for (const name of names) {
    const path = join(ASSETS, name);
    if (!existsSync(path)) return null;
    bytes += brotliCompressSync(await readFile(path)).length;
  }
  return bytes;
}

async function weighWorker(): Promise<number | null> {
  if (!existsSync(WORKER)) return null;
  const { code } = await transform(await readFile(WORKER, "utf8"), { minify: true, target: "es2024" });
  return brotliCompressSync(code).length;
}
