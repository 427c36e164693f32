import type { DailyIds } from "./resolve";
import type { SiteState } from "./state";
import type { Tabs } from "./tabs";

/** Whom a visitor's socket stands for: the tab, or the session of a sender without tabs, that is open while it is. */
export interface Seat {
  /** Key in presence. */
  key: string;
  visitor_id: string;
  /** Empty: none runs. */
  session_id: string;
}

const OWN = "w:";

/** The key of a socket that names neither tab nor session. */
export const ownKey = (id: string): string => OWN + id;
export const isOwnKey = (key: string): boolean => key.startsWith(OWN);

/**
 * Who opened a socket that said nothing yet: the tab if it is known, else the visitor by address and user agent, under a
 * key of its own (`own`) where no tab was named.
 */
export function seatOf(state: SiteState, tab: string | undefined, own: string, daily: DailyIds): Seat {
  const known = tab === undefined ? null : seatAt(state.tabs, tab);
  if (known) return known;
  const key = tab ?? own;
  for (const visitor_id of [daily.today, daily.yesterday()]) {
    const session_id = visitor_id === null ? undefined : state.running.get(visitor_id);
    if (visitor_id !== null && session_id !== undefined) return { key, visitor_id, session_id };
  }
  return { key, visitor_id: daily.today, session_id: "" };
}

/** The seat that an open tab gives, or null. */
export function seatAt(tabs: Tabs, key: string): Seat | null {
  const tab = tabs.get(key);
  return tab ? { key, visitor_id: tab.visitor_id, session_id: tab.session_id } : null;
}
