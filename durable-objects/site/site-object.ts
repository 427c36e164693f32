import { DurableObject } from "cloudflare:workers";
import { AE_LIMITS } from "../../protocol/analytics-engine";
import { CLOSE } from "../../protocol/close-codes";
import { BEHAVIOUR_DETAIL } from "../../protocol/event";
import type { DropNotice, IngestBatch, IngestResult, RateClaim, SiteFacts } from "../../protocol/ingest";
import { FLUSH_EVENTS, FLUSH_INTERVAL, FLUSH_PAUSE, FLUSH_ROWS, OUTBOX_BYTES } from "../../protocol/limits";
import type { LiveFilter, LiveSnapshot } from "../../protocol/live";
import { PROTOCOL_VERSION } from "../../protocol/version";
import { UPGRADE_HEADER } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { flushBackoff } from "./cadence";
import { dueSessions, nextDue } from "./due-sessions";
import { DailyIdentity } from "./identity";
import { LiveFrames, roomOf } from "./live-frames";
import { HOUR_GRACE, LiveSite } from "./live-site";
import type { Entry } from "./model/entry";
import { snapshotOf } from "./model/picture";
import { expireTabs } from "./model/presence";
import { hourRows, type RollupRow } from "./model/rollup";
import type { Session, SessionOpening } from "./model/session";
import { nextHourClose, nextSessionEnd } from "./model/tick";
import { Rates } from "./rate";
import { dataPoint } from "./sinks/analytics-engine";
import { writeFlush } from "./sinks/d1";
import { readEventRows } from "./sinks/events-table";
import { type FlushPlan, type OutboxRow, SiteStore } from "./store";
import { readRequest, upgradeOf, Viewers } from "./viewers";

/** Bytes of journal a flush takes at most: a D1 batch is one request. */
const FLUSH_BYTES = 4_000_000;
const ROUTE = "0";
/** A sign of life or a drop is in the snapshot after this long; nothing else of it needs to be written. */
const PRESENCE_SNAPSHOT = 60_000;
/** An alarm that is this late will not come any more. */
const ALARM_LATE = 10_000;
/** An alarm that is set this much earlier than needed is left alone. */
const ALARM_EARLY = 1_000;
/** Bytes of waiting events that one read gets at most. */
const READ_BYTES = 8_000_000;

/** What a read by session gets from the object: the session as it stands, and events that D1 does not have yet. */
export interface SessionTail {
  session: Session | null;
  events: WaitingEvent[];
}

/** A row of a day table that D1 does not have yet, by column. */
export type WaitingEvent = Record<string, unknown>;

/** A plan, if there is something to write, with its rows of the journal. */
interface Cut {
  plan: FlushPlan | null;
  rows: OutboxRow[];
}

/** One site: takes batches, keeps its live state, writes to D1, tells its viewers. Decisions are in `model/`. */
export class SiteObject extends DurableObject<Env> {
  readonly #store: SiteStore;
  readonly #identity: DailyIdentity;
  readonly #viewers: Viewers;
  readonly #frames: LiveFrames;
  readonly #rates = new Rates();
  #site: LiveSite | null = null;
  #facts: SiteFacts | null = null;
  #alarmAt: number | null = null;
  #failures = 0;
  /** D1 refused; no flush before. */
  #notBefore = 0;
  #draining: Promise<void> | null = null;
  #flushAt: number | null = null;
  #drainedAt = 0;
  #outbox = { events: 0, bytes: 0 };
  /** Data points written in this invocation. */
  #mirrored = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SiteStore(ctx.storage.sql);
    this.#identity = new DailyIdentity(this.#store);
    this.#viewers = new Viewers(ctx);
    this.#frames = new LiveFrames(
      {
        live: () => this.#live(),
        facts: () => this.#facts,
        wakeAt: (at) => ctx.waitUntil(this.#arm(at)),
      },
      this.#viewers,
    );
    const facts = this.#store.meta("facts");
    if (facts) this.#facts = JSON.parse(facts);
    ctx.blockConcurrencyWhile(async () => {
      // An alarm that was set before must not be put off by what comes first now.
      this.#alarmAt = await ctx.storage.getAlarm();
      // After a crash nobody may come by: what waits for D1 must not wait for the next visitor.
      if (this.#alarmAt === null && this.#waits()) await this.#arm(Date.now() + FLUSH_INTERVAL);
    });
  }

  // Ingest ------------------------------------------------------------------------------------------------------------

