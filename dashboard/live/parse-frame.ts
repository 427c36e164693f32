import type { Alert } from "../../protocol/alerts";
import { LEFT_OUT_REASONS, type LeftOutReason } from "../../protocol/drop-reasons";
import type { Frame, Hello } from "../../protocol/frame";
import type {
  CountRow,
  DropCount,
  FeedItem,
  JourneyStep,
  LiveDelta,
  LiveSession,
  LiveSnapshot,
  TodayTotals,
  WindowPoint,
} from "../../protocol/live";
import { ROOM_MESSAGES, type RoomMessage } from "../../protocol/room-messages";

/*
 * Written out by hand instead of a schema: a frame comes up to ten times a second, a snapshot holds up to 200 journeys,
 * and a schema library would be the largest part of what is loaded before the first number.
 */

class Unreadable extends Error {}

export type Fields = { readonly [field: string]: unknown };

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function fields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Unreadable("an object was expected");
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Unreadable("a text was expected");
}

export function number(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Unreadable("a number was expected");
}

function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new Unreadable("true or false was expected");
}

export const list =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): T[] => {
    if (Array.isArray(value)) return value.map((item) => read(item));
    throw new Unreadable("a list was expected");
  };

export const record =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): Record<string, T> =>
    Object.fromEntries(Object.entries(fields(value)).map(([key, item]) => [key, read(item)]));

export const nullable =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): T | null =>
    value === null || value === undefined ? null : read(value);

export const optional =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): T | undefined =>
    value === undefined ? undefined : read(value);

/** Leaves out what was absent, so that a merge does not overwrite with `undefined`. */
export function present<T extends object>(value: T): T {
  const kept = { ...value };
  for (const key in kept) if (kept[key] === undefined) delete kept[key];
  return kept;
}

function route(value: unknown): [path: string, count: number] {
  if (Array.isArray(value)) return [text(value[0]), number(value[1])];
  throw new Unreadable("a page with its count was expected");
}

function point(value: unknown): WindowPoint {
  const o = fields(value);
  return {
    at: number(o.at),
    events: number(o.events),
    page_views: number(o.page_views),
    users: number(o.users),
    errors: number(o.errors),
    routes: list(route)(o.routes),
  };
}

function countRow(value: unknown): CountRow {
  const o = fields(value);
  return { value: text(o.value), visitors: number(o.visitors) };
}

function step(value: unknown): JourneyStep {
  const o = fields(value);
  return present({ at: number(o.at), type: text(o.type), path: text(o.path), name: optional(text)(o.name) });
}

function session(value: unknown): LiveSession {
  const o = fields(value);
  return {
    session_id: text(o.session_id),
    visitor_id: text(o.visitor_id),
    started_at: number(o.started_at),
    last_activity: number(o.last_activity),
    now: flag(o.now),
    current_page: text(o.current_page),
    entry_page: text(o.entry_page),
    journey: list(step)(o.journey),
    page_views: number(o.page_views),
    events: number(o.events),
    errors: number(o.errors),
    engaged_ms: number(o.engaged_ms),
    country: nullable(text)(o.country),
    city: nullable(text)(o.city),
    device: text(o.device),
    browser: text(o.browser),
    os: text(o.os),
    source: text(o.source),
    channel: text(o.channel),
  };
}

function feedItem(value: unknown): FeedItem {
  const o = fields(value);
  return present({
    n: number(o.n),
    at: number(o.at),
    type: text(o.type),
    path: text(o.path),
    name: optional(text)(o.name),
    session_id: nullable(text)(o.session_id),
    country: nullable(text)(o.country),
    city: nullable(text)(o.city),
    latitude: nullable(number)(o.latitude),
    longitude: nullable(number)(o.longitude),
    device: text(o.device),
    source: text(o.source),
  });
}

export function todayTotals(value: unknown): TodayTotals {
  const o = fields(value);
  return {
    date: text(o.date),
    page_views: number(o.page_views),
    visitors: number(o.visitors),
    sessions: number(o.sessions),
    events: number(o.events),
    errors: number(o.errors),
  };
}

const isRoomMessage = (value: string): value is RoomMessage => ROOM_MESSAGES.some((name) => name === value);

const isLeftOutReason = (value: unknown): value is LeftOutReason => LEFT_OUT_REASONS.some((reason) => reason === value);

/** Reasons of a newer server are left out: there are no words for them here. */
export function dropCounts(value: unknown): DropCount[] {
  return list(fields)(value).flatMap((o) =>
    isLeftOutReason(o.reason)
      ? [{ reason: o.reason, count: number(o.count), last_at: number(o.last_at), example: text(o.example) }]
      : [],
  );
}

