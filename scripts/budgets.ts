import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { transform } from "esbuild";
import { ASSETS, MANIFEST, WORKER } from "./build.ts";
import { firstLoad, Manifest } from "./first-load.ts";

export interface Measure {
  what: string;
  /** Bytes after brotli at its strongest level. */
  bytes: number;
  most: number;
}

/** What the built dashboard and Worker weigh against what they may. The tracker's budgets stand in tracker/budget.test.ts. */
export async function measureBuild(): Promise<Measure[]> {
  const manifest = Manifest.parse(JSON.parse(await readFile(MANIFEST, "utf8")));
  const files = ["index.html", ...firstLoad(manifest, ["index.html", "src/pages/live/LivePage.tsx"])];
  return [
    { what: "dashboard to its first live number", bytes: await weigh(files), most: 75 * 1024 },
    { what: "worker", bytes: await weighWorker(), most: 250 * 1024 },
  ];
}

async function weigh(names: string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += brotliCompressSync(await readFile(join(ASSETS, name))).length;
  return bytes;
}

async function weighWorker(): Promise<number> {
  const { code } = await transform(await readFile(WORKER, "utf8"), { minify: true, target: "es2024" });
  return brotliCompressSync(code).length;
}
