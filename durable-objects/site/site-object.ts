import { DurableObject } from "cloudflare:workers";
import { ALERT_FRESH } from "../../protocol/alerts";
import { CLOSE } from "../../protocol/close-codes";
import type { CounterCounts, LeafNews, LeafReply } from "../../protocol/counter";
import { BEHAVIOUR_DETAIL } from "../../protocol/event";
import type { Frame } from "../../protocol/frame";
import {
  type DropNotice,
  type GatheredResult,
  type IngestBatch,
  type IngestOutcome,
  type IngestResult,
  type RateClaim,
  SiteFacts,
} from "../../protocol/ingest";
import { FLUSH_INTERVAL, OUTBOX_BYTES } from "../../protocol/limits";
import type { LiveFilter, LiveSnapshot } from "../../protocol/live";
import type { DashboardAction } from "../../protocol/live-messages";
import type { SiteReport, WatchRequest } from "../../protocol/org";
import { roomOf } from "../../protocol/rooms";
import type { SiteStatus } from "../../protocol/status";
import { SocketTag, UPGRADE_HEADER, Upgrade } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { type AuditRow, AuditTrail } from "../audit-trail";
import { failureOf } from "../call-failure";
import { leafStub } from "../leaf/stub";
import { orgStub } from "../org/stub";
import { Beat } from "../sockets/beat";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { RightsWatch } from "../sockets/rights-watch";
import { upgradeOf } from "../sockets/upgrade-of";
import { ViewerGate, viewerTags } from "../sockets/viewer-gate";
import { Viewers } from "../sockets/viewers";
import { Alarm } from "./alarm";
import { deskOf } from "./alerts/desk";
import { readBaseline, readRules } from "./alerts/read-rules";
import { SiteAlerts } from "./alerts/site-alerts";
import { COUNTER_LIMITS } from "./counter-leaves";
import { CounterSockets } from "./counter-sockets";
import { nextDue } from "./due-sessions";
import { Flusher } from "./flusher";
import { DailyIdentity } from "./identity";
import { LiveFrames } from "./live-frames";
import { HOUR_GRACE, LiveSite } from "./live-site";
import { thresholdOf } from "./model/alerts/rule";
import { LeafDemand } from "./model/leaf-demand";
import { snapshotOf, totalsOf } from "./model/picture";
import { expireTabs } from "./model/presence";
import { hourRows, type RollupRow } from "./model/rollup";
import type { Session, SessionOpening } from "./model/session";
import { nextHourClose, nextSessionEnd } from "./model/tick";
import { type Due, nextAlarm } from "./next-alarm";
import { OrgLinks } from "./org-links";
import { Rates } from "./rate";
import { readEventRows } from "./sinks/events-table";
import { SiteMeter } from "./site-meter";
import { statusOf } from "./site-status";
import { kindByAttachment, type SocketKind } from "./socket-kind";
import { SiteStore } from "./store";
import { ViewerSockets } from "./viewer-sockets";
import type { ReadVisitorMessage } from "./visitor-message";
import { VisitorSockets } from "./visitor-sockets";

/** A sign of life or a drop is in the snapshot after this long; nothing else of it needs to be written. */
const PRESENCE_SNAPSHOT = 60_000;
/** A flush of as many batches will hardly be the last for long. */
const BUSY_ROWS = 2;
/** Bytes of waiting events that one read gets at most. */
const READ_BYTES = 8_000_000;

/** What a read by session gets from the object: the session as it stands, and events that D1 does not have yet. */
export interface SessionTail {
  session: Session | null;
  events: WaitingEvent[];
}

/** A row of a day table that D1 does not have yet, by column. */
export type WaitingEvent = Record<string, unknown>;

