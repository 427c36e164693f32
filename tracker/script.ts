import { type Call, type Footfall, start } from "./core";
import { guard } from "./guard";

declare global {
  interface Window {
    /** The stub of a page that calls before the tracker is there has `q` alone. */
    footfall?: Partial<Footfall> & { q?: Call[] };
  }
}

guard(() => {
  const stub = window.footfall;
  if (stub?.use) return;
  const { src, dataset, nonce } = document.currentScript as HTMLScriptElement;
  window.footfall = start(
    { api: new URL(src).origin, ...dataset, hash: "hash" in dataset },
    (target, type, listener, capture) => target.addEventListener(type, guard(listener as EventListener), capture),
    (part) => {
      const tag = document.createElement("script");
      tag.src = new URL(`t-${part}.js`, src).href;
      tag.nonce = nonce;
      document.head.append(tag);
    },
    stub?.q || [],
  );
})();
