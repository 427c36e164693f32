import { ALERTS_RECENT, type Alert } from "../../../protocol/alerts";
import type { SiteFacts } from "../../../protocol/ingest";
import { LIVE_AGE } from "../../../protocol/limits";
import { logError } from "../../log-error";
import { flushBackoff } from "../../pure/cadence";
import { LastMinute } from "../model/alerts/last-minute";
import { isQuiet, keepMemories, look, type Memories, nextLookOf } from "../model/alerts/look";
import type { Sources } from "../model/alerts/measure";
import { defaultRule, rulesInForce, type SiteRule } from "../model/alerts/rule";
import type { Entry } from "../model/entry";
import { localHour } from "../model/local-time";
import { hourKey } from "../model/rollup";
import type { SiteState } from "../model/state";
import type { SiteStore } from "../store";
import type { AlertDesk } from "./desk";

/** What alerts need of the object. */
export interface AlertHost {
  readonly store: Pick<SiteStore, "meta" | "setMeta">;
  /** Visitors in the last minute above which a site without a rule of its own for that raises an alert. */
  readonly threshold: number;
  state(): SiteState;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  desk(): AlertDesk;
  readRules(site_id: string): Promise<SiteRule[]>;
  readBaseline(site_id: string, timeZone: string, now: number): Promise<number | null>;
  /** To everybody who watches the site. */
  tell(alert: Alert, now: number): void;
  /** Wakes the object at that time, milliseconds since 1970. */
  wakeAt(at: number): void;
  /** Work that nobody waits for. */
  background(work: Promise<void>): void;
}

/** What survives the object's sleep; one row, written when an alert is raised or handed in. */
interface Kept {
  memories: Memories;
  /** Newest first. */
  recent: Alert[];
  /** Those that the log does not have yet, oldest first. */
  waiting: Alert[];
}

/** A log that is away for long is not told of more than this; the newest stay. */
const WAITING_MOST = 500;
/** A baseline that could not be read is asked for again after this long. */
const BASELINE_RETRY = 60_000;

/** The alerts of one site: holds its rules against what comes, and sees to it that the log has every alert once. */
export class SiteAlerts {
  readonly #host: AlertHost;
  #kept: Kept | null = null;
  #rules: { own: SiteRule[]; inForce: SiteRule[] } | null = null;
  #minute: { of: SiteState; counts: LastMinute } | null = null;
  #baseline: { hour: number; value: number | null; until: number } | null = null;
  #reading: Promise<void> = Promise.resolve();
  #handingIn = false;
  #failures = 0;
  #retryAt = 0;

  constructor(host: AlertHost) {
    this.#host = host;
  }