/** One site: takes batches, keeps its live state, writes to D1, tells its viewers. Decisions are in `model/`. */
export class SiteObject extends DurableObject<Env> {
  readonly #store: SiteStore;
  readonly #identity: DailyIdentity;
  readonly #viewers: Viewers;
  readonly #frames: LiveFrames;
  readonly #links: OrgLinks;
  readonly #rights: RightsWatch;
  readonly #flusher: Flusher;
  readonly #counter: CounterSockets;
  readonly #visitors: VisitorSockets;
  readonly #alerts: SiteAlerts;
  readonly #audit: AuditTrail;
  /** By the tag of the socket. */
  readonly #sockets: Record<Upgrade["kind"], SocketKind>;
  readonly #rates = new Rates();
  readonly #kinds = new WeakMap<WebSocket, Upgrade["kind"]>();
  readonly #gate = new ViewerGate({
    tagged: (tag) => this.#viewers.tagged(tag),
    all: () => this.#viewers.count,
    most: () => this.env.VIEWER_SOCKETS,
  });
  readonly #meter = new SiteMeter(Date.now());
  readonly #alarm: Alarm;
  readonly #demand = new LeafDemand();
  #site: LiveSite | null = null;
  #facts: SiteFacts | null = null;

  constructor(ctx: DurableObjectState, env: Env, readVisitorMessage: ReadVisitorMessage) {
    super(ctx, env);
    this.#alarm = new Alarm(ctx.storage);
    this.#store = new SiteStore(ctx.storage.sql);
    this.#audit = new AuditTrail(ctx.storage.sql);
    this.#identity = new DailyIdentity(this.#store);
    const host = {
      live: () => this.#live(),
      facts: () => this.#facts,
      wakeAt: (at: number) => ctx.waitUntil(this.#arm(at)),
    };
    this.#links = new OrgLinks({
      ...host,
      read: () => this.#store.meta("watch"),
      write: (value) => this.#store.writeMeta("watch", value),
      tell: (org_id, relay, news) => orgStub(env, org_id, relay).hear(news),
      sendPicture: (link, now) => {
        if (this.#facts) this.#frames.sendSnapshot((beat) => link.passOn(beat.passed(true), now), this.#facts, now);
      },
      audience: (more, now) => this.#frames.audience(more, now),
      log: (message) => this.#logFailure("report_failed", message),
    });
    this.#viewers = new Viewers(ctx, (told) => {
      this.#links.passOn(told instanceof Beat ? told.passed(false) : told, Date.now());
    });
    this.#frames = new LiveFrames(
      {
        ...host,
        alerts: (now) => this.#alerts.since(now - ALERT_FRESH),
        links: this.#links,
        framed: (ms) => this.#meter.framed(ms),
      },
      this.#viewers,
    );
    this.#rights = new RightsWatch({
      viewers: this.#viewers,
      db: () => this.env.DB,
      site: () => this.#facts?.site_id ?? null,
      log: (message) => this.#logFailure("rights_unknown", message),
    });
    this.#flusher = new Flusher({
      object: ctx.id.toString(),
      store: this.#store,
      env: () => this.env,
      live: () => this.#live(),
      transaction: (work) => ctx.storage.transactionSync(work),
      measured: (ms) => this.#meter.wroteD1(ms),
    });
    this.#alerts = new SiteAlerts({
      store: this.#store,
      threshold: thresholdOf(env.ALERT_THRESHOLD),
      state: () => this.#live().state,
      facts: () => this.#facts,
      desk: () => deskOf(ctx),
      readRules: (site_id) => readRules(this.env.DB, site_id),
      readBaseline: (...hour) => readBaseline(this.env.DB, ...hour),
      tell: (alert, at) => this.#frames.tellAlert(alert, at),
      wakeAt: (at) => ctx.waitUntil(this.#arm(at)),
      background: (work) => ctx.waitUntil(work),
    });
    const watched = {
      facts: () => this.#facts,
      picture: (facts: SiteFacts, filter: LiveFilter) => this.picture(facts, filter),
      record: (row: AuditRow) => this.#record(row),
      failed: (message: string) => this.#logFailure("viewer_message_failed", message),
      log: (event: string, viewers: number) => this.#logSockets(event, viewers),
    };
    this.#counter = new CounterSockets(
      {
        sockets: () => this.#open("counter"),
        hibernate: (socket) => this.#hibernate(socket, "counter"),
        joins: (claim, limit, now) => this.#rates.take(claim, limit, now),
        order: async (index, order) => leafStub(env, this.#facts?.site_id ?? "", index).counterOrder(order),
        read: () => this.#store.meta("counter_leaves"),
        write: (value) => this.#store.writeMeta("counter_leaves", value),
        wakeAt: host.wakeAt,
        log: watched.log,
        failed: (message) => this.#logFailure("leaf_not_reached", message),
      },
      COUNTER_LIMITS,
    );
    this.#visitors = new VisitorSockets({
      sockets: () => this.#open("visitor"),
      hibernate: (socket) => this.#hibernate(socket, "visitor"),
      lastPing: (socket) => ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null,
      live: () => this.#live(),
      facts: () => this.#facts,
      dailyIds: (site, address, user_agent, now) =>
        this.#identity.idsOf(site.site_id, address, user_agent, now, site.time_zone),
      takes: (claim, limit, now, by) => this.#rates.take(claim, limit, now, by),
      read: (visitor, text, now) => readVisitorMessage(this.env, visitor, text, now),
      // What comes by a socket comes here, however many leaves there are.
      ingest: (batch) => this.#ingest(batch, 0),
      dropped: (notice) => this.dropped(notice),
      wrote: (bytes, now) => ctx.waitUntil(this.#arm(this.#flusher.add(0, bytes, now))),
      tell: (now) => this.#frames.tell(now),
    });
    this.#sockets = {
      viewer: new ViewerSockets(watched, this.#viewers, this.#frames),
      counter: this.#counter,
      visitor: this.#visitors,
    };
    const facts = this.#store.meta("facts");
    if (facts) this.#facts = SiteFacts.parse(JSON.parse(facts));
    ctx.blockConcurrencyWhile(async () => {
      // An alarm that was set before must not be put off by what comes first now.
      const alarm = await this.#alarm.read();
      // After a crash nobody may come by: what waits for D1 must not wait for the next visitor.
      if (alarm === null && (this.#flusher.waits() || this.#audit.waits()))
        await this.#arm(Date.now() + FLUSH_INTERVAL);
    });
  }

  // Ingest ------------------------------------------------------------------------------------------------------------

  /** Counts a batch once, durably: resolves after the journal is written. */
  ingest(batch: IngestBatch): Promise<IngestResult> {
    return this.#ingest(batch, 1);
  }

  /** `requests`: that came for it and could have come by a leaf. */
  async #ingest(batch: IngestBatch, requests: number): Promise<IngestResult> {
    const leaves = this.#leaves(batch.site, requests);
    const { outcome, wakeAt } = this.#take(batch);
    if (wakeAt !== null) await this.#arm(wakeAt);
    this.#frames.tell(batch.received_at);
    return { ...outcome, leaves };
  }

  /**
   * The same for batches that a leaf gathered, in their order and in one turn, so that one write makes all of them durable.
   * One that fails is told so; the others are taken all the same. With `rate` they are of one request, which counts once
   * against it: they are all taken or, where that is spent, all refused.
   */
  async ingestAll(batches: IngestBatch[], rate?: RateClaim): Promise<GatheredResult[]> {
    const [first] = batches;
    if (!first) return [];
    const leaves = this.#leaves(first.site, rate ? 1 : batches.length);
    if (rate) {
      this.#learn(first.site);
      const count = batches.reduce((sum, { events }) => sum + events.length, 0);
      const refused = this.#refuse({ ...first, rate }, count);
      if (refused) {
        await this.#arm(refused.wakeAt);
        this.#frames.tell(first.received_at);
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
    if (wakeAt < Number.POSITIVE_INFINITY) await this.#arm(wakeAt);
    this.#frames.tell(Math.max(...batches.map(({ received_at }) => received_at)));
    return results;
  }

  /** Takes account of requests that came; answers how many leaves there should be for the next ones. */
  #leaves(site: SiteFacts, requests: number): number {
    const now = Date.now();
    this.#demand.count(requests, now);
    return Math.max(leavesOf(site) ?? 1, this.#demand.leaves(now));
  }

  /** Decides and writes a batch at once. Answers also when the object has to wake for it. */
  #take(batch: IngestBatch): { outcome: IngestOutcome; wakeAt: number | null } {
    const { site, events, received_at: now } = batch;
    this.#learn(site);
    const refused = this.#refuse(batch, events.length);
    if (refused) return refused;
    const live = this.#live();
    if (this.#flusher.bytes > OUTBOX_BYTES / 2 && !this.#makeRoom(batch)) {
      const example = "Too much waits for the database";
      const wakeAt = this.#drop({ site, reason: "unavailable", count: events.length, example, at: now });
      return { outcome: { ok: false, code: "unavailable", retry_after_s: 30 }, wakeAt };
    }
    const taken = this.#orForget(() => live.ingest(batch, () => crypto.randomUUID()));
    const { entries, count, bytes, touched } = taken;
    this.#alerts.note(entries, now);
    const wakeAt = count > 0 ? this.#flusher.add(count, bytes, now) : touched ? now + PRESENCE_SNAPSHOT : null;
    this.#meter.answered(count, now, Date.now());
    const session_id = entries.at(-1)?.session_id ?? this.#sessionOf(batch);
    const started_at = live.state.sessions.get(session_id ?? "")?.started_at ?? null;
    return { outcome: { ok: true, count, session_id, started_at }, wakeAt };
  }

  /** Counts a request of `count` events against its rate; what is answered where that is spent. */
  #refuse({ site, rate, received_at: now }: IngestBatch, count: number) {
    const wait = rate ? this.#rates.take(rate, site.rate_limit, now) : 0;
    if (!rate || wait === 0) return null;
    const wakeAt = this.#drop(tooOften(site, rate.by, count, now));
    return { outcome: { ok: false, code: "rate_limited", retry_after_s: wait } satisfies IngestOutcome, wakeAt };
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
    const wait = await this.takeRate(facts, rate, now);
    if (wait > 0) return { ok: false, retry_after_s: wait };
    const visitor_id = opening.user_id === null ? `s:${session_id}` : `u:${opening.user_id}`;
    const bytes = this.#live().open(
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
    await this.#arm(this.#flusher.add(0, bytes, now));
    this.#frames.tell(now);
    return { ok: true, started_at: now };
  }

  /** Keeps what a member did until D1 has it; false where too much waits. */
  async #record(row: AuditRow): Promise<boolean> {
    if (!this.#audit.add(row)) return false;
    await this.#arm(row.at + FLUSH_INTERVAL);
    return true;
  }

  /** What the Worker dropped on purpose or refused. */
  async dropped(notice: DropNotice): Promise<void> {
    this.#learn(notice.site);
    await this.#arm(this.#drop(notice));
    this.#frames.tell(notice.at);
  }

  /** Counts what was left out; answers when that has to be in the snapshot. */
  #drop(notice: DropNotice): number {
    this.#live().drop(notice);
    return notice.at + PRESENCE_SNAPSHOT;
  }

  /** Counts a request against its rate: 0, or the seconds after which to come again, of which the owner is told. */
  async takeRate(site: SiteFacts, rate: RateClaim, at: number): Promise<number> {
    const wait = this.#rates.take(rate, site.rate_limit, at);
    if (wait > 0) await this.dropped(tooOften(site, rate.by, 1, at));
    return wait;
  }

  /** Near the cap page views go before detail; true if the batch may come in. */
  #makeRoom(batch: IngestBatch): boolean {
    if (this.#flusher.bytes > OUTBOX_BYTES) return false;
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
    const snapshot = snapshotOf(this.#live().state, facts.site_id, now, facts.time_zone, filter);
    return { ...snapshot, alerts: this.#alerts.recent() };
  }

  /** The same with no sessions and no feed. */
  totals(facts: SiteFacts, filter: LiveFilter): LiveSnapshot {
    this.#learn(facts);
    return totalsOf(this.#live().state, facts.site_id, Date.now(), facts.time_zone, filter);
  }

  /** How the object is, for its owner and for monitoring. */
  async status(): Promise<SiteStatus> {
    const atLeaves = { viewer: 0, visitor: 0, counter: await this.#counter.atLeaves() };
    const open = SocketTag.options.map((kind) => [kind, this.ctx.getWebSockets(kind).length + atLeaves[kind]]);
    const source = {
      store: this.#store,
      meter: this.#meter,
      state: this.#live().state,
      time_zone: this.#facts?.time_zone ?? "UTC",
      leaves: Math.max(this.#facts?.leaves ?? 1, this.#demand.leaves(Date.now())),
      open: Object.fromEntries(open),
      viewers: this.#viewers,
      elsewhere: { room: roomOf(this.#facts?.site_id ?? ""), viewers: this.#links.viewers.all },
      failures: this.#alarm.failures,
      notBefore: this.#alarm.notBefore,
      storage_bytes: this.ctx.storage.sql.databaseSize,
    };
    return statusOf(source, Date.now());
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
    if ((await this.#alarm.read()) === null) await this.#armNext(Date.now());
    // A change of which this object was not told.
    await this.#alerts.readRules();
  }

  /** Its rules changed in D1. Resolves when they hold. */
  async alertRulesChanged(facts: SiteFacts): Promise<void> {
    this.#learn(facts);
    await this.#alerts.readRules();
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

  /** How many have the public counter open. */
  counterCounts(): Promise<CounterCounts> {
    return this.#counter.counts();
  }

  /** A leaf tells who came to its streams and who left. */
  counterLeaf(index: number, news: LeafNews): LeafReply {
    return this.#counter.hear(index, news, Date.now());
  }

  /** The page of this counter stream is being left. */
  leaveCounter(stream: string): void {
    this.#counter.leave(stream, Date.now());
  }

  // Watching from elsewhere --------------------------------------------------------------------------------------------

  /** The organization's object wants to hear of this site. Answers what there is now; null before the site's first event. */
  watch(request: WatchRequest): SiteReport | null {
    return this.#links.watch(request, Date.now());
  }

  /** What a viewer of this site did who is held by one of the organization's objects, for the others in the room. */
  acted(relay: number, data: DashboardAction): void {
    const now = Date.now();
    const room = roomOf(this.#facts?.site_id ?? "");
    const type = "dashboard_action";
    const text = JSON.stringify({ type, room, data } satisfies Frame);
    this.#viewers.broadcastText(room, type, text, now);
    this.#links.passOn({ type, text }, now, relay);
  }

  // Flush -------------------------------------------------------------------------------------------------------------

  override async alarm(): Promise<void> {
    const now = Date.now();
    const busy = this.#flusher.rows >= BUSY_ROWS;
    await this.#alarm.begun(now);
    try {
      await this.#work(now);
      this.#alarm.succeeded();
    } catch (error) {
      this.#meter.errors.flush++;
      console.error(
        JSON.stringify({
          level: "error",
          event: "flush_failed",
          site: this.#facts?.site_id,
          tries: this.#alarm.failures + 1,
          message: error instanceof Error ? error.message.slice(0, 300) : String(error),
        }),
      );
      await this.#alarm.failed(Date.now());
      return;
    }
    await this.#armNext(Date.now(), busy);
  }

  /** Writes everything that waits. For tests and for shutting down in order. */
  async flush(): Promise<void> {
    await this.#work(Date.now());
  }

  async #work(now: number): Promise<void> {
    const facts = this.#facts;
    if (!facts) return;
    // What needs no D1 comes first: it is done also while D1 refuses.
    this.#counter.look(now);
    this.#identity.expire(now);
    const closed = this.#live().tick(facts, now);
    this.#live().snapshot(now);
    // Neither throws; events must not wait for them.
    const beside = Promise.all([this.#rights.look(now), this.#alerts.tick(now)]);
    try {
      await this.#flusher.drain(facts, now);
      // Once an hour all of it, now that D1 has it: nothing that was raw stays longer than it has to.
      if (closed) this.#store.trimJournal(1);
    } finally {
      await beside;
    }
    await this.#flushAudit();
    this.#frames.tell(now);
  }

  /** Apart from events: their flush is good whatever becomes of this, and the next one tries again. */
  async #flushAudit(): Promise<void> {
    try {
      await this.#audit.flush(this.env.DB);
    } catch (error) {
      this.#logFailure("audit_not_written", error instanceof Error ? error.message : String(error));
    }
  }

  // Alarm -------------------------------------------------------------------------------------------------------------

  /** Sees to it that the object wakes at `wanted`, milliseconds since 1970, or before. */
  #arm(wanted: number): Promise<void> {
    return this.#alarm.arm(wanted, Date.now());
  }

  /** The earliest of all that time will bring; sleeps for good when there is nothing. `busy`: a flush will be due soon. */
  async #armNext(now: number, busy = false): Promise<void> {
    const facts = this.#facts;
    if (!facts) return;
    const live = this.#live();
    const { state } = live;
    const flushes = this.#flusher.waits();
    const due: Due = {
      waits: flushes || this.#audit.waits(),
      snapshot: live.snapshotDue(),
      session_row: nextDue(state.sessions.values()),
      session_end: nextSessionEnd(state, now, facts.session_timeout_ms),
      hour_close: nextHourClose(state, now, HOUR_GRACE),
      salt: this.#identity.expire(now),
      frame: this.#frames.nextAt(now),
      presence: this.#links.watched ? expireTabs(state.tabs, now) : null,
      rights: this.#rights.due(now),
      alerts: this.#alerts.nextAt(now),
      counter: this.#counter.nextAt(now),
    };
    const at = nextAlarm(due, now);
    if (at === null) this.#store.trimJournal(1);
    await this.#alarm.next(at, flushes || busy, now);
  }

  // Sockets -----------------------------------------------------------------------------------------------------------

  /** The upgrade of one whom the Worker has authorized. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = upgradeOf(Upgrade, request.headers.get(UPGRADE_HEADER));
    if (!upgrade) return new Response("Not an upgrade of this product.", { status: 400 });
    this.#learn(upgrade.site);
    const now = Date.now();
    const { rate_limit } = upgrade.site;
    if (upgrade.kind === "viewer") {
      const full = this.#gate.full();
      if (full > 0) return refusedUpgrade(503, full);
      const wait = this.#gate.wait(viewerTags(upgrade.viewer, request), rate_limit, now);
      if (wait > 0) return refusedUpgrade(429, wait);
    }
    const response = this.#sockets[upgrade.kind].accept(upgrade, request, now);
    if (response.status === 101) this.#meter.socket(upgrade.kind, "opened");
    if (upgrade.kind === "viewer") await this.#arm(this.#rights.came(now));
    return response;
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    const now = Date.now();
    const kind = this.#kindOf(socket);
    if (kind === "viewer" && !this.#mayTalk(socket, now)) return;
    this.#meter.socket(kind, "messages");
    return this.#sockets[kind].heard(socket, message, now);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#gone(socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.#meter.errors.socket++;
    this.#gone(socket, 1011);
  }

  #gone(socket: WebSocket, code: number): void {
    const kind = this.#kindOf(socket);
    this.#meter.socket(kind, "closed");
    this.#sockets[kind].gone(socket, code, Date.now());
  }

  /** False for a viewer that was closed, and for one that has to be since its member says too much. */
  #mayTalk(socket: WebSocket, now: number): boolean {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer || this.#gate.mayTalk(viewer, this.#facts?.rate_limit ?? 0, now)) return viewer !== null;
    this.#viewers.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.");
    return false;
  }

  #kindOf(socket: WebSocket): Upgrade["kind"] {
    const known = this.#kinds.get(socket);
    if (known) return known;
    try {
      const [tag] = this.ctx.getTags(socket);
      return SocketTag.parse(tag);
    } catch {
      // The platform tells no tags of a socket that was closed here, as before a sleep.
      return kindByAttachment(socket.deserializeAttachment());
    }
  }

  /** The open sockets of a kind, which is remembered of each. */
  #open(kind: Upgrade["kind"]): WebSocket[] {
    const sockets = this.ctx.getWebSockets(kind);
    for (const socket of sockets) this.#kinds.set(socket, kind);
    return sockets;
  }

  #hibernate(socket: WebSocket, kind: Upgrade["kind"]): void {
    this.ctx.acceptWebSocket(socket, [kind]);
    this.#kinds.set(socket, kind);
  }

  #logFailure(event: string, message: string): void {
    const site = this.#facts?.site_id;
    console.error(JSON.stringify({ level: "error", event, site, message: message.slice(0, 300) }));
  }

  #logSockets(event: string, open: number): void {
    if (this.env.LOG_REQUESTS !== "1") return;
    console.log(JSON.stringify({ level: "info", event, site: this.#facts?.site_id, viewers: open }));
  }

  // State -------------------------------------------------------------------------------------------------------------

  #live(): LiveSite {
    if (!this.#site) {
      this.#site = new LiveSite(this.#store, this.#identity, this.#facts?.time_zone ?? "UTC", (work) =>
        this.#orForget(() => this.ctx.storage.transactionSync(work)),
      );
      this.#flusher.recount();
    }
    this.#visitors.renew(this.#site, Date.now());
    return this.#site;
  }

  /** What did not reach storage may stand in memory, which is then rebuilt from what is durable. */
  #orForget<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#meter.errors.storage++;
      this.#site = null;
      this.#frames.forget();
      throw error;
    }
  }

  #learn(said: SiteFacts): void {
    const known = this.#facts;
    const facts = { ...said, leaves: leavesOf(said) ?? known?.leaves ?? 1 };
    if (
      known &&
      known.site_id === facts.site_id &&
      known.org_id === facts.org_id &&
      known.time_zone === facts.time_zone &&
      known.session_timeout_ms === facts.session_timeout_ms &&
      known.rate_limit === facts.rate_limit &&
      known.leaves === facts.leaves
    ) {
      return;
    }
    // Known is only what is stored: without it a new start would not know what waits here.
    this.#store.setMeta("facts", JSON.stringify(facts));
    this.#facts = facts;
  }
}

/** The least that its owner wants; a Worker that still runs older code says nothing of it. */
const leavesOf = ({ leaves }: { leaves?: number }): number | undefined => leaves;

/** Refused because its sender comes too often. */
function tooOften(site: SiteFacts, by: string, events: number, at: number): DropNotice {
  return { site, reason: "rate_limited", count: Math.max(1, events), example: by, at };
}
