import { BEHAVIOUR_DETAIL } from "../../protocol/event";
import type {
  DropNotice,
  GatheredResult,
  IngestBatch,
  IngestOutcome,
  IngestResult,
  RateClaim,
  SiteFacts,
} from "../../protocol/ingest";
import { OUTBOX_BYTES } from "../../protocol/limits";
import { failureOf } from "../call-failure";
import type { SiteAlerts } from "./alerts/site-alerts";
import type { Flusher } from "./flusher";
import { LeafDemand } from "./model/leaf-demand";
import type { SessionOpening } from "./model/session";
import type { SiteState } from "./model/state";
import type { Rates } from "./rate";
import { leastLeaves, type SiteMemory } from "./site-memory";
import type { SiteMeter } from "./site-meter";

/** A sign of life or a drop is in the snapshot after this long; nothing else of it needs to be written. */
const PRESENCE_SNAPSHOT = 60_000;

/** What taking in needs of the object. */
export interface IntakeHost {
  readonly memory: Pick<SiteMemory, "live" | "learn" | "orForget">;
  readonly rates: Pick<Rates, "take">;
  readonly flusher: Pick<Flusher, "add" | "bytes">;
  readonly alerts: Pick<SiteAlerts, "note">;
  readonly meter: Pick<SiteMeter, "answered">;
  /** Sees to it that the object wakes then, milliseconds since 1970, or before. */
  arm(at: number): Promise<void>;
  /** Tells viewers what changed. */
  tell(now: number): void;
}

/** What a session is opened with by one who names it. */
export type Opening = Omit<SessionOpening, "visitor_id" | "id_mode" | "named">;

export type OpenedSession = { ok: true; started_at: number } | { ok: false; retry_after_s: number };

/** A batch that was decided and, where it was taken, written. */
interface Taken {
  outcome: IngestOutcome;
  /** When the object has to wake for it; null: not for this. */
  wakeAt: number | null;
}

/** The way in: decides what of a request counts, makes it durable, and answers it. */
export class Intake {
  readonly #host: IntakeHost;
  readonly #demand = new LeafDemand();

  constructor(host: IntakeHost) {
    this.#host = host;
  }

  /** Counts a batch once, durably. `requests`: that came for it and could have come by a leaf. */
  async ingest(batch: IngestBatch, requests: number): Promise<IngestResult> {
    const leaves = this.#count(batch.site, requests);
    const { outcome, wakeAt } = this.#take(batch);
    if (wakeAt !== null) await this.#host.arm(wakeAt);
    this.#host.tell(batch.received_at);
    return { ...outcome, leaves };
  }

  /** The same for several in one turn: see the object's `ingestAll`. */
  async ingestAll(batches: IngestBatch[], rate?: RateClaim): Promise<GatheredResult[]> {
    const [first] = batches;
    if (!first) return [];
    const leaves = this.#count(first.site, rate ? 1 : batches.length);
    if (rate) {
      this.#host.memory.learn(first.site);
      const count = batches.reduce((sum, { events }) => sum + events.length, 0);
      const refused = this.#refuse({ ...first, rate }, count);
      if (refused) {
        await this.#host.arm(refused.wakeAt);
        this.#host.tell(first.received_at);
        return batches.map(() => ({ ...refused.outcome, leaves }));
      }
    }
    let wakeAt = Number.POSITIVE_INFINITY;
    const results = batches.map((batch): GatheredResult => {
      try {
        const taken = this.#take(batch);
        wakeAt = Math.min(wakeAt, taken.wakeAt ?? wakeAt);
        return { ...taken.outcome, leaves };
      } catch (error) {
        return failureOf(error);
      }
    });
    if (wakeAt < Number.POSITIVE_INFINITY) await this.#host.arm(wakeAt);
    this.#host.tell(Math.max(...batches.map(({ received_at }) => received_at)));
    return results;
  }

