import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layout } from "./layout.ts";
import { PAGES } from "./pages.ts";

/** Writes the demo shop into `outDir`, from where it is served as files at any path. */
export async function buildDemo(outDir: string): Promise<void> {
  await cp(fileURLToPath(new URL("static", import.meta.url)), outDir, { recursive: true });
  for (const page of PAGES) {
    const folder = join(outDir, page.path);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "index.html"), layout(page));
  }
}
