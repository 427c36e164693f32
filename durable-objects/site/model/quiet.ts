import { localHour } from "./local-time";
import type { SiteState } from "./state";

const MINUTE = 60_000;
/** An alarm was set for the first thing that time brings. However late it comes, it comes within this. */
const LATEST = 5 * MINUTE;

/**
 * Whether an object that wakes has nothing to tell to those who slept with it: for a while no minute closed and no day began,
 * and there is neither a tab nor a session left. As long as there is one, a sign of life that the object forgot in its sleep
 * may have been told, and has to be taken back.
 */
export function isQuiet({ tabs, sessions, windows }: SiteState, now: number, timeZone: string): boolean {
  const since = now - LATEST;
  const minute = windows.running["60s"] ?? windows.closed["60s"].at(-1);
  if (minute && minute.at + MINUTE > since) return false;
  if (localHour(since, timeZone).day !== localHour(now, timeZone).day) return false;
  if (tabs.size > 0) return false;
  for (const { ended } of sessions.values()) if (!ended) return false;
  return true;
}
