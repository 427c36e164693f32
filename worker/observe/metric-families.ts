import type { OrgStatus, SiteStatus } from "../../protocol/status";
import { NEEDED, type Parts } from "./parts";
import type { Family, Labels } from "./prometheus";
import type { RequestCounts } from "./request-meter";
import type { StreamCounts } from "./stream-meter";

export interface Measured {
  /** Milliseconds since 1970. */
  now: number;
  sites: { site: string; status: SiteStatus }[];
  /** Sites that did not answer. */
  failed: { site: string }[];
  left_out: number;
  requests: RequestCounts | null;
  /** Null, as all that is of the installation, where the caller may not see it. */
  parts: Parts | null;
  /** The organization's object; null where it did not answer, or where the caller sees single sites. */
  org: OrgStatus | null;
  streams: ReadonlyMap<string, Readonly<StreamCounts>>;
  /** Of D1; null where it could not be asked. */
  d1: { bytes: number | null; event_tables: number } | null;
}

const SINCE = "Begins anew when the object leaves memory.";

type Value = (status: SiteStatus) => Family["samples"][number]["value"] | null;
type Rows = (status: SiteStatus) => [label: string, value: number][];

/** Every figure, one sample a site where it is of a site. */
export function metricFamilies(measured: Measured): Family[] {
  const { now, sites, failed, left_out, requests, parts, d1, org } = measured;
  const seconds = (ms: number) => ms / 1_000;
  const of = (type: Family["type"], name: string, help: string, value: Value): Family => ({
    name: `footfall_${name}`,
    help,
    type,
    samples: sites.flatMap(({ site, status }) => {
      const one = value(status);
      return one === null ? [] : [{ labels: { site }, value: one }];
    }),
  });
  const by = (type: Family["type"], name: string, help: string, label: string, rows: Rows): Family => ({
    name: `footfall_${name}`,
    help,
    type,
    samples: sites.flatMap(({ site, status }) =>
      rows(status).map(([text, value]) => ({ labels: { site, [label]: text }, value })),
    ),
  });
  const sockets = (count: "open" | "opened" | "closed" | "messages") => (status: SiteStatus) =>
    Object.entries(status.sockets).map(([kind, counts]): [string, number] => [kind, counts[count]]);
  const one = (type: Family["type"], name: string, help: string, samples: Family["samples"]): Family => ({
    name: `footfall_${name}`,
    help,
    type,
    samples,
  });
  const ofOrg = (count: (status: OrgStatus) => number): Family["samples"] =>
    org ? [{ labels: {}, value: count(org) }] : [];
  const ofStreams = (count: (counts: Readonly<StreamCounts>) => number): Family["samples"] =>
    [...measured.streams].map(([kind, counts]) => ({ labels: { ...isolate, kind }, value: count(counts) }));
  const isolate: Labels = { isolate: requests?.isolate ?? "" };
  return [
    one("gauge", "site_up", "1: the site's object answered.", [
      ...sites.map(({ site }) => ({ labels: { site }, value: 1 })),
      ...failed.map(({ site }) => ({ labels: { site }, value: 0 })),
    ]),
    one("gauge", "sites_left_out", "Sites beyond those that one read asks.", [{ labels: {}, value: left_out }]),
    of("gauge", "object_uptime_seconds", "How long the site's object is in memory.", (s) => seconds(now - s.since)),
    of("gauge", "object_storage_bytes", "Size of the object's own database.", (s) => s.storage_bytes),

    of("counter", "ingest_batches_total", "Batches written to the journal, for ever.", (s) => s.ingest.batches),
    of("counter", "ingest_requests_total", `Requests answered with a count. ${SINCE}`, (s) => s.ingest.requests),
    of("counter", "ingest_events_total", `Events kept. ${SINCE}`, (s) => s.ingest.events),
    of("gauge", "ingest_events_per_second", "Events a second over the last ten.", (s) => s.ingest.per_second),
    of("gauge", "leaves", "Objects over which the site's requests are spread.", (s) => s.ingest.leaves),
    of(
      "histogram",
      "ingest_latency_seconds",
      `From a request's arrival to its row in the journal. ${SINCE}`,
      (s) => s.ingest.latency,
    ),
    of("gauge", "last_event_timestamp_seconds", "When the last event came.", (s) =>
      s.ingest.last_event_at === null ? null : seconds(s.ingest.last_event_at),
    ),

    of("gauge", "visitors_now", "Visitors now.", (s) => s.live.now),
    of("gauge", "connections", "Open tabs and sockets of those visitors.", (s) => s.live.connections),
    of("gauge", "sessions_active", "Sessions that have not ended.", (s) => s.live.active),

    by("gauge", "sockets_open", "Open sockets by kind.", "kind", sockets("open")),
    by("counter", "sockets_opened_total", `Sockets that opened. ${SINCE}`, "kind", sockets("opened")),
    by("counter", "sockets_closed_total", `Sockets that ended. ${SINCE}`, "kind", sockets("closed")),
    by("counter", "socket_messages_total", `Messages heard, pings left out. ${SINCE}`, "kind", sockets("messages")),
    by("gauge", "room_viewers", "Viewers in each room of a site's object.", "room", (s) => Object.entries(s.rooms)),
    of(
      "histogram",
      "frame_latency_seconds",
      `From the arrival of a change until the frame that tells it. ${SINCE}`,
      (s) => s.frames,
    ),
    of("counter", "frames_sent_total", `Frames to viewers, one for each viewer. ${SINCE}`, (s) => s.sent.messages),
    of("counter", "frames_sent_bytes_total", `Their characters. ${SINCE}`, (s) => s.sent.bytes),
    of(
      "counter",
      "viewers_too_slow_total",
      `Viewers closed because they did not read. ${SINCE}`,
      (s) => s.sent.too_slow,
    ),

    of("gauge", "outbox_batches", "Batches that wait for D1.", (s) => s.outbox.batches),
    of("gauge", "outbox_events", "Their events.", (s) => s.outbox.events),
    of("gauge", "outbox_bytes", "Their bytes.", (s) => s.outbox.bytes),
    of("gauge", "outbox_age_seconds", "Age of the oldest; 0 when nothing waits.", (s) =>
      s.outbox.oldest_at === null ? 0 : Math.max(0, seconds(now - s.outbox.oldest_at)),
    ),
    of("counter", "flush_batches_total", "Batches that D1 has, for ever.", (s) => s.flush.batches),
    of("gauge", "flush_last_timestamp_seconds", "When D1 last took a batch.", (s) =>
      s.flush.last_at === null ? null : seconds(s.flush.last_at),
    ),
    of("gauge", "flush_failures", "Flushes that failed one after another.", (s) => s.flush.failures),
    of("histogram", "d1_write_seconds", `How long D1 took for a flush. ${SINCE}`, (s) => s.flush.d1),

    by("gauge", "dropped_today", "Left out since the site's midnight, by reason.", "reason", (s) =>
      s.drops.map(({ reason, count }) => [reason, count]),
    ),
    of("gauge", "page_errors_today", "Script errors of the site's pages since its midnight.", (s) => s.page_errors),
    by("counter", "errors_total", `What went wrong in the object. ${SINCE}`, "kind", (s) => Object.entries(s.errors)),

    one(
      "gauge",
      "org_sockets_open",
      "Sockets open at the organization's objects.",
      ofOrg((s) => s.sockets.open),
    ),
    one(
      "counter",
      "org_sockets_opened_total",
      `Those that opened. ${SINCE}`,
      ofOrg((s) => s.sockets.opened),
    ),
    one(
      "counter",
      "org_sockets_closed_total",
      `Those that ended. ${SINCE}`,
      ofOrg((s) => s.sockets.closed),
    ),
    one(
      "counter",
      "org_frames_sent_total",
      `Frames to them. ${SINCE}`,
      ofOrg((s) => s.sent.messages),
    ),
    one(
      "counter",
      "org_frames_sent_bytes_total",
      `Their characters. ${SINCE}`,
      ofOrg((s) => s.sent.bytes),
    ),
    one(
      "gauge",
      "org_room_viewers",
      "Viewers in each room of the organization's objects.",
      Object.entries(org?.rooms ?? {}).map(([room, value]) => ({ labels: { room }, value })),
    ),

    one(
      "gauge",
      "part_up",
      "1: the part answered; needed ones are named so.",
      Object.entries(parts ?? {})
        .filter(([, { state }]) => state !== "not configured")
        .map(([part, { state }]) => ({
          labels: { part, needed: String(NEEDED.some((name) => name === part)) },
          value: state === "ready" || state === "configured" ? 1 : 0,
        })),
    ),
    one(
      "gauge",
      "part_answer_seconds",
      "How long the part took to answer one small question.",
      Object.entries(parts ?? {}).flatMap(([part, { ms }]) =>
        ms === undefined ? [] : [{ labels: { part }, value: seconds(ms) }],
      ),
    ),
    one(
      "gauge",
      "d1_size_bytes",
      "Size of the D1 database.",
      d1?.bytes == null ? [] : [{ labels: {}, value: d1.bytes }],
    ),
    one("gauge", "d1_event_tables", "Tables of events, one a day.", d1 ? [{ labels: {}, value: d1.event_tables }] : []),

    one(
      "gauge",
      "streams_open",
      "Streams that this isolate holds, by kind.",
      ofStreams((s) => s.open),
    ),
    one(
      "counter",
      "streams_opened_total",
      "Those that opened.",
      ofStreams((s) => s.opened),
    ),
    one(
      "counter",
      "stream_messages_total",
      "Messages written to them, heartbeats too.",
      ofStreams((s) => s.messages),
    ),
    one(
      "counter",
      "stream_bytes_total",
      "Their bytes.",
      ofStreams((s) => s.bytes),
    ),
    one(
      "counter",
      "stream_errors_total",
      "Clients that were cut off, not reading.",
      ofStreams((s) => s.errors),
    ),
    one(
      "counter",
      "worker_requests_total",
      "Requests answered by this isolate, one of many.",
      [...(requests?.by_status ?? [])].map(([status, value]) => ({ labels: { ...isolate, status }, value })),
    ),
    one(
      "histogram",
      "worker_request_seconds",
      "Until the reply began, in this isolate.",
      requests ? [{ labels: isolate, value: requests.duration }] : [],
    ),
    one(
      "gauge",
      "worker_uptime_seconds",
      "Age of this isolate.",
      requests ? [{ labels: isolate, value: seconds(now - requests.since) }] : [],
    ),
  ];
}
