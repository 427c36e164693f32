import { PRESENCE_TTL } from "../../../protocol/limits";

/** One open tab (or a session of a sender without tabs) as far as signs of life tell. */
export interface Tab {
  visitor_id: string;
  session_id: string;
  /** Counts as open until then. */
  until: number;
  /** Time of the last leave; older events no longer open it. */
  left_at: number;
}

/** A page that is left is often followed by the next one: the visitor stays "now" for this long. */
export const LEAVE_GRACE = 1_000;

export type Tabs = Map<string, Tab>;

/** A sign of life at `at`, told at `now`. One that is older than the tab's last leave, or than the time to live, opens nothing. */
export function touch(tabs: Tabs, key: string, visitor_id: string, session_id: string, at: number, now: number): void {
  const tab = tabs.get(key);
  if (tab && at < tab.left_at) return;
  const until = Math.min(at, now) + PRESENCE_TTL;
  if (until <= now) return;
  tabs.set(key, { visitor_id, session_id, until: Math.max(until, tab?.until ?? 0), left_at: tab?.left_at ?? 0 });
}

/** The page was left at `at`. */
export function leave(tabs: Tabs, key: string, at: number, now: number): void {
  const tab = tabs.get(key);
  if (!tab) return;
  tab.left_at = Math.max(tab.left_at, at);
  tab.until = Math.min(tab.until, now + LEAVE_GRACE);
}

/** Forgets tabs that were closed long enough ago for no late event to reopen them. Answers the next time at which a count falls, or null. */
export function expireTabs(tabs: Tabs, now: number): number | null {
  let next: number | null = null;
  for (const [key, tab] of tabs) {
    if (tab.until > now) next = next === null ? tab.until : Math.min(next, tab.until);
    else if (tab.until + PRESENCE_TTL <= now) tabs.delete(key);
  }
  return next;
}

/** Sessions with an open tab, by session id: how many. */
export function openTabs(tabs: Tabs, now: number): Map<string, number> {
  const open = new Map<string, number>();
  for (const tab of tabs.values()) {
    if (tab.until > now) open.set(tab.session_id, (open.get(tab.session_id) ?? 0) + 1);
  }
  return open;
}