/** Reads a whole live picture. Throws when a field is missing or of another type. */
function parseSnapshot(value: unknown): LiveSnapshot {
  const o = fields(value);
  const windows = fields(o.windows);
  return {
    site_id: text(o.site_id),
    at: number(o.at),
    now: number(o.now),
    connections: number(o.connections),
    active: number(o.active),
    today: todayTotals(o.today),
    pages: list(countRow)(o.pages),
    sources: list(countRow)(o.sources),
    countries: list(countRow)(o.countries),
    devices: list(countRow)(o.devices),
    drops: dropCounts(o.drops),
    first_event_at: nullable(number)(o.first_event_at),
    last_event_at: nullable(number)(o.last_event_at),
    windows: {
      "1s": list(point)(windows["1s"]),
      "5s": list(point)(windows["5s"]),
      "60s": list(point)(windows["60s"]),
    },
    sessions: list(session)(o.sessions),
    feed: list(feedItem)(o.feed),
    // Of a kind that only a newer server knows: left out.
    ...(o.alerts === undefined
      ? {}
      : {
          alerts: list((alert) => alert)(o.alerts)
            .filter(knowsAlert)
            .map(parseAlert),
        }),
  };
}

function parseDelta(value: unknown): LiveDelta {
  const o = fields(value);
  const windows = optional(fields)(o.windows);
  return present({
    at: number(o.at),
    now: optional(number)(o.now),
    connections: optional(number)(o.connections),
    active: optional(number)(o.active),
    today: optional(todayTotals)(o.today),
    pages: optional(list(countRow))(o.pages),
    sources: optional(list(countRow))(o.sources),
    countries: optional(list(countRow))(o.countries),
    devices: optional(list(countRow))(o.devices),
    drops: optional(dropCounts)(o.drops),
    // Absent and null differ here: null says that no event ever came.
    first_event_at: o.first_event_at === undefined ? undefined : nullable(number)(o.first_event_at),
    last_event_at: o.last_event_at === undefined ? undefined : nullable(number)(o.last_event_at),
    windows: windows && {
      "1s": optional(list(point))(windows["1s"]),
      "5s": optional(list(point))(windows["5s"]),
      "60s": optional(list(point))(windows["60s"]),
    },
    sessions: optional(list(session))(o.sessions),
    sessions_gone: optional(list(text))(o.sessions_gone),
    feed: optional(list(feedItem))(o.feed),
  });
}

function hello(value: unknown): Hello {
  const o = fields(value);
  return {
    protocol: number(o.protocol),
    at: number(o.at),
    user_id: text(o.user_id),
    org_id: optional(text)(o.org_id) ?? "",
    rooms: list(text)(o.rooms),
    seq: optional(record(number))(o.seq) ?? {},
    messages: (optional(list(text))(o.messages) ?? []).filter(isRoomMessage),
  };
}

const LEVELS = ["info", "warning", "critical"] as const satisfies readonly Alert["level"][];
const METRICS = {
  visitors: true,
  events_per_second: true,
  error_rate: true,
  silence: true,
  event: true,
  spike: true,
} as const satisfies Record<Alert["details"]["metric"], true>;

const isMetric = (value: unknown): value is Alert["details"]["metric"] => typeof value === "string" && value in METRICS;

/** False for a level or metric of a newer server. */
function knowsAlert(value: unknown): boolean {
  const { level, details } = fields(value);
  return LEVELS.some((known) => known === level) && isMetric(fields(details).metric);
}

/** Reads one alert. Throws like `parseSnapshot`. */
export function parseAlert(value: unknown): Alert {
  const o = fields(value);
  const details = fields(o.details);
  const level = LEVELS.find((known) => known === o.level);
  if (level === undefined || !isMetric(details.metric)) throw new Unreadable("a known level and metric were expected");
  return {
    id: text(o.id),
    rule_id: text(o.rule_id),
    name: text(o.name),
    level,
    message: text(o.message),
    at: text(o.at),
    details: present({
      metric: details.metric,
      visitors_last_minute: number(details.visitors_last_minute),
      value: number(details.value),
      limit: optional(number)(details.limit),
      baseline: optional(number)(details.baseline),
      event: optional(text)(details.event),
      page: optional(text)(details.page),
    }),
  };
}

/**
 * Reads one message of a viewer socket. Null for a type this client does not use, so that a server may add some.
 * Throws when the text is no JSON or a field is missing or of another type.
 */
export function parseFrame(message: string): Frame | null {
  const o = fields(JSON.parse(message));
  switch (o.type) {
    case "hello":
      return { type: "hello", data: hello(o.data) };
    case "snapshot":
      return { type: "snapshot", room: text(o.room), seq: number(o.seq), data: parseSnapshot(o.data) };
    case "delta":
      return { type: "delta", room: text(o.room), seq: number(o.seq), data: parseDelta(o.data) };
    case "alert":
      return knowsAlert(o.data) ? { type: "alert", room: text(o.room), data: parseAlert(o.data) } : null;
    case "pong":
      return { type: "pong" };
    case "error": {
      const data = fields(o.data);
      return { type: "error", data: { code: text(data.code), message: text(data.message) } };
    }
    default:
      return null;
  }
}

/** Reads the reply of `GET /api/analytics/detailed`. Throws like `parseSnapshot`. */
export function parsePoll(body: unknown): LiveSnapshot {
  return parseSnapshot(fields(fields(body).data).snapshot);
}
