import type { DropCount } from "./live";

/** How a site's object is, for its owner and for monitoring. Times are milliseconds since 1970. */

/** Counts of measurements by size: of those up to `le[i]` there are `counts[i]`, each counted once; the last has no bound. */
export interface Histogram {
  /** Upper bounds in milliseconds, rising; one fewer than `counts`. */
  le: readonly number[];
  counts: number[];
  /** Milliseconds of all together. */
  sum: number;
}

export interface SocketStatus {
  open: number;
  /** Since `since`, as the two below. */
  opened: number;
  closed: number;
  /** Heard from them; pings that the platform answers by itself are not among them. */
  messages: number;
}

/** Frames to viewers, one for each viewer, since `since`; `too_slow`: viewers closed because they did not read. */
export interface SentStatus {
  messages: number;
  bytes: number;
  too_slow: number;
}

/** Of an organization's object, which holds those who watch several sites. */
export interface OrgStatus {
  at: number;
  since: number;
  /** It has no room, or had none for somebody since `since`: the organization's next object may hold some. */
  full: boolean;
  sockets: SocketStatus;
  sent: SentStatus;
  rooms: Record<string, number>;
}

export interface SiteStatus {
  at: number;
  /** The object is in memory since then. Figures named so begin anew with it: an eviction, a deploy or a crash sets them to 0. */
  since: number;
  ingest: {
    /** Batches written to the journal, for ever. */
    batches: number;
    /** Requests that reached the object, and events kept of them, since `since`. */
    requests: number;
    events: number;
    /** Objects over which requests are spread now; 1: they come to the site's own directly. */
    leaves: number;
    /** Events a second, of the last ten whole seconds. */
    per_second: number;
    /** From a request's arrival at the Worker to its row in the journal, since `since`. */
    latency: Histogram;
    last_event_at: number | null;
  };
  /** What D1 does not have yet. */
  outbox: { batches: number; events: number; bytes: number; oldest_at: number | null };
  flush: {
    /** Batches that D1 has, for ever. */
    batches: number;
    /** Null: none yet. */
    last_at: number | null;
    /** Tries that failed one after another; 0 when all is well. */
    failures: number;
    /** No try before, where some failed. */
    retry_at: number | null;
    /** How long D1 took for a batch, refused ones too, since `since`. */
    d1: Histogram;
  };
  live: { now: number; active: number; connections: number };
  /** By kind of socket. */
  sockets: Record<string, SocketStatus>;
  sent: SentStatus;
  /** From the arrival of the first change that a frame tells until the frame, since `since`. */
  frames: Histogram;
  /** Viewers by room; of the site's own room also those at the organization's objects, as of the last frame. */
  rooms: Record<string, number>;
  /** What was left out today, by reason. */
  drops: DropCount[];
  /** Errors of scripts on the site's pages, today. */
  page_errors: number;
  /** What went wrong in the object, since `since`: writes to D1, to its own storage, and sockets that broke. */
  errors: { flush: number; storage: number; socket: number };
  /** Size of the object's own database. */
  storage_bytes: number;
}
