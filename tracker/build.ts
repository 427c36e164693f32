import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { minify } from "vite";

const PARTS = ["errors", "vitals", "forms", "rules", "live"] as const;
const TARGET = "es2020";
const folder = fileURLToPath(new URL(".", import.meta.url));

export interface Size {
  file: string;
  /** Bytes minified, and those again compressed at the strongest level. */
  min: number;
  gzip: number;
  brotli: number;
}

/**
 * What the core and its parts call each other by; no name of the page, the browser or the wire is among them. They stay as
 * they are over releases: a browser may hold an older core for a day and load newer parts with it. Which letter stands for
 * which was tried until brotli found most repeats.
 */
const NAMES = {
  asked: "t",
  begin: "l",
  early: "U",
  flush: "i",
  global: "m",
  most: "n",
  on: "j",
  options: "Q",
  send: "c",
  sender: "e",
  sleep: "Z",
  timers: "o",
  track: "b",
  waiting: "O",
} as const;
const INTERNAL = new RegExp(`^(${Object.keys(NAMES).join("|")})$`);

/** Numbers are written where they are used; what remains of their file is nothing. */
const limits: Plugin = {
  name: "limits",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/limits$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, `${path}.ts`),
      sideEffects: false,
    })),
};

/** esbuild names the properties and writes numbers in; the minifier that comes with Vite does the rest in fewer bytes. */
async function bundle(contents: string, format: "iife" | "esm"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    write: false,
    minifySyntax: true,
    format,
    target: TARGET,
    plugins: [limits],
    mangleProps: INTERNAL,
    mangleCache: { ...NAMES },
    legalComments: "none",
  });
  const text = outputFiles[0]?.text ?? "";
  const { code, errors } = await minify("tracker.js", text, {
    module: format === "esm",
    compress: { target: TARGET },
    mangle: { toplevel: true },
  });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  return code.trim();
}

/** The scripts by file name: `t.js`, a part of it for each thing that is loaded when it is wanted, and the counter. */
export async function bundleTracker(): Promise<Map<string, string>> {
  const files = new Map([["t.js", await bundle('import "./script";', "iife")]]);
  for (const part of PARTS) {
    files.set(`t-${part}.js`, await bundle(`export { install } from "./${part}";`, "esm"));
  }
  files.set("counter.js", await bundle('import "./counter";', "iife"));
  return files;
}

export function sizeOf(file: string, text: string): Size {
  return {
    file,
    min: Buffer.byteLength(text),
    gzip: gzipSync(text, { level: 9 }).length,
    brotli: brotliCompressSync(text).length,
  };
}

/** Writes the tracker's scripts into `outDir` and tells their sizes. */
export async function buildTracker(outDir: string): Promise<Size[]> {
  await mkdir(outDir, { recursive: true });
  const sizes: Size[] = [];
  for (const [file, text] of await bundleTracker()) {
    await writeFile(join(outDir, file), text);
    sizes.push(sizeOf(file, text));
  }
  return sizes;
}
