import { FLUSH_INTERVAL, RIGHTS_INTERVAL } from "../../protocol/limits";
import type { AuditTrail } from "../audit-trail";
import { logError } from "../log-error";
import type { RightsWatch } from "../sockets/rights-watch";
import type { Alarm } from "./alarm";
import type { SiteAlerts } from "./alerts/site-alerts";
import type { CounterSockets } from "./counter-sockets";
import { nextDue } from "./due-sessions";
import type { Flusher } from "./flusher";
import type { DailyIdentity } from "./identity";
import type { LiveFrames } from "./live-frames";
import { HOUR_GRACE } from "./live-site";
import { expireTabs } from "./model/presence";
import { nextHourClose, nextSessionEnd } from "./model/tick";
import { nextAlarm } from "./next-alarm";
import type { OrgLinks } from "./org-links";
import type { SiteMemory } from "./site-memory";
import type { SiteMeter } from "./site-meter";
import type { SiteStore } from "./store";

/** A flush of as many batches will hardly be the last for long. */
const BUSY_ROWS = 2;

/** What time brings something for. */
export interface UpkeepHost {
  readonly alarm: Alarm;
  readonly memory: Pick<SiteMemory, "live" | "facts">;
  readonly store: Pick<SiteStore, "trimJournal">;
  readonly identity: Pick<DailyIdentity, "expire">;
  readonly flusher: Pick<Flusher, "drain" | "rows" | "waits">;
  readonly audit: Pick<AuditTrail, "flush" | "waits">;
  readonly rights: Pick<RightsWatch, "due" | "look">;
  readonly alerts: Pick<SiteAlerts, "nextAt" | "readRules" | "tick">;
  readonly counter: Pick<CounterSockets, "look" | "nextAt">;
  readonly frames: Pick<LiveFrames, "isQuiet" | "nextAt" | "tell">;
  readonly links: Pick<OrgLinks, "watched">;
  readonly meter: Pick<SiteMeter, "errors">;
  db(): D1Database;
}

/** What a site's object does when time has come, and when that is. All times in milliseconds since 1970. */
export class Upkeep {
  readonly #host: UpkeepHost;

  constructor(host: UpkeepHost) {
    this.#host = host;
  }

  /** The object has started. */
  async begin(): Promise<void> {
    const { alarm, flusher, audit } = this.#host;
    // An alarm that was set before must not be put off by what comes first now.
    const at = await alarm.read();
    const now = Date.now();
    // After a crash nobody may come by: what waits for D1 must not wait for the next visitor.
    if (at === null && (flusher.waits() || audit.waits())) await alarm.arm(now + FLUSH_INTERVAL, now);
  }

  /** Nobody knows of anything; sees for itself whether something waits. */
  async wake(): Promise<void> {
    const { alarm, alerts } = this.#host;
    if ((await alarm.read()) === null) await this.#armNext(Date.now(), false);
    // A change of which this object was not told.
    await alerts.readRules();
  }

  /** The alarm came. Never throws: what fails is tried again. */
  async alarm(): Promise<void> {
    const { alarm, flusher, audit, memory, meter } = this.#host;
    const now = Date.now();
    const busy = flusher.rows >= BUSY_ROWS;
    await alarm.begun(now, flusher.waits() || audit.waits() ? FLUSH_INTERVAL : RIGHTS_INTERVAL);
    try {
      await this.work(now);
      alarm.succeeded();
    } catch (error) {
      meter.errors.flush++;
      logError("flush_failed", error, { site: memory.facts()?.site_id, tries: alarm.failures + 1 });
      await alarm.failed(Date.now());
      return;
    }
    await this.#armNext(Date.now(), busy);
  }

  /** Does what is due, and writes everything that waits. Throws what D1 throws when it is away. */
  async work(now: number): Promise<void> {
    const { memory, store, identity, flusher, rights, alerts, counter, frames } = this.#host;
    const facts = memory.facts();
    if (!facts) return;
    const isQuiet = !flusher.waits() && frames.isQuiet(now);
    // What needs no D1 comes first: it is done also while D1 refuses.
    counter.look(now);
    identity.expire(now);
    const closed = memory.live().tick(facts, now);
    memory.live().snapshot(now);
    // Neither throws; events must not wait for them.
    const beside = Promise.all([rights.look(now), alerts.tick(now)]);
    try {
      await flusher.drain(facts, now);
      // Once an hour all of it, now that D1 has it: nothing that was raw stays longer than it has to.
      if (closed) store.trimJournal(1);
    } finally {
      await beside;
    }
    await this.#flushAudit();
    if (!isQuiet || memory.live().changes.numbers) frames.tell(now);
  }

  /** Apart from events: their flush is good whatever becomes of this, and the next one tries again. */
  async #flushAudit(): Promise<void> {
    try {
      await this.#host.audit.flush(this.#host.db());
    } catch (error) {
      logError("audit_not_written", error, { site: this.#host.memory.facts()?.site_id });
    }
  }

  /** The earliest of all that time will bring; sleeps for good when there is nothing. `busy`: a flush will be due soon. */
  async #armNext(now: number, busy: boolean): Promise<void> {
    const { alarm, memory, store, identity, flusher, audit, rights, alerts, counter, frames, links } = this.#host;
    const facts = memory.facts();
    if (!facts) return;
    const live = memory.live();
    const { state } = live;
    const flushes = flusher.waits();
    const at = nextAlarm(
      {
        waits: flushes || audit.waits(),
        snapshot: live.snapshotDue(),
        session_row: nextDue(state.sessions.values()),
        session_end: nextSessionEnd(state, now, facts.session_timeout_ms),
        hour_close: nextHourClose(state, now, HOUR_GRACE),
        salt: identity.expire(now),
        frame: frames.nextAt(now),
        presence: links.watched ? expireTabs(state.tabs, now) : null,
        rights: rights.due(now),
        alerts: alerts.nextAt(now),
        counter: counter.nextAt(now),
      },
      now,
    );
    if (at === null) store.trimJournal(1);
    await alarm.next(at, flushes || busy, now);
  }
}
