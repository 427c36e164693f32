import type {
  DetailedSite,
  DetailedStats,
  LiveStats,
  SitesCounted,
  WindowCounts,
  WindowReply,
} from "../../protocol/live-messages";
import {
  dropCounts,
  fields,
  list,
  nullable,
  number,
  optional,
  present,
  record,
  text,
  todayTotals,
} from "./parse-frame";

const counts = record(number);

function stats(value: unknown): LiveStats {
  const o = fields(value);
  return {
    total_active: number(o.total_active),
    total_today: number(o.total_today),
    pages_visited: counts(o.pages_visited),
  };
}

function windowCounts(value: unknown): WindowCounts {
  const o = fields(value);
  return present({
    at: text(o.at),
    events: number(o.events),
    page_views: number(o.page_views),
    users: number(o.users),
    errors: number(o.errors),
    error_rate: number(o.error_rate),
    routes: counts(o.routes),
    cut: o.cut === true ? (true as const) : undefined,
  });
}

const windowReply =
  (window: WindowReply["window"]) =>
  (value: unknown): WindowReply => {
    const o = fields(value);
    return { window, current: windowCounts(o.current), closed: list(windowCounts)(o.closed) };
  };

function today(value: unknown): DetailedStats["today"] {
  const date = nullable(text)(fields(value).date);
  return { ...todayTotals({ ...fields(value), date: "" }), date };
}

function site(value: unknown): DetailedSite {
  const o = fields(value);
  return {
    site: text(o.site),
    name: text(o.name),
    now: number(o.now),
    connections: number(o.connections),
    total_active: number(o.total_active),
    total_today: number(o.total_today),
    last_event_at: nullable(text)(o.last_event_at),
  };
}

function counted(value: unknown): SitesCounted {
  const o = fields(value);
  const failed = list(fields)(o.failed).map((one) => ({ site: text(one.site), reason: text(one.reason) }));
  return { count: number(o.count), partial: o.partial === true, failed, left_out: number(o.left_out) };
}

/** Reads the data of `detailed_stats`. Throws when a field is missing or of another type. */
export function parseDetailedStats(value: unknown): DetailedStats {
  const o = fields(value);
  const windows = fields(o.windows);
  return present({
    id: o.id === undefined ? undefined : text(o.id),
    filter: record(text)(o.filter),
    summary: stats(o.summary),
    now: number(o.now),
    connections: number(o.connections),
    today: today(o.today),
    per_page: counts(o.per_page),
    per_country: counts(o.per_country),
    per_device: counts(o.per_device),
    per_referrer: counts(o.per_referrer),
    windows: {
      "1s": windowReply("1s")(windows["1s"]),
      "5s": windowReply("5s")(windows["5s"]),
      "60s": windowReply("60s")(windows["60s"]),
    },
    dropped: dropCounts(o.dropped),
    generated_at: text(o.generated_at),
    per_site: optional(list(site))(o.per_site),
    cut: optional(list(text))(o.cut),
    sites: optional(counted)(o.sites),
  });
}
