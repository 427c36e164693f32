import { createStore } from "solid-js/store";

const [counts, setCounts] = createStore<Record<string, number>>({});

/** Visitors now of a site, as far as known; undefined until something reported it. */
export function liveCount(siteId: string): number | undefined {
  return counts[siteId];
}

/** Reports the visitors now of a site: for the tab's title, the rail and the site list. */
export function setLiveCount(siteId: string, visitors: number): void {
  setCounts(siteId, visitors);
}