  /** Counts a batch once, durably: resolves after the journal is written. */
  async ingest(batch: IngestBatch): Promise<IngestResult> {
    const now = batch.received_at;
    this.#learn(batch.site);
    if (batch.rate) {
      const wait = this.#rates.take(batch.rate, batch.site.rate_limit, now);
      if (wait > 0) {
        await this.#tooMany(batch.site, batch.rate, batch.events.length, now);
        return { ok: false, code: "rate_limited", retry_after_s: wait };
      }
    }
    const live = this.#live();
    if (this.#outbox.bytes > OUTBOX_BYTES / 2 && !this.#makeRoom(batch)) {
      const { site, events } = batch;
      const example = "Too much waits for the database";
      await this.dropped({ site, reason: "unavailable", count: events.length, example, at: now });
      return { ok: false, code: "unavailable", retry_after_s: 30 };
    }
    const result = this.#orForget(() => live.ingest(batch, () => crypto.randomUUID()));
    this.#outbox.bytes += result.bytes;
    this.#outbox.events += result.count;
    if (result.count > 0) {
      this.#flushAt ??= now + FLUSH_INTERVAL;
      const many = this.#outbox.events >= FLUSH_EVENTS;
      await this.#arm(many ? Math.min(this.#flushAt, Math.max(now, this.#drainedAt + FLUSH_PAUSE)) : this.#flushAt);
    } else if (result.touched) await this.#arm(now + PRESENCE_SNAPSHOT);
    this.#frames.tell(now);
    const session_id = result.entries.at(-1)?.session_id ?? this.#sessionOf(batch);
    return {
      ok: true,
      count: result.count,
      session_id,
      route: ROUTE,
      started_at: live.state.sessions.get(session_id ?? "")?.started_at ?? null,
    };
  }

  /** `POST /api/v1/sessions`: a session that the sender will name from now on. */
  async openSession(
    facts: SiteFacts,
    session_id: string,
    opening: Omit<SessionOpening, "visitor_id" | "id_mode" | "named">,
    rate: RateClaim,
    now: number,
  ): Promise<{ ok: true; started_at: number } | { ok: false; retry_after_s: number }> {
    this.#learn(facts);
    // The caller may ask again after a lost answer: the same name is the same session.
    const had = this.#live().state.sessions.get(session_id);
    if (had) return { ok: true, started_at: had.started_at };
    const wait = this.#rates.take(rate, facts.rate_limit, now);
    if (wait > 0) {
      await this.#tooMany(facts, rate, 1, now);
      return { ok: false, retry_after_s: wait };
    }
    const visitor_id = opening.user_id === null ? `s:${session_id}` : `u:${opening.user_id}`;
    this.#outbox.bytes += this.#live().open(
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
    this.#flushAt ??= now + FLUSH_INTERVAL;
    await this.#arm(this.#flushAt);
    this.#frames.tell(now);
    return { ok: true, started_at: now };
  }

  /** What the Worker dropped on purpose or refused. */
  async dropped(notice: DropNotice): Promise<void> {
    this.#learn(notice.site);
    this.#live().drop(notice);
    await this.#arm(notice.at + PRESENCE_SNAPSHOT);
    this.#frames.tell(notice.at);
  }

