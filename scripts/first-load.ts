import * as z from "zod";

/** The part of Vite's manifest that tells what a chunk loads. */
export const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
);
export type Manifest = z.infer<typeof Manifest>;

/** Every file that has to arrive before these chunks run, each once. Throws where the manifest does not know one. */
export function firstLoad(manifest: Manifest, chunks: readonly string[]): string[] {
  const files = new Set<string>();
  const waiting = [...chunks];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`The build made no chunk ${name}.`);
    if (files.has(chunk.file)) continue;
    for (const file of [chunk.file, ...chunk.css]) files.add(file);
    waiting.push(...chunk.imports);
  }
  return [...files];
}
