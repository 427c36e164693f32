import type { Alert } from "../../protocol/alerts";
import type { Frame } from "../../protocol/frame";
import { FEED_ITEMS, LIVE_SESSIONS_SHOWN, WINDOW_POINTS } from "../../protocol/limits";
import type { FeedItem, LiveDelta, LiveSession, LiveSnapshot, WindowPoint, WindowSeries } from "../../protocol/live";
import type { LiveState } from "./live-state";

/** Alerts that are kept; the page of alerts has all. */
const ALERTS_SHOWN = 5;
/** Closed windows and the running one. */
const POINTS = WINDOW_POINTS + 1;

/** Most recent activity first; the id settles ties, so that any order of merging gives one list. */
const byActivity = (a: LiveSession, b: LiveSession): number =>
  b.last_activity - a.last_activity || (a.session_id < b.session_id ? -1 : 1);

function mergePoints(have: WindowPoint[], changed: WindowPoint[] | undefined): WindowPoint[] {
  if (!changed || changed.length === 0) return have;
  const byStart = new Map(have.map((point) => [point.at, point]));
  for (const point of changed) byStart.set(point.at, point);
  return [...byStart.values()].sort((a, b) => a.at - b.at).slice(-POINTS);
}

function mergeWindows(have: WindowSeries, changed: LiveDelta["windows"]): WindowSeries {
  if (!changed) return have;
  return {
    "1s": mergePoints(have["1s"], changed["1s"]),
    "5s": mergePoints(have["5s"], changed["5s"]),
    "60s": mergePoints(have["60s"], changed["60s"]),
  };
}

function mergeSessions(
  have: LiveSession[],
  changed: LiveSession[] | undefined,
  gone: string[] | undefined,
): LiveSession[] {
  if (!changed?.length && !gone?.length) return have;
  const byId = new Map(have.map((session) => [session.session_id, session]));
  for (const session of changed ?? []) byId.set(session.session_id, session);
  for (const id of gone ?? []) byId.delete(id);
  return [...byId.values()].sort(byActivity).slice(0, LIVE_SESSIONS_SHOWN);
}

function mergeFeed(have: FeedItem[], added: FeedItem[] | undefined): FeedItem[] {
  if (!added?.length) return have;
  const newest = have[0]?.n ?? Number.NEGATIVE_INFINITY;
  return [...added.filter((item) => item.n > newest), ...have].slice(0, FEED_ITEMS);
}

/** Each once, newest first, whether it came by itself or in a picture. The same list where nothing is new. */
function mergeAlerts(have: Alert[], came: readonly Alert[]): Alert[] {
  const added = came.filter(({ id }) => !have.some((known) => known.id === id));
  if (added.length === 0) return have;
  return [...added, ...have].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, ALERTS_SHOWN);
}

/** The picture after a delta. Parts that did not change keep their identity. */
export function applyDelta(snapshot: LiveSnapshot, delta: LiveDelta): LiveSnapshot {
  const { windows, sessions, sessions_gone, feed, ...numbers } = delta;
  return {
    ...snapshot,
    ...numbers,
    windows: mergeWindows(snapshot.windows, windows),
    sessions: mergeSessions(snapshot.sessions, sessions, sessions_gone),
    feed: mergeFeed(snapshot.feed, feed),
  };
}

/** The way here only ever makes a frame look older, so the largest difference is the nearest to the truth. */
const nearest = (known: number | null, at: number, now: number): number => Math.max(known ?? at - now, at - now);

/** A picture that replaces what was known. `seq` is null for a polled one. */
export function applySnapshot(state: LiveState, snapshot: LiveSnapshot, seq: number | null, now: number): LiveState {
  const clockOffset = nearest(state.clockOffset, snapshot.at, now);
  const { alerts = [], ...picture } = snapshot;
  const known = mergeAlerts(state.alerts, alerts);
  return { ...state, snapshot: picture, alerts: known, seq, frames: state.frames + 1, clockOffset, stale: false };
}

/**
 * The state after one frame, `now` being this machine's clock in milliseconds. A delta that does not follow the last
 * frame by one leaves the picture as it was and marks it stale: the caller asks for a new snapshot.
 */
export function applyFrame(state: LiveState, frame: Frame, now: number): LiveState {
  switch (frame.type) {
    case "hello":
      return { ...state, clockOffset: frame.data.at - now };
    case "snapshot":
      return frame.room === state.room ? applySnapshot(state, frame.data, frame.seq, now) : state;
    case "delta": {
      if (frame.room !== state.room || state.stale) return state;
      if (state.snapshot === null || state.seq === null) return { ...state, stale: true };
      if (frame.seq <= state.seq) return state;
      if (frame.seq > state.seq + 1) return { ...state, stale: true };
      return {
        ...state,
        snapshot: applyDelta(state.snapshot, frame.data),
        seq: frame.seq,
        frames: state.frames + 1,
        clockOffset: nearest(state.clockOffset, frame.data.at, now),
      };
    }
    case "alert": {
      return frame.room === state.room ? { ...state, alerts: mergeAlerts(state.alerts, [frame.data]) } : state;
    }
    default:
      return state;
  }
}
