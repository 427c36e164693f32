import { PRESENCE_TTL, TABS_KEPT } from "../../../protocol/limits";
import type { Seat } from "./seat";

/** One open tab (or a session of a sender without tabs) as far as signs of life tell. */
export interface Tab {
  visitor_id: string;
  session_id: string;
  /** By its signs of life it counts as open until then. */
  until: number;
  /** By an open socket it does until then. Known by the sockets that are there: nothing that is stored says it. */
  held_until?: number;
  /** Time of the last leave; older events no longer open it. */
  left_at: number;
}

/** A page that is left is often followed by the next one: the visitor stays "now" for this long. */
export const LEAVE_GRACE = 1_000;
/** The same after a socket closed, so that it is on screens within a second. */
export const CLOSE_GRACE = 700;

export type Tabs = Map<string, Tab>;

/** A sign of life at `at`, told at `now`. One that is older than the tab's last leave, or than the time to live, opens nothing. */
export function touch(tabs: Tabs, key: string, visitor_id: string, session_id: string, at: number, now: number): void {
  const tab = tabs.get(key);
  if (tab && at < tab.left_at) return;
  const until = Math.min(at, now) + PRESENCE_TTL;
  if (until <= now) return;
  tabs.set(key, { left_at: 0, ...tab, visitor_id, session_id, until: Math.max(until, tab?.until ?? 0) });
}

/** The page was left at `at`. */
export function leave(tabs: Tabs, key: string, at: number, now: number): void {
  const tab = tabs.get(key);
  if (!tab) return;
  tab.left_at = Math.max(tab.left_at, at);
  tab.until = Math.min(tab.until, now + LEAVE_GRACE);
}

/** A socket of this seat is open and gave its last sign of life at `at`. */
export function hold(tabs: Tabs, { key, visitor_id, session_id }: Seat, at: number): void {
  const tab = tabs.get(key);
  // A tab knows its visitor better than the socket that was opened before anything was said.
  const known = tab ?? { visitor_id, session_id, until: 0, left_at: 0 };
  tabs.set(key, { ...known, held_until: Math.max(at + PRESENCE_TTL, tab?.held_until ?? 0) });
}

/**
 * The last socket of a tab is gone, heard of last at `heard`. The tab stays for a moment; where the connection broke and a
 * later sign of life came another way, by that. True if what is stored of the tab would keep it open: then `endTab` has to
 * be stored as well.
 */
export function release(tabs: Tabs, key: string, heard: number, goodbye: boolean, now: number): boolean {
  const tab = tabs.get(key);
  if (!tab) return false;
  const end = Math.min(openUntil(tab), now + CLOSE_GRACE);
  delete tab.held_until;
  if (!goodbye && tab.until > heard + PRESENCE_TTL) return false;
  // Where the page was left just before, what is stored of that ends it as well.
  const stays = tab.until > now + LEAVE_GRACE;
  endTab(tabs, key, goodbye, now);
  // Without this who was here by the socket alone would be gone before a next page can say that it is the same visitor.
  tab.until = end;
  return stays;
}

/** The tab's last socket closed at `at`; after a goodbye nothing older opens it again. */
export function endTab(tabs: Tabs, key: string, goodbye: boolean, at: number): void {
  const tab = tabs.get(key);
  if (!tab) return;
  if (goodbye) tab.left_at = Math.max(tab.left_at, at);
  tab.until = Math.min(tab.until, at + CLOSE_GRACE);
}

/** Until when it counts as open if nothing comes, milliseconds since 1970. */
export const openUntil = ({ until, held_until }: Tab): number => Math.max(until, held_until ?? 0);

export const isOpen = (tab: Tab, now: number): boolean => openUntil(tab) > now;

/** Forgets tabs that were closed long enough ago for no late event to reopen them. Answers the next time at which a count falls, or null. */
export function expireTabs(tabs: Tabs, now: number): number | null {
  let next: number | null = null;
  for (const [key, tab] of tabs) {
    const until = openUntil(tab);
    if (until > now) next = next === null ? until : Math.min(next, until);
    else if (until + PRESENCE_TTL <= now) tabs.delete(key);
  }
  return next;
}

/** Forgets the longest silent of more than `most` tabs: a flood of names must not fill the memory that all share. */
export function boundTabs(tabs: Tabs, most = TABS_KEPT): void {
  const over = tabs.size - most;
  if (over <= 0) return;
  const silent = [...tabs].sort(([, a], [, b]) => openUntil(a) - openUntil(b));
  for (const [key] of silent.slice(0, over)) tabs.delete(key);
}

/** Sessions with an open tab, by session id: how many. */
export function openTabs(tabs: Tabs, now: number): Map<string, number> {
  const open = new Map<string, number>();
  for (const tab of tabs.values()) {
    if (isOpen(tab, now)) open.set(tab.session_id, (open.get(tab.session_id) ?? 0) + 1);
  }
  return open;
}
