import type { EventType, SiteEvent } from "../../../protocol/event";
import type { Dimensions, IngestBatch, Sender } from "../../../protocol/ingest";
import { apply } from "./apply";
import type { Entry } from "./entry";
import { emptyMarks, type Marks } from "./marks";
import { resolve, splitAtGaps } from "./resolve";
import { emptyState, noChanges, type SiteState } from "./state";

export const ZONE = "Europe/Vienna";
export const T0 = Date.UTC(2026, 10, 20, 9, 10, 0);
export const TIMEOUT = 30 * 60_000;

const dimensions = (source: string): Dimensions => ({
  country: "AT",
  region: null,
  city: "Vienna",
  latitude: null,
  longitude: null,
  device: "desktop",
  browser: "Firefox",
  browser_version: "140",
  os: "Linux",
  source,
  channel: "Direct",
  referrer: "",
  campaign: "",
  medium: "",
  language: "de",
});

/** A site in memory: what the object does, without its storage. */
export function world() {
  const marks = new Map<string, Marks>();
  let ids = 0;
  let state = emptyState();
  const journal: Entry[] = [];
  const marksOf = (scope: string) => {
    const had = marks.get(scope) ?? emptyMarks();
    marks.set(scope, had);
    return had;
  };
  return {
    get state() {
      return state;
    },
    set state(next: SiteState) {
      state = next;
    },
    journal,
    take(batch: IngestBatch, changes = noChanges(state)): number {
      let count = 0;
      for (const group of splitAtGaps(batch)) {
        const visitor = batch.user_agent;
        const resolved = resolve(state, batch, group, {
          daily: { today: visitor, yesterday: () => null },
          newId: () => `session-${++ids}`,
          marksOf,
          revive: () => null,
        });
        if (!resolved) continue;
        const { entry } = resolved;
        apply(state, entry, ZONE, changes);
        journal.push(entry);
        count += entry.events.length;
      }
      return count;
    },
  };
}

/** One delivery, as the Worker hands it on. */
export const batchOf = (visitor: string, sender: Sender, events: SiteEvent[], received_at: number): IngestBatch => ({
  site: { site_id: "s", org_id: "o", time_zone: ZONE, session_timeout_ms: TIMEOUT, rate_limit: 100, leaves: 1 },
  received_at,
  sender,
  address: "192.0.2.1",
  user_agent: visitor,
  rate: null,
  visible: true,
  ping: false,
  dimensions: dimensions("Direct"),
  context: {},
  events,
  indexes: events.map((_, i) => i),
  body_hash: JSON.stringify(events.map((e) => [e.at, e.path])),
});

/** An event `after` ms from `T0`. */
export const at = (after: number, type: EventType, path: string, seq: number, name?: string): SiteEvent => ({
  at: T0 + after,
  type,
  page_url: `https://shop.example${path}`,
  path,
  seq,
  ...(name !== undefined && { name }),
});
