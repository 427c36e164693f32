import { PRESENCE_TTL, TABS_KEPT } from "../../../protocol/limits";
import type { Seat } from "./seat";
import { openUntil, type Tab, type Tabs } from "./tabs";

/** A page that is left is often followed by the next one: the visitor stays "now" for this long. */
export const LEAVE_GRACE = 1_000;
/** The same after a socket closed, so that it is on screens within a second. */
export const CLOSE_GRACE = 700;

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
  tabs.set(key, { ...tab, left_at: Math.max(tab.left_at, at), until: Math.min(tab.until, now + LEAVE_GRACE) });
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
  const { held_until: _held, ...unheld } = tab;
  const goesOn = !goodbye && tab.until > heard + PRESENCE_TTL;
  // Without this who was here by the socket alone would be gone before a next page can say that it is the same visitor.
  tabs.set(key, goesOn ? unheld : { ...ended(unheld, goodbye, now), until: end });
  // Where the page was left just before, what is stored of that ends it as well.
  return !goesOn && tab.until > now + LEAVE_GRACE;
}

/** The tab's last socket closed at `at`; after a goodbye nothing older opens it again. */
export function endTab(tabs: Tabs, key: string, goodbye: boolean, at: number): void {
  const tab = tabs.get(key);
  if (tab) tabs.set(key, ended(tab, goodbye, at));
}

const ended = (tab: Tab, goodbye: boolean, at: number): Tab => ({
  ...tab,
  left_at: goodbye ? Math.max(tab.left_at, at) : tab.left_at,
  until: Math.min(tab.until, at + CLOSE_GRACE),
});

/** Forgets tabs that were closed long enough ago for no late event to reopen them. Answers the next time at which a count falls, or null. */
export function expireTabs(tabs: Tabs, now: number): number | null {
  tabs.goOn(now);
  return tabs.nextEnd();
}

/** Forgets the longest silent of more than `most` tabs: a flood of names must not fill the memory that all share. */
export function boundTabs(tabs: Tabs, most = TABS_KEPT): void {
  for (const key of [...tabs.silent(tabs.size - most)]) tabs.delete(key);
}