  /** Takes account of requests that came; answers how many leaves there should be for the next ones. */
  #count(site: SiteFacts, requests: number): number {
    const now = Date.now();
    this.#demand.count(requests, now);
    return this.leaves(leastLeaves(site), now);
  }

  /** How many leaves there should be, of which the owner wants `least`. */
  leaves(least: number | undefined, now: number): number {
    return Math.max(least ?? 1, this.#demand.leaves(now));
  }

  /** Decides and writes a batch at once. */
  #take(batch: IngestBatch): Taken {
    const { memory, flusher } = this.#host;
    const { site, events, received_at: now } = batch;
    memory.learn(site);
    const refused = this.#refuse(batch, events.length);
    if (refused) return refused;
    const live = memory.live();
    if (!hasRoom(batch, flusher.bytes)) {
      const example = "Too much waits for the database";
      const wakeAt = this.#drop({ site, reason: "unavailable", count: events.length, example, at: now });
      return { outcome: { ok: false, code: "unavailable", retry_after_s: 30 }, wakeAt };
    }
    const { entries, count, bytes, touched } = memory.orForget(() => live.ingest(batch, () => crypto.randomUUID()));
    this.#host.alerts.note(entries, now);
    const wakeAt = count > 0 ? flusher.add(count, bytes, now) : touched ? now + PRESENCE_SNAPSHOT : null;
    this.#host.meter.answered(count, now, Date.now());
    const session_id = entries.at(-1)?.session_id ?? sessionOf(batch, live.state);
    const started_at = live.state.sessions.get(session_id ?? "")?.started_at ?? null;
    return { outcome: { ok: true, count, session_id, started_at }, wakeAt };
  }

  /** Counts a request of `count` events against its rate; what is answered where that is spent. */
  #refuse({ site, rate, received_at: now }: IngestBatch, count: number) {
    const wait = rate ? this.#host.rates.take(rate, site.rate_limit, now) : 0;
    if (!rate || wait === 0) return null;
    const wakeAt = this.#drop(tooOften(site, rate.by, count, now));
    return { outcome: { ok: false, code: "rate_limited", retry_after_s: wait } satisfies IngestOutcome, wakeAt };
  }

  /** Opens a session under the name by which its sender will call it. */
  async open(
    facts: SiteFacts,
    session_id: string,
    opening: Opening,
    rate: RateClaim,
    now: number,
  ): Promise<OpenedSession> {
    const { memory, flusher } = this.#host;
    memory.learn(facts);
    // The caller may ask again after a lost answer: the same name is the same session.
    const had = memory.live().state.sessions.get(session_id);
    if (had) return { ok: true, started_at: had.started_at };
    const wait = await this.takeRate(facts, rate, now);
    if (wait > 0) return { ok: false, retry_after_s: wait };
    const visitor_id = opening.user_id === null ? `s:${session_id}` : `u:${opening.user_id}`;
    const bytes = memory.live().open(
      {
        at: now,
        visitor_id,
        session_id,
        tab: null,
        present: false,
        opening: { ...opening, visitor_id, id_mode: "given", named: true },
        revived: null,
        dimensions: null,
        events: [],
      },
      facts.time_zone,
    );
    await this.#host.arm(flusher.add(0, bytes, now));
    this.#host.tell(now);
    return { ok: true, started_at: now };
  }

  /** What was dropped on purpose or refused before it came here. */
  async drop(notice: DropNotice): Promise<void> {
    this.#host.memory.learn(notice.site);
    await this.#host.arm(this.#drop(notice));
    this.#host.tell(notice.at);
  }

  /** Counts what was left out; answers when that has to be in the snapshot. */
  #drop(notice: DropNotice): number {
    this.#host.memory.live().drop(notice);
    return notice.at + PRESENCE_SNAPSHOT;
  }

  /** Counts a request against its rate: 0, or the seconds after which to come again, of which the owner is told. */
  async takeRate(site: SiteFacts, rate: RateClaim, at: number): Promise<number> {
    const wait = this.#host.rates.take(rate, site.rate_limit, at);
    if (wait > 0) await this.drop(tooOften(site, rate.by, 1, at));
    return wait;
  }
}

/** Whether a batch may come in while `waiting` bytes wait for D1: near the cap page views go before detail. */
function hasRoom({ events }: IngestBatch, waiting: number): boolean {
  if (waiting <= OUTBOX_BYTES / 2) return true;
  if (waiting > OUTBOX_BYTES) return false;
  return events.length === 0 || events.some(({ type }) => !BEHAVIOUR_DETAIL.includes(type));
}

/** The session that answers a batch in which nothing was new. */
function sessionOf({ sender }: IngestBatch, { tabs }: SiteState): string | null {
  if (sender.kind === "anonymous") return null;
  return sender.session_id ?? tabs.get(sender.tab ?? "")?.session_id ?? null;
}

/** Refused because its sender comes too often. */
function tooOften(site: SiteFacts, by: string, events: number, at: number): DropNotice {
  return { site, reason: "rate_limited", count: Math.max(1, events), example: by, at };
}
