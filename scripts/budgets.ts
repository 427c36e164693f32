import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
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
  const { brotli } = await measureFirstLoad();
  return [
    { what: "dashboard to its first live number", bytes: brotli, most: 75 * 1024 },
    { what: "worker", bytes: await weighWorker(), most: 250 * 1024 },
  ];
}

/** Bytes of all that the built dashboard loads before its first live number: as they are, and compressed at the strongest level. */
async function measureFirstLoad(): Promise<{ raw: number; gzip: number; brotli: number }> {
  const manifest = Manifest.parse(JSON.parse(await readFile(MANIFEST, "utf8")));
  const sizes = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of ["index.html", ...firstLoad(manifest, ["index.html", "src/pages/live/LivePage.tsx"])]) {
    const bytes = await readFile(join(ASSETS, name));
    sizes.raw += bytes.length;
    sizes.gzip += gzipSync(bytes, { level: 9 }).length;
    sizes.brotli += brotliCompressSync(bytes).length;
  }
  return sizes;
}

async function weighWorker(): Promise<number> {
  const { code } = await transform(await readFile(WORKER, "utf8"), { minify: true, target: "es2024" });
  return brotliCompressSync(code).length;
}
