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
  if (stub?.page) return;
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  window.footfall = start(
    { api: src, ...dataset },
    (part) => import(new URL(`t-${part}.js`, src).href),
    stub?.q || [],
  ).global;
})();