  /** Looks at what just came. What it raises is durable together with it, and told to viewers at once. Never throws. */
  note(entries: readonly Entry[], now: number): void {
    this.#guarded(() => {
      if (entries.length === 0) return;
      if (this.#rulesNow().inForce.length === 0) {
        // It would lack whoever comes until there is a rule.
        this.#minute = null;
        return;
      }
      const live = entries.flatMap((entry) => liveOf(entry));
      if (live.length === 0) return;
      const minute = this.#lastMinute(now);
      for (const { visitor_id } of live) if (visitor_id !== null) minute.seen(visitor_id, now);
      this.#look(live, now);
      if (this.#waits(now)) this.#host.background(this.#handIn(now));
    });
  }

  /** Looks at what the passing of time did, and hands in what waits. Never throws. */
  async tick(now: number): Promise<void> {
    this.#guarded(() => {
      if (this.#host.state().last_event_at !== null) this.#look([], now);
    });
    if (this.#waits(now)) await this.#handIn(now);
  }

  /** Events count and reach D1 whatever becomes of alerts. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      // What did not reach storage is not so.
      this.#kept = null;
      const facts = this.#host.facts();
      if (facts) report("alerts_failed", facts, error);
    }
  }

  /** When to look again although nothing comes, or null. */
  nextAt(now: number): number | null {
    const kept = this.#load();
    const next = nextLookOf(this.#rulesNow().inForce, kept.memories, this.#host.state().last_event_at);
    if (kept.waiting.length === 0) return next;
    return Math.min(next ?? Number.POSITIVE_INFINITY, Math.max(this.#retryAt, now));
  }

  /** The last alerts, newest first. */
  recent(): Alert[] {
    return this.#load().recent;
  }

  /** Those of them since a time in milliseconds. */
  since(at: number): Alert[] {
    return this.recent().filter((alert) => Date.parse(alert.at) >= at);
  }

  /** Reads the rules anew, one read after the other, so that the last one sees the last change. */
  readRules(): Promise<void> {
    const read = this.#reading.then(async () => {
      const facts = this.#host.facts();
      if (!facts) return;
      const own = await this.#host.readRules(facts.site_id);
      const before = this.#rulesNow().own;
      if (JSON.stringify(own) === JSON.stringify(before)) return;
      const kept = this.#load();
      this.#host.store.setMeta("alert_rules", JSON.stringify(own));
      this.#rules = null;
      const common = defaultRule(this.#host.threshold) ?? [];
      const memories = keepMemories(kept.memories, before.concat(common), own.concat(common));
      this.#keep({ ...kept, memories });
      const now = Date.now();
      const next = this.nextAt(now);
      if (next !== null) this.#host.wakeAt(Math.max(now, next));
    });
    // A read that failed must not keep the next one from being made.
    this.#reading = read.catch(() => {});
    return read;
  }

  #look(entries: readonly Entry[], now: number): void {
    const { inForce } = this.#rulesNow();
    const facts = this.#host.facts();
    if (inForce.length === 0 || !facts) return;
    const kept = this.#load();
    if (isQuiet(inForce, kept.memories, now)) return;
    const { raised, memories } = look(inForce, this.#sources(entries, facts, now), kept.memories, now);
    if (raised.length === 0 && memories === kept.memories) return;
    const waiting = [...kept.waiting, ...raised];
    if (waiting.length > WAITING_MOST) report("alerts_lost", facts, `${waiting.length - WAITING_MOST} of the oldest`);
    this.#keep({
      memories,
      recent: [...raised.toReversed(), ...kept.recent].slice(0, ALERTS_RECENT),
      waiting: waiting.slice(-WAITING_MOST),
    });
    for (const alert of raised) this.#host.tell(alert, now);
  }

  #sources(entries: readonly Entry[], facts: SiteFacts, now: number): Sources {
    const { windows, hours, last_event_at } = this.#host.state();
    return {
      visitors_last_minute: this.#lastMinute(now).count(now),
      windows,
      hours,
      last_event_at,
      time_zone: facts.time_zone,
      baseline: this.#baselineAt(facts, now),
      entries,
    };
  }

  /** Counted as visitors come; from the sessions after a start, and when the state was made anew. */
  #lastMinute(now: number): LastMinute {
    const state = this.#host.state();
    if (this.#minute?.of !== state) {
      this.#minute = { of: state, counts: new LastMinute(state.sessions.values(), now) };
    }
    return this.#minute.counts;
  }

  /** Asked for once an hour, and only where a rule needs it. */
  #baselineAt(facts: SiteFacts, now: number): number | null {
    if (!this.#rulesNow().inForce.some(({ rule }) => rule.metric === "spike")) return null;
    const local = localHour(now, facts.time_zone);
    const hour = hourKey(local.day, local.hour);
    if (this.#baseline?.hour === hour && now < this.#baseline.until) return this.#baseline.value;
    this.#baseline = { hour, value: null, until: now + BASELINE_RETRY };
    this.#host.background(this.#readBaseline(facts, hour, now));
    return null;
  }

  async #readBaseline(facts: SiteFacts, hour: number, now: number): Promise<void> {
    try {
      const value = await this.#host.readBaseline(facts.site_id, facts.time_zone, now);
      this.#baseline = { hour, value, until: Number.POSITIVE_INFINITY };
    } catch (error) {
      report("baseline_not_read", facts, error);
    }
  }

  #waits(now: number): boolean {
    return this.#load().waiting.length > 0 && !this.#handingIn && now >= this.#retryAt;
  }

  /** Hands in what waits. What the log has is forgotten here after that, so that a lost answer leads to a repeat alone. */
  async #handIn(now: number): Promise<void> {
    const facts = this.#host.facts();
    if (!facts) return;
    this.#handingIn = true;
    const handed = this.#load().waiting;
    try {
      await this.#host.desk().take(facts.site_id, handed);
      this.#failures = 0;
      this.#retryAt = 0;
      const kept = this.#load();
      const done = new Set(handed.map(({ id }) => id));
      this.#keep({ ...kept, waiting: kept.waiting.filter(({ id }) => !done.has(id)) });
    } catch (error) {
      this.#failures++;
      this.#retryAt = now + flushBackoff(this.#failures);
      this.#host.wakeAt(this.#retryAt);
      report("alerts_not_handed_in", facts, error);
    } finally {
      this.#handingIn = false;
    }
    // What was raised meanwhile.
    if (this.#waits(now)) await this.#handIn(now);
  }

  #rulesNow() {
    if (!this.#rules) {
      const own: SiteRule[] = JSON.parse(this.#host.store.meta("alert_rules") ?? "[]");
      this.#rules = { own, inForce: rulesInForce(own, this.#host.threshold) };
    }
    return this.#rules;
  }

  #load(): Kept {
    if (this.#kept) return this.#kept;
    const text = this.#host.store.meta("alerts");
    const kept: Kept = text === null ? { memories: {}, recent: [], waiting: [] } : JSON.parse(text);
    this.#kept = kept;
    return kept;
  }

  #keep(kept: Kept): void {
    this.#host.store.setMeta("alerts", JSON.stringify(kept));
    this.#kept = kept;
  }
}

/** What of an entry is about now: events that came late are history. */
function liveOf(entry: Entry): Entry[] {
  const since = entry.at - LIVE_AGE;
  const [oldest] = entry.events;
  if (!oldest) return [];
  // They are in order of time.
  if (oldest.at > since) return [entry];
  const events = entry.events.filter(({ at }) => at > since);
  return events.length === 0 ? [] : [{ ...entry, events }];
}

const report = (event: string, { site_id }: SiteFacts, error: unknown): void =>
  logError(event, error, { site: site_id });
