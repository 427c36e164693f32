import { type Component, lazy } from "solid-js";
import { loadPart } from "./load-part";

/** What fetches each part that is known so far; one may bring others with it. */
const preloads = new Set<() => Promise<unknown>>();

/** A component that comes in files of its own. One that failed is fetched anew when it is drawn again. */
export function part<Props extends object>(load: () => Promise<{ default: Component<Props> }>) {
  const made = lazy(() => loadPart(load));
  preloads.add(made.preload);
  return made;
}

/** Fetches, one after the other, all that was not shown yet: what is here no restart and no new build can take away. */
export async function preloadParts(): Promise<void> {
  try {
    for (const preload of preloads) await preload();
  } catch {
    // Whoever opens that part is told.
  }
}