  /** Tells the owner of a request beyond its rate. */
  #tooMany(site: SiteFacts, { by }: RateClaim, events: number, at: number): Promise<void> {
    return this.dropped({ site, reason: "rate_limited", count: Math.max(1, events), example: by, at });
  }

  /** Near the cap page views go before detail; true if the batch may come in. */
  #makeRoom(batch: IngestBatch): boolean {
    if (this.#outbox.bytes > OUTBOX_BYTES) return false;
    return batch.events.length === 0 || !batch.events.every((event) => BEHAVIOUR_DETAIL.includes(event.type));
  }

  /** The session that answers a batch in which nothing was new. */
  #sessionOf(batch: IngestBatch): string | null {
    if (batch.sender.kind === "anonymous") return null;
    if (batch.sender.session_id !== undefined) return batch.sender.session_id;
    return this.#live().state.tabs.get(batch.sender.tab ?? "")?.session_id ?? null;
  }

  // Reading -----------------------------------------------------------------------------------------------------------

  picture(facts: SiteFacts, filter: LiveFilter): LiveSnapshot {
    this.#learn(facts);
    const now = Date.now();
    return snapshotOf(this.#live().state, facts.site_id, now, facts.time_zone, filter);
  }

  /** Rollups that D1 does not have yet: open hours, and closed ones that wait for a flush. */
  openRollups(): RollupRow[] {
    const rows = this.#store.closedHours().rollups;
    for (const hour of this.#live().state.hours.values()) rows.push(...hourRows(hour));
    return rows;
  }

  /** Number of the last batch that D1 has: a reader of both sees by it whether something moved from here to there meanwhile. */
  flushedBatch(): number {
    return this.#store.nextBatch() - 1;
  }

  /** Wakes the object, which sees for itself whether something waits. For the cron: an alarm should never be missing. */
  async wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.#armNext(Date.now());
  }

  sessionTail(session_id: string): SessionTail {
    const session = this.#live().state.sessions.get(session_id) ?? null;
    const rows = this.#store.mentioning(session_id).flatMap(readEventRows);
    return { session, events: rows.filter((row) => row.session_id === session_id) };
  }

  /** Sessions of which D1 has no row or an older one. */
  unstoredSessions(): Session[] {
    return [...this.#live().state.sessions.values()].filter((s) => s.rev !== s.stored_rev);
  }

  /** Rows of events accepted and not yet in D1, as it will answer them; the newest where very much waits. */
  unflushedEvents(): WaitingEvent[] {
    return this.#store.newest(READ_BYTES).flatMap(readEventRows);
  }

  // Flush -------------------------------------------------------------------------------------------------------------

  override async alarm(): Promise<void> {
    const now = Date.now();
    // First: whatever happens below, this object wakes again. Alarm retries of the platform run out.
    // As late as the next flush would be, so that on a busy site one alarm does for both.
    await this.#setAlarm(now + Math.max(FLUSH_INTERVAL, flushBackoff(this.#failures + 1)));
    try {
      await this.#work(now);
      this.#failures = 0;
      this.#notBefore = 0;
    } catch (error) {
      this.#failures++;
      console.error(
        JSON.stringify({
          level: "error",
          event: "flush_failed",
          site: this.#facts?.site_id,
          tries: this.#failures,
          message: error instanceof Error ? error.message.slice(0, 300) : String(error),
        }),
      );
      // Traffic must not make a refusing D1 be asked more often.
      this.#notBefore = Date.now() + flushBackoff(this.#failures);
      await this.#setAlarm(this.#notBefore);
      return;
    }
    await this.#armNext(Date.now());
  }

  /** Writes everything that waits. For tests and for shutting down in order. */
  async flush(): Promise<void> {
    await this.#work(Date.now());
  }

  async #work(now: number): Promise<void> {
    const facts = this.#facts;
    if (!facts) return;
    this.#mirrored = 0;
    // What needs no D1 comes first: it is done also while D1 refuses.
    this.#identity.expire(now);
    this.#live().tick(facts, now);
    this.#live().snapshot(now, !this.#waits());
    await this.#drain(facts, now);
    this.#frames.tell(now);
  }

  async #drain(facts: SiteFacts, now: number): Promise<void> {
    while (this.#draining) await this.#draining;
    this.#draining = this.#drainAll(facts, now);
    try {
      await this.#draining;
    } catch (error) {
      this.#outbox = this.#store.unflushed();
      throw error;
    } finally {
      this.#draining = null;
    }
  }

  async #drainAll(facts: SiteFacts, now: number): Promise<void> {
    // What comes in meanwhile waits for its own flush: under load this would never end, and batches would be tiny.
    const until = this.#store.lastN();
    this.#outbox.events = 0;
    this.#flushAt = null;
    this.#drainedAt = now;
    // After a refusal events and sessions are judged apart, and sessions in ever smaller groups: what is good must pass.
    let apart = false;
    let most = Number.POSITIVE_INFINITY;
    for (;;) {
      const { plan, rows } = this.#openPlan() ?? this.#cutPlan(until, now);
      const all = dueSessions(this.#live().state.sessions.values(), now);
      const due = plan && apart ? [] : all.slice(0, most);
      if (!plan && due.length === 0) break;
      const stored = due.map(({ session_id, rev }) => ({ session_id, rev }));
      const written = await writeFlush(this.env.DB, {
        object: this.ctx.id.toString(),
        site_id: facts.site_id,
        plan: plan ?? { batch: 0, from: 0, to: 0, hours_to: 0, at: now },
        events: rows.reduce((sum, { events }) => sum + events, 0),
        rows,
        hours: plan ? this.#store.closedHours(plan.hours_to) : { rollups: [], windows: [] },
        sessions: due,
        now,
      });
      // Memory may have been rebuilt while D1 was working.
      const live = this.#live();
      if (written === "refused" && due.length > 0 && plan) apart = true;
      else if (written === "refused" && plan) this.#report("flush_refused", this.#narrow(plan, now));
      else if (written === "refused" && due.length > 1) most = Math.ceil(due.length / 2);
      else if (written === "refused") live.sessionsStored(this.#report("session_refused", stored), now);
      else {
        if (plan) this.#mirror(facts, plan);
        this.ctx.storage.transactionSync(() => {
          if (plan) this.#store.finishFlush(plan);
        });
        for (const { bytes } of rows) this.#outbox.bytes -= bytes;
        // An earlier try was applied with the sessions as they were then: these are still to be written.
        if (written === "written") live.sessionsStored(stored, now);
      }
    }
  }

  #narrow(plan: FlushPlan, now: number) {
    const narrowed = this.ctx.storage.transactionSync(() => this.#store.narrow(plan, now));
    this.#outbox = this.#store.unflushed();
    return narrowed;
  }

  /** One line for the owner's log about what D1 will never take; answers what it was told. */
  #report<T>(event: string, what: T): T {
    console.error(JSON.stringify({ level: "error", event, site: this.#facts?.site_id, what }));
    return what;
  }

  /** What an earlier try wrote down and D1 may or may not have. */
  #openPlan(): Cut | null {
    const plan = this.#store.openPlan();
    return plan && { plan, rows: this.#store.outbox(plan.from, plan.to) };
  }

  #cutPlan(until: number, now: number): Cut {
    const from = this.#store.flushedN();
    const to = this.#store.boundary(from, until, FLUSH_ROWS, FLUSH_BYTES) ?? from;
    const hours_to = this.#store.lastClosedHours();
    if (to === from && hours_to === 0) return { plan: null, rows: [] };
    const plan: FlushPlan = { batch: this.#store.nextBatch(), from, to, hours_to, at: now };
    this.#store.beginFlush(plan);
    return { plan, rows: this.#store.outbox(from, to) };
  }

  /** The optional mirror: within the limits of one invocation, never waited for, never tried again. */
  #mirror(facts: SiteFacts, plan: FlushPlan): void {
    const dataset = this.env.AE;
    if (!dataset) return;
    try {
      // As many batches at once as can have points left: reading them is most of the work.
      const left = AE_LIMITS.points_per_invocation - this.#mirrored;
      for (const { entries } of this.#store.journal(plan.from, Math.min(plan.to, plan.from + left))) {
        for (const entry of entries) this.#mirrorEntry(dataset, facts, entry);
      }
    } catch (error) {
      // The book of record has everything; the mirror may miss some.
      this.#report("mirror_failed", String(error));
    }
  }

  #mirrorEntry(dataset: AnalyticsEngineDataset, facts: SiteFacts, entry: Entry): void {
    const session = this.#site?.state.sessions.get(entry.session_id ?? "");
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

  // Alarm -------------------------------------------------------------------------------------------------------------

  async #arm(wanted: number): Promise<void> {
    const now = Date.now();
    // One that is long past was given up by the platform: what waits must not wait for the cron.
    const lost = this.#alarmAt !== null && this.#alarmAt < now - ALARM_LATE;
    const at = Math.max(wanted, this.#notBefore, lost ? now : 0);
    if (this.#alarmAt !== null && !lost && this.#alarmAt <= at) return;
    await this.#setAlarm(at);
  }

  async #setAlarm(at: number): Promise<void> {
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  /** True if something of the journal is to be written to D1. */
  #waits(): boolean {
    return this.#store.openPlan() !== null || this.#store.lastN() > this.#store.flushedN();
  }

  /** The earliest of all that time will bring; sleeps for good when there is nothing. */
  async #armNext(now: number): Promise<void> {
    const facts = this.#facts;
    if (!facts) return;
    const live = this.#live();
    const { state } = live;
    const waits = this.#waits();
    const times = [
      waits ? now + FLUSH_INTERVAL : null,
      live.snapshotDue(!waits),
      fullMinute(nextDue(state.sessions.values())),
      fullMinute(nextSessionEnd(state, now, facts.session_timeout_ms)),
      nextHourClose(state, now, HOUR_GRACE),
      this.#identity.expire(now),
      this.#viewers.count > 0 ? expireTabs(state.tabs, now) : null,
    ].filter((at) => at !== null);
    const had = this.#alarmAt;
    this.#alarmAt = null;
    if (times.length === 0) return this.ctx.storage.deleteAlarm();
    const at = Math.max(now + 1_000, Math.min(...times));
    // Every change of the alarm is a row written.
    if (had !== null && had > now && had <= at && (waits || at - ALARM_EARLY <= had)) this.#alarmAt = had;
    else await this.#arm(at);
  }

  // Viewers -----------------------------------------------------------------------------------------------------------

  /** The upgrade of a viewer whom the Worker has authorized. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = upgradeOf(request.headers.get(UPGRADE_HEADER));
    if (!upgrade) return new Response("Not an upgrade of a viewer.", { status: 400 });
    const { viewer, site } = upgrade;
    this.#learn(site);
    const now = Date.now();
    const offered = request.headers.get("Sec-WebSocket-Protocol") !== null;
    const { response, socket } = this.#viewers.accept(viewer, offered);
    this.#viewers.send(socket, {
      type: "hello",
      data: { protocol: PROTOCOL_VERSION, at: now, user_id: viewer.user_id, rooms: viewer.rooms },
    });
    this.#frames.sendSnapshot(socket, site, now);
    this.#logViewers("viewer_connected");
    this.#frames.welcome(socket, now);
    this.#frames.watchPresence(now);
    return response;
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (!this.#viewers.mayTalk(socket, Date.now())) {
      this.#viewers.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.");
      return;
    }
    const request = readRequest(message);
    if (request === "unreadable") {
      this.#viewers.close(socket, CLOSE.unreadable, "Not a message of this protocol.");
      return;
    }
    if (request === "unknown") {
      const message = "This server does not know such a message.";
      this.#viewers.send(socket, { type: "error", data: { code: "unknown_message", message } });
      return;
    }
    switch (request.type) {
      case "ping":
        this.#viewers.send(socket, { type: "pong" });
        return;
      case "subscribe": {
        const foreign = request.rooms.filter((room) => !this.#isRoom(room));
        if (foreign.length > 0) {
          const message = "This socket belongs to one site. Open one for the organization to join other rooms.";
          this.#viewers.send(socket, { type: "error", data: { code: "use_org", message } });
        } else if (this.#facts) this.#frames.sendSnapshot(socket, this.#facts, Date.now());
        return;
      }
      case "unsubscribe":
        return;
      default:
        request satisfies never;
    }
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#viewers.answerClose(socket, code);
    this.#tellGone();
  }

  override webSocketError(socket: WebSocket): void {
    this.#viewers.close(socket, 1011, "");
    this.#tellGone();
  }

  #logViewers(event: string): void {
    if (this.env.LOG_REQUESTS !== "1") return;
    const viewers = this.#viewers.count;
    console.log(JSON.stringify({ level: "info", event, site: this.#facts?.site_id, viewers }));
  }

  #tellGone(): void {
    this.#logViewers("viewer_disconnected");
    this.#frames.farewell(Date.now());
  }

  #room(): string {
    return roomOf(this.#facts?.site_id ?? "");
  }

  #isRoom(room: string): boolean {
    return room.replace(/^building:/, "site:") === this.#room();
  }

  // State -------------------------------------------------------------------------------------------------------------

  #live(): LiveSite {
    if (!this.#site) {
      this.#site = new LiveSite(this.#store, this.#identity, this.#facts?.time_zone ?? "UTC", (work) =>
        this.#orForget(() => this.ctx.storage.transactionSync(work)),
      );
      this.#outbox = this.#store.unflushed();
    }
    return this.#site;
  }

  /** What did not reach storage may stand in memory, which is then rebuilt from what is durable. */
  #orForget<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#site = null;
      this.#frames.forget();
      throw error;
    }
  }

  #learn(facts: SiteFacts): void {
    const known = this.#facts;
    if (
      known &&
      known.site_id === facts.site_id &&
      known.org_id === facts.org_id &&
      known.time_zone === facts.time_zone &&
      known.session_timeout_ms === facts.session_timeout_ms &&
      known.rate_limit === facts.rate_limit
    ) {
      return;
    }
    // Known is only what is stored: without it a new start would not know what waits here.
    this.#store.setMeta("facts", JSON.stringify(facts));
    this.#facts = facts;
  }
}

/** What is not urgent waits for the full minute: there the sessions of a busy site come together, or a flush comes before. */
function fullMinute(at: number | null): number | null {
  return at === null ? null : Math.ceil(at / 60_000) * 60_000;
}
