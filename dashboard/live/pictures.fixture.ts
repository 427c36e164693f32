import type { Alert } from "../../protocol/alerts";
import type { Hello } from "../../protocol/frame";
import type { FeedItem, LiveSession, LiveSnapshot, WindowPoint } from "../../protocol/live";

export const helloOf = (given: Partial<Hello> = {}): Hello => ({
  protocol: 1,
  at: 5,
  user_id: "u",
  org_id: "o",
  rooms: ["site:demo"],
  seq: { "site:demo": 1 },
  messages: ["delta"],
  ...given,
});

export const windowPoint = (at: number, given: Partial<WindowPoint> = {}): WindowPoint => ({
  at,
  events: 1,
  page_views: 1,
  users: 1,
  errors: 0,
  routes: [["/", 1]],
  ...given,
});

export const liveSession = (id: string, given: Partial<LiveSession> = {}): LiveSession => ({
  session_id: id,
  visitor_id: `visitor-${id}`,
  started_at: 1_000,
  last_activity: 2_000,
  now: true,
  current_page: "/",
  entry_page: "/",
  journey: [{ at: 1_000, type: "pageview", path: "/" }],
  page_views: 1,
  events: 1,
  errors: 0,
  engaged_ms: 0,
  country: "AT",
  city: "Vienna",
  device: "desktop",
  browser: "Firefox",
  os: "Linux",
  source: "Google",
  channel: "Organic search",
  ...given,
});

export const feedItem = (n: number, given: Partial<FeedItem> = {}): FeedItem => ({
  n,
  at: n * 1_000,
  type: "pageview",
  path: "/",
  session_id: "a",
  country: "AT",
  city: "Vienna",
  latitude: 48.21,
  longitude: 16.37,
  device: "mobile",
  source: "Google",
  ...given,
});

export const snapshotOf = (given: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  site_id: "demo",
  at: 10_000,
  now: 1,
  connections: 1,
  active: 1,
  today: { date: "2026-11-21", page_views: 1, visitors: 1, sessions: 1, events: 1, errors: 0 },
  pages: [{ value: "/", visitors: 1 }],
  sources: [{ value: "Google", visitors: 1 }],
  countries: [{ value: "AT", visitors: 1 }],
  devices: [{ value: "desktop", visitors: 1 }],
  drops: [],
  first_event_at: 1_000,
  last_event_at: 2_000,
  windows: { "1s": [], "5s": [], "60s": [] },
  sessions: [],
  feed: [],
  ...given,
});

export const alertOf = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  rule_id: "r1",
  name: "Busy",
  level: "warning",
  message: "12 visitors in the last minute, more than 10.",
  at: "2026-11-20T12:00:00.000Z",
  details: { metric: "visitors", visitors_last_minute: 12, value: 12, limit: 10 },
  ...more,
});
