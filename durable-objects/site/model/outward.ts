import {
  type CountRow,
  type FeedItem,
  type LiveNumbers,
  type LiveSession,
  WINDOW_LENGTHS,
  type WindowName,
  type WindowPoint,
  type WindowSeries,
} from "../../../protocol/live";
import type { LiveEvent, LiveStats, SessionActivity, WindowCounts, WindowReply } from "../../../protocol/live-messages";

/** The live picture in the terms of `/api/analytics` and of the messages of the same names: times as ISO 8601, durations in seconds. */

const iso = (at: number) => new Date(at).toISOString();

const asObject = (rows: readonly CountRow[]) => Object.fromEntries(rows.map((row) => [row.value, row.visitors]));

/** Sessions not ended, page views today, visitors now by page. */
export function summaryOf(
  picture: Pick<LiveNumbers, "active" | "pages"> & { today: { page_views: number } },
): LiveStats {
  return {
    total_active: picture.active,
    total_today: picture.today.page_views,
    pages_visited: asObject(picture.pages),
  };
}

export function activityOf(session: LiveSession): SessionActivity {
  return {
    session_id: session.session_id,
    current_page: session.current_page,
    journey: session.journey.filter((step) => step.type === "pageview").map((step) => step.path),
    duration: Math.round((session.last_activity - session.started_at) / 1_000),
  };
}

export function eventOf(item: FeedItem): LiveEvent {
  const { type, name, path, session_id, at, country, device, source } = item;
  return {
    type,
    ...(name !== undefined && { name }),
    page: path,
    session_id,
    timestamp: iso(at),
    country,
    metadata: { device, referrer: source },
  };
}

export function windowOf(point: WindowPoint): WindowCounts {
  const { at, events, page_views, users, errors, routes, cut } = point;
  return {
    at: iso(at),
    events,
    page_views,
    users,
    errors,
    error_rate: events === 0 ? 0 : errors / events,
    routes: Object.fromEntries(routes),
    ...(cut && { cut }),
  };
}

/** The running window (empty if nothing came in it) and the closed ones, newest last. */
export function windowsOf(picture: { at: number; windows: WindowSeries }, name: WindowName): WindowReply {
  const length = WINDOW_LENGTHS[name];
  const at = Math.floor(picture.at / length) * length;
  const points = picture.windows[name];
  const running = points.find((point) => point.at === at);
  return {
    window: name,
    current: windowOf(running ?? { at, events: 0, page_views: 0, users: 0, errors: 0, routes: [] }),
    closed: points.filter((point) => point.at < at).map(windowOf),
  };
}

type Detailed = Omit<LiveNumbers, "today"> & { windows: WindowSeries };

/** All live totals. `today.date` is null where sites of several time zones are counted together. */
export function detailedOf<Today extends { page_views: number }>(picture: Detailed & { today: Today }) {
  return {
    summary: summaryOf(picture),
    now: picture.now,
    connections: picture.connections,
    today: picture.today,
    per_page: asObject(picture.pages),
    per_country: asObject(picture.countries),
    per_device: asObject(picture.devices),
    per_referrer: asObject(picture.sources),
    windows: {
      "1s": windowsOf(picture, "1s"),
      "5s": windowsOf(picture, "5s"),
      "60s": windowsOf(picture, "60s"),
    },
    dropped: picture.drops,
  };
}
