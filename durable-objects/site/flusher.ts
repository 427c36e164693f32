import { AE_LIMITS } from "../../protocol/analytics-engine";
import type { SiteFacts } from "../../protocol/ingest";
import { FLUSH_EVENTS, FLUSH_INTERVAL, FLUSH_PAUSE, FLUSH_ROWS } from "../../protocol/limits";
import type { Env } from "../../worker/env";
import { dueSessions } from "./due-sessions";
import type { LiveSite } from "./live-site";
import type { Entry } from "./model/entry";
import type { Session } from "./model/session";
import { dataPoint } from "./sinks/analytics-engine";
import { writeFlush } from "./sinks/d1";
import type { FlushPlan, OutboxRow, SiteStore } from "./store";

/** Bytes of journal a flush takes at most: a D1 batch is one request. */
const FLUSH_BYTES = 4_000_000;

/** Batches of the journal that are read at once for the mirror. */
const MIRROR_ROWS = 20;

/** What flushes need of the object. */
export interface FlushHost {
  /** The object's name in the flush log. */
  readonly object: string;
  readonly store: SiteStore;
  /** D1, and the optional mirror. */
  env(): Pick<Env, "DB" | "AE">;
  live(): LiveSite;
  transaction<T>(work: () => T): T;
  /** D1 took so many milliseconds for a batch, or to refuse it. */
  measured(ms: number): void;
}

/** A plan, if there is something to write, with its rows of the journal. */
interface Cut {
  plan: FlushPlan | null;
  rows: OutboxRow[];
}

/** Brings what the journal took to D1, each batch once: what waits, when it is due, and how a refusal is worked around. */
export class Flusher {
  readonly #host: FlushHost;
  #waiting = { rows: 0, events: 0, bytes: 0 };
  #draining: Promise<void> | null = null;
  #dueAt: number | null = null;
  #drainedAt = 0;
  /** Data points written in this invocation. */
  #mirrored = 0;

  constructor(host: FlushHost) {
    this.#host = host;
  }

  /** Batches that came since the last flush began. */
  get rows(): number {
    return this.#waiting.rows;
  }

  /** Bytes that wait for D1. */
  get bytes(): number {
    return this.#waiting.bytes;
  }

  /** Counts again after memory was rebuilt. */
  recount(): void {
    this.#waiting = this.#host.store.unflushed();
  }

  /** Takes account of a batch that was written to the journal; answers when the next flush is due. */
  add(events: number, bytes: number, now: number): number {
    this.#waiting.bytes += bytes;
    this.#waiting.rows++;
    this.#waiting.events += events;
    this.#dueAt ??= now + FLUSH_INTERVAL;
    const many = this.#waiting.events >= FLUSH_EVENTS;
    return many ? Math.min(this.#dueAt, Math.max(now, this.#drainedAt + FLUSH_PAUSE)) : this.#dueAt;
  }

  /** True if something of the journal is to be written to D1. */
  waits(): boolean {
    const { store } = this.#host;
    return store.openPlan() !== null || store.lastN() > store.flushedN();
  }

  /** Writes all that waits by now. Throws what D1 throws when it is away; then nothing is lost and the next try goes on. */
  async drain(facts: SiteFacts, now: number): Promise<void> {
    while (this.#draining) await this.#draining;
    this.#mirrored = 0;
    this.#draining = this.#drainAll(facts, now);
    try {
      await this.#draining;
    } catch (error) {
      this.recount();
      throw error;
    } finally {
      this.#draining = null;
    }
  }

  async #drainAll(facts: SiteFacts, now: number): Promise<void> {
    const { store } = this.#host;
    // What comes in meanwhile waits for its own flush: under load this would never end, and batches would be tiny.
    const until = store.lastN();
    const among = dueSessions(this.#sessions().values(), now, Number.POSITIVE_INFINITY).map((s) => s.session_id);
    this.#waiting.rows = 0;
    this.#waiting.events = 0;
    this.#dueAt = null;
    this.#drainedAt = now;
    // After a refusal events and sessions are judged apart, and sessions in ever smaller groups: what is good must pass.
    let apart = false;
    let most = Number.POSITIVE_INFINITY;
    for (;;) {
      const { plan, rows } = this.#openPlan() ?? this.#cutPlan(until, now);
      const all = among.flatMap((id) => this.#sessions().get(id) ?? []);
      const due = plan && apart ? [] : dueSessions(all, now).slice(0, most);
      if (!plan && due.length === 0) break;
      const stored = due.map(({ session_id, rev }) => ({ session_id, rev }));
      const began = Date.now();
      const written = await writeFlush(this.#host.env().DB, {
        object: this.#host.object,
        site_id: facts.site_id,
        plan: plan ?? { batch: 0, from: 0, to: 0, hours_to: 0, at: now },
        events: rows.reduce((sum, { events }) => sum + events, 0),
        rows,
        hours: plan ? store.closedHours(plan.hours_to) : { rollups: [], windows: [] },
        sessions: due,
        now,
      });
      this.#host.measured(Date.now() - began);
      // Memory may have been rebuilt while D1 was working.
      const live = this.#host.live();
      if (written === "refused" && due.length > 0 && plan) apart = true;
      else if (written === "refused" && plan) report(facts, "flush_refused", this.#narrow(plan, now));
      else if (written === "refused" && due.length > 1) most = Math.ceil(due.length / 2);
      else if (written === "refused") {
        store.noteStored(live.sessionsStored(report(facts, "session_refused", stored), now));
      } else {
        if (plan) this.#mirror(facts, plan);
        // An earlier try was applied with the sessions as they were then: these are still to be written.
        const sessions = written === "written" ? live.sessionsStored(stored, now) : store.storedSessions();
        this.#host.transaction(() => {
          if (plan) store.finishFlush(plan, Date.now(), sessions);
          else store.noteStored(sessions);
        });
        for (const { bytes } of rows) this.#waiting.bytes -= bytes;
      }
    }
  }

  /** As they are now: memory may be rebuilt between two looks. */
  #sessions(): ReadonlyMap<string, Session> {
    return this.#host.live().state.sessions;
  }

