import { localHour } from "./local-time";
import type { SiteState } from "./state";
import { openUntil } from "./tabs";

const MINUTE = 60_000;
/** An alarm was set for the first thing that time brings. However late it comes, it comes within this. */
const LATEST = 5 * MINUTE;

/**
 * Whether for a while nothing came, no count fell, no minute closed and no day began: an object that wakes then has nothing
 * to tell to those who slept with it.
 */
export function isQuiet({ tabs, windows }: SiteState, now: number, timeZone: string): boolean {
  const since = now - LATEST;
  const minute = windows.running["60s"] ?? windows.closed["60s"].at(-1);
  if (minute && minute.at + MINUTE > since) return false;
  if (localHour(since, timeZone).day !== localHour(now, timeZone).day) return false;
  for (const [, tab] of tabs.entries()) {
    const until = openUntil(tab);
    if (until > since && until <= now) return false;
  }
  return true;
}
