import { FLUSH_INTERVAL } from "../../protocol/limits";
import { fullMinute } from "./full-minute";

/** What time will bring: milliseconds since 1970, null where it will not as things are. */
export interface Due {
  /** Something waits for D1. */
  waits: boolean;
  snapshot: number | null;
  /** A session whose row in D1 is older than it. */
  session_row: number | null;
  session_end: number | null;
  hour_close: number | null;
  /** A day's salt has to be destroyed. */
  salt: number | null;
  /** Viewers are to be told something. */
  frame: number | null;
  /** A count falls that somebody elsewhere watches. */
  presence: number | null;
  /** Who may watch is looked at again. */
  rights: number | null;
  alerts: number | null;
  /** Leaves that hold streams of the counter are looked after. */
  counter: number | null;
}

/** An alarm comes no sooner than this after the one before. */
const PAUSE = 1_000;

/** When the object has to wake for the earliest of all that; null: it sleeps for good. */
export function nextAlarm({ waits, session_row, session_end, ...due }: Due, now: number): number | null {
  const flush = waits ? now + FLUSH_INTERVAL : null;
  const times = [
    flush,
    // One that just opened is due at once: it goes with the flush of its events.
    fullMinute(session_row === null ? null : Math.max(session_row, flush ?? 0)),
    fullMinute(session_end),
    ...Object.values(due),
  ].filter((at) => at !== null);
  return times.length === 0 ? null : Math.max(now + PAUSE, Math.min(...times));
}
