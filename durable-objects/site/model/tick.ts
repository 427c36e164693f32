import { CLOCK_BACK, LIVE_SESSIONS_KEPT } from "../../../protocol/limits";
import { type LocalHour, localHour } from "./local-time";
import { hourKey, hourRows, type RollupRow } from "./rollup";
import type { Session } from "./session";
import type { Changes, SiteState } from "./state";

/** What time alone changes. */

const HOUR = 3_600_000;

/** A session that an open tab keeps is looked at again after this long. */
const KEPT_OPEN = 60_000;

/**
 * Ends sessions without an event for longer than `timeout` and without an open tab, and with more than `most` live ones
 * the longest silent of them: memory is shared and bounded. Answers those that ended now.
 */
export function endSessions(
  state: SiteState,
  now: number,
  timeout: number,
  changes: Changes,
  most = LIVE_SESSIONS_KEPT,
): Session[] {
  state.tabs.goOn(now);
  const live = [...state.sessions.values()].filter((session) => !session.ended);
  const ended = live.filter((s) => now - s.last_at > timeout && state.tabs.openOf(s.session_id) === 0);
  const over = live.length - ended.length - most;
  if (over > 0) {
    const rest = new Set(live).difference(new Set(ended));
    ended.push(...[...rest].sort((a, b) => a.last_at - b.last_at).slice(0, over));
  }
  for (const session of ended) {
    session.ended = true;
    state.standings.changed(session.session_id);
    session.rev++;
    if (state.running.get(session.visitor_id) === session.session_id) state.running.delete(session.visitor_id);
    changes.gone.add(session.session_id);
    changes.numbers = true;
  }
  // This is done every few seconds on a busy site. Where nobody looks nothing else counts what changed.
  state.standings.settle(state.sessions, state.tabs);
  return ended;
}

/** When the next session may end if nothing comes, or null. */
export function nextSessionEnd(state: SiteState, now: number, timeout: number): number | null {
  let next: number | null = null;
  for (const session of state.sessions.values()) {
    if (session.ended) continue;
    const end = session.last_at + timeout + 1;
    next = Math.min(next ?? Number.POSITIVE_INFINITY, end > now ? end : now + KEPT_OPEN);
  }
  return next;
}

/**
 * Takes the rows of hours that ended longer than `grace` ago out of the state. Sessions often run on into the next hour
 * and change the row of the hour they began in; waiting for most of them saves writing that hour twice.
 */
export function takeClosedHours(state: SiteState, now: number, grace: number, timeZone: string): RollupRow[] {
  const rows: RollupRow[] = [];
  // Once an hour: a session that runs on reopens the hour it began in with every event, and is written with the next close.
  const from = localHour(now - grace, timeZone);
  const open_from = hourKey(from.day, from.hour);
  if (open_from === state.open_from) return rows;
  state.open_from = open_from;
  const open = openHours(now, grace, timeZone);
  for (const [key, hour] of state.hours) {
    if (open.has(key)) continue;
    for (const row of hourRows(hour)) if (!isEmpty(row)) rows.push(row);
    state.hours.delete(key);
  }
  return rows;
}

/** When the next hour closes, or null if none is open. */
export function nextHourClose(state: SiteState, now: number, grace: number): number | null {
  if (state.hours.size === 0) return null;
  return Math.floor((now - grace) / HOUR) * HOUR + HOUR + grace;
}

function openHours(now: number, grace: number, timeZone: string): Set<number> {
  const open = new Set<number>();
  const add = (local: LocalHour) => open.add(hourKey(local.day, local.hour));
  for (let at = now - grace; at < now + HOUR / 2; at += HOUR / 2) add(localHour(at, timeZone));
  add(localHour(now + 5 * 60_000, timeZone));
  return open;
}

function isEmpty(row: RollupRow): boolean {
  const { events, page_views, visitors, sessions, bounces, errors, duration_ms, engaged_ms } = row;
  return !(events || page_views || visitors || sessions || bounces || errors || duration_ms || engaged_ms);
}

/** Forgets days that late events no longer reach. Answers the days forgotten. */
export function forgetDays(state: SiteState, now: number, timeZone: string): number[] {
  const oldest = localHour(now - CLOCK_BACK - HOUR, timeZone).day;
  const gone: number[] = [];
  for (const day of new Set([...state.seen.keys(), ...state.days.keys()])) {
    if (day >= oldest) continue;
    state.seen.delete(day);
    state.days.delete(day);
    state.cells.days.delete(day);
    gone.push(day);
  }
  return gone;
}
