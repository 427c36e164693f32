import type { SiteStatus } from "../../protocol/status";
import type { Viewers } from "../sockets/viewers";
import type { Alarm } from "./alarm";
import { liveNumbers } from "./model/picture";
import type { SiteState } from "./model/state";
import { seriesSince } from "./model/windows";
import type { SiteMeter } from "./site-meter";
import type { SiteStore } from "./store";

/** Seconds over which the rate of events is told. */
const RATE_SECONDS = 10;

/** What a status is made of beside the object's state. */
export interface StatusSource {
  store: SiteStore;
  meter: SiteMeter;
  state: SiteState;
  time_zone: string;
  /** In use now. */
  leaves: number;
  /** Sockets that are open, by kind. */
  open: Record<string, number>;
  viewers: Pick<Viewers, "sent" | "roomCounts">;
  /** The site's own room, and how many are in it at other objects. */
  elsewhere: { room: string; viewers: number };
  alarm: Pick<Alarm, "failures" | "notBefore">;
  storage_bytes: number;
}

/** A site's object as it is now. Reads alone; `now` in milliseconds since 1970. */
export function statusOf(source: StatusSource, now: number): SiteStatus {
  const { store, meter, state, alarm } = source;
  const numbers = liveNumbers(state, now, source.time_zone);
  const waiting = store.unflushed();
  return {
    at: now,
    since: meter.since,
    ingest: {
      batches: store.lastN(),
      requests: meter.requests,
      leaves: source.leaves,
      events: meter.events,
      per_second: eventsPerSecond(state, now),
      latency: meter.latency,
      last_event_at: numbers.last_event_at,
    },
    outbox: {
      batches: waiting.rows,
      events: waiting.events,
      bytes: waiting.bytes,
      oldest_at: store.oldestWaiting(),
    },
    flush: {
      batches: store.nextBatch() - 1,
      last_at: store.flushedAt(),
      failures: alarm.failures,
      retry_at: alarm.failures > 0 ? alarm.notBefore : null,
      d1: meter.d1,
    },
    live: { now: numbers.now, active: numbers.active, connections: numbers.connections },
    sockets: meter.sockets(source.open),
    sent: source.viewers.sent,
    frames: meter.frames,
    rooms: roomsOf(source),
    drops: numbers.drops,
    page_errors: numbers.today.errors,
    errors: meter.errors,
    storage_bytes: source.storage_bytes,
  };
}

function roomsOf({ viewers, elsewhere: { room, viewers: count } }: StatusSource): Record<string, number> {
  const rooms = viewers.roomCounts();
  return count === 0 ? rooms : { ...rooms, [room]: (rooms[room] ?? 0) + count };
}

function eventsPerSecond(state: SiteState, now: number): number {
  const to = Math.floor(now / 1_000) * 1_000;
  const from = to - RATE_SECONDS * 1_000;
  const points = seriesSince(state.windows, "1s", from, now).filter(({ at }) => at < to);
  return points.reduce((sum, { events }) => sum + events, 0) / RATE_SECONDS;
}