  #narrow(plan: FlushPlan, now: number) {
    const narrowed = this.#host.transaction(() => this.#host.store.narrow(plan, now));
    this.recount();
    return narrowed;
  }

  /** What an earlier try wrote down and D1 may or may not have. */
  #openPlan(): Cut | null {
    const plan = this.#host.store.openPlan();
    return plan && { plan, rows: this.#host.store.outbox(plan.from, plan.to) };
  }

  #cutPlan(until: number, now: number): Cut {
    const { store } = this.#host;
    const from = store.flushedN();
    const to = store.boundary(from, until, FLUSH_ROWS, FLUSH_BYTES) ?? from;
    const hours_to = store.lastClosedHours();
    if (to === from && hours_to === 0) return { plan: null, rows: [] };
    const plan: FlushPlan = { batch: store.nextBatch(), from, to, hours_to, at: now };
    store.beginFlush(plan);
    return { plan, rows: store.outbox(from, to) };
  }

  /** The optional mirror: within the limits of one invocation, never waited for, never tried again. */
  #mirror(facts: SiteFacts, plan: FlushPlan): void {
    const { store } = this.#host;
    const dataset = this.#host.env().AE;
    if (!dataset) return;
    try {
      // A few batches at a time: reading them is most of the work, and few have points left to write.
      for (
        let from = plan.from;
        from < plan.to && this.#mirrored < AE_LIMITS.points_per_invocation;
        from += MIRROR_ROWS
      ) {
        for (const { entries } of store.journal(from, Math.min(plan.to, from + MIRROR_ROWS))) {
          for (const entry of entries) this.#mirrorEntry(dataset, facts, entry);
        }
      }
    } catch (error) {
      // The book of record has everything; the mirror may miss some.
      report(facts, "mirror_failed", String(error));
    }
  }

  #mirrorEntry(dataset: AnalyticsEngineDataset, facts: SiteFacts, entry: Entry): void {
    const session = this.#sessions().get(entry.session_id ?? "");
    const dimensions = entry.dimensions ?? entry.opening?.dimensions ?? session?.dimensions;
    if (!dimensions) return;
    for (const event of entry.events) {
      if (this.#mirrored >= AE_LIMITS.points_per_invocation) return;
      const point = dataPoint(facts.site_id, event, dimensions);
      if (!point) continue;
      dataset.writeDataPoint(point);
      this.#mirrored++;
    }
  }
}

/** One line for the owner's log about what D1 will never take; answers what it was told. */
function report<T>(facts: SiteFacts, event: string, what: T): T {
  console.error(JSON.stringify({ level: "error", event, site: facts.site_id, what }));
  return what;
}
