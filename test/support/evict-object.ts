import type { Miniflare } from "miniflare";

/** Takes an object out of memory; with its sockets closed it is as after a crash. One that sleeps already goes on sleeping. */
export async function evictObject(
  mf: Miniflare,
  kind: string,
  name: string,
  webSockets: "hibernate" | "close",
): Promise<void> {
  try {
    await mf.unsafeEvictDurableObject("footfall", kind, { name, webSockets });
  } catch (error) {
    if (!String(error).includes("not currently running")) throw error;
  }
}
