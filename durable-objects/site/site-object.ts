import { DurableObject } from "cloudflare:workers";
import { ALERT_FRESH } from "../../protocol/alerts";
import type { CounterCounts, LeafNews, LeafReply } from "../../protocol/counter";
import type { Frame } from "../../protocol/frame";
import type {
  DropNotice,
  GatheredResult,
  IngestBatch,
  IngestResult,
  RateClaim,
  SiteFacts,
} from "../../protocol/ingest";
import { FLUSH_INTERVAL } from "../../protocol/limits";
import type { LiveFilter, LiveSnapshot } from "../../protocol/live";
import type { DashboardAction } from "../../protocol/live-messages";
import type { SiteReport, WatchRequest } from "../../protocol/org";
import { roomOf } from "../../protocol/rooms";
import type { SiteStatus } from "../../protocol/status";
import { UPGRADE_HEADER, Upgrade } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { AuditTrail } from "../audit-trail";
import { leafStub } from "../leaf/stub";
import { logError } from "../log-error";
import { orgStub } from "../org/stub";
import { Beat } from "../sockets/beat";
import { RightsWatch } from "../sockets/rights-watch";
import { upgradeOf } from "../sockets/upgrade-of";
import { Viewers } from "../sockets/viewers";
import { Alarm } from "./alarm";
import { deskOf } from "./alerts/desk";
import { readBaseline, readRules } from "./alerts/read-rules";
import { SiteAlerts } from "./alerts/site-alerts";
import { COUNTER_LIMITS } from "./counter-leaves";
import { CounterSockets } from "./counter-sockets";
import { Flusher } from "./flusher";
import { DailyIdentity } from "./identity";
import { Intake, type OpenedSession, type Opening } from "./intake";
import { LiveFrames } from "./live-frames";
import { thresholdOf } from "./model/alerts/rule";
import { snapshotOf, totalsOf } from "./model/picture";
import type { RollupRow } from "./model/rollup";
import type { Session } from "./model/session";
import { OrgLinks } from "./org-links";
import { Rates } from "./rate";
import { SiteMemory } from "./site-memory";
import { SiteMeter } from "./site-meter";
import { SiteSockets } from "./site-sockets";
import { statusOf } from "./site-status";
import { SiteStore } from "./store";
import { TaggedSockets } from "./tagged-sockets";
import type { SessionTail, WaitingEvent } from "./unstored";
import { openRollups, sessionTail, unflushedEvents, unstoredSessions } from "./unstored";
import { Upkeep } from "./upkeep";
import { ViewerSockets } from "./viewer-sockets";
import type { ReadVisitorMessage } from "./visitor-message";
import { VisitorSockets } from "./visitor-sockets";

/**
 * One site: takes batches, keeps its live state, writes to D1, tells its viewers. Here the platform comes in and the parts are
 * put together: what is taken is in `intake.ts`, what time brings in `upkeep.ts`, sockets in `site-sockets.ts`, decisions in `model/`.
 */
export class SiteObject extends DurableObject<Env> {
  readonly #store = new SiteStore(this.ctx.storage.sql);
  readonly #alarm = new Alarm(this.ctx.storage);
  readonly #tagged = new TaggedSockets(this.ctx);
  readonly #meter = new SiteMeter(Date.now());
  readonly #memory: SiteMemory;
  readonly #intake: Intake;
  readonly #upkeep: Upkeep;
  readonly #sockets: SiteSockets;
  readonly #viewers: Viewers;
  readonly #links: OrgLinks;
  readonly #rights: RightsWatch;
  readonly #counter: CounterSockets;
  readonly #alerts: SiteAlerts;

  constructor(ctx: DurableObjectState, env: Env, readVisitorMessage: ReadVisitorMessage) {
    super(ctx, env);
    const audit = new AuditTrail(ctx.storage.sql);
    const rates = new Rates();
    const identity = new DailyIdentity(this.#store);
    const transaction = <T>(work: () => T): T => ctx.storage.transactionSync(work);
    this.#memory = new SiteMemory({
      store: this.#store,
      identity,
      transaction,
      made: () => flusher.recount(),
      looked: (live) => visitors.renew(live, Date.now()),
      lost: () => {
        this.#meter.errors.storage++;
        frames.forget();
      },
    });
    const { live, facts } = this.#memory;
    const arm = (at: number) => this.#alarm.arm(at, Date.now());
    const wakeAt = (at: number) => ctx.waitUntil(arm(at));
    const tell = (now: number) => frames.tell(now);
    const kept = (name: string) => ({
      read: () => this.#store.meta(name),
      write: (value: string | null) => this.#store.writeMeta(name, value),
    });
    const log = (event: string) => (message: string) => logError(event, message, { site: facts()?.site_id });
    const logSockets = (event: string, open: number) => {
      if (this.env.LOG_REQUESTS !== "1") return;
      console.log(JSON.stringify({ level: "info", event, site: facts()?.site_id, viewers: open }));
    };
    this.#links = new OrgLinks({
      live,
      facts,
      wakeAt,
      ...kept("watch"),
      tell: (org_id, relay, news) => orgStub(env, org_id, relay).hear(news),
      sendPicture: (link, now) => {
        const site = facts();
        if (site) frames.sendSnapshot((beat) => link.passOn(beat.passed(true), now), site, now);
      },
      audience: (more, now) => frames.audience(more, now),
      log: log("report_failed"),
    });
    this.#viewers = new Viewers(ctx, (told) => {
      this.#links.passOn(told instanceof Beat ? told.passed(false) : told, Date.now());
    });
    const frames: LiveFrames = new LiveFrames(
      {
        live,
        facts,
        wakeAt,
        alerts: (now) => this.#alerts.since(now - ALERT_FRESH),
        links: this.#links,
        framed: (ms) => this.#meter.framed(ms),
      },
      this.#viewers,
    );
    this.#rights = new RightsWatch({
      viewers: this.#viewers,
      db: () => this.env.DB,
      site: () => facts()?.site_id ?? null,
      log: log("rights_unknown"),
    });
    const flusher: Flusher = new Flusher({
      object: ctx.id.toString(),
      store: this.#store,
      env: () => this.env,
      live,
      transaction,
      measured: (ms) => this.#meter.wroteD1(ms),
    });
    this.#alerts = new SiteAlerts({
      store: this.#store,
      threshold: thresholdOf(env.ALERT_THRESHOLD),
      state: () => live().state,
      facts,
      desk: () => deskOf(ctx),
      readRules: (site_id) => readRules(this.env.DB, site_id),
      readBaseline: (...hour) => readBaseline(this.env.DB, ...hour),
      tell: (alert, at) => frames.tellAlert(alert, at),
      wakeAt,
      background: (work) => ctx.waitUntil(work),
    });
    this.#intake = new Intake({
      memory: this.#memory,
      rates,
      flusher,
      alerts: this.#alerts,
      meter: this.#meter,
      arm,
      tell,
    });
    this.#counter = new CounterSockets(
      {
        ...this.#tagged.of("counter"),
        ...kept("counter_leaves"),
        takes: (claim, limit, now) => rates.take(claim, limit, now),
        order: async (index, order) => leafStub(env, facts()?.site_id ?? "", index).counterOrder(order),
        wakeAt,
        log: logSockets,
        failed: log("leaf_not_reached"),
      },
      COUNTER_LIMITS,
    );
    const visitors: VisitorSockets = new VisitorSockets({
      ...this.#tagged.of("visitor"),
      lastPing: (socket) => ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null,
      live,
      facts,
      dailyIds: (site, address, user_agent, now) =>
        identity.idsOf(site.site_id, address, user_agent, now, site.time_zone),
      takes: (claim, limit, now, by) => rates.take(claim, limit, now, by),
      read: (visitor, text, now) => readVisitorMessage(this.env, visitor, text, now),
      // What comes by a socket comes here, however many leaves there are.
      ingest: (batch) => this.#intake.ingest(batch, 0),
      dropped: (notice) => this.#intake.drop(notice),
      wrote: (bytes, now) => wakeAt(flusher.add(0, bytes, now)),
      tell,
    });
    const viewer = new ViewerSockets(
      {
        facts,
        picture: (site, filter) => this.picture(site, filter),
        record: async (row) => {
          const isKept = audit.add(row);
          if (isKept) await arm(row.at + FLUSH_INTERVAL);
          return isKept;
        },
        failed: log("viewer_message_failed"),
        log: logSockets,
      },
      this.#viewers,
      frames,
    );
    this.#sockets = new SiteSockets({
      tagged: this.#tagged,
      kinds: { viewer, counter: this.#counter, visitor: visitors },
      viewers: this.#viewers,
      meter: this.#meter,
      facts,
      mostViewers: () => this.env.VIEWER_SOCKETS,
    });
    this.#upkeep = new Upkeep({
      alarm: this.#alarm,
      memory: this.#memory,
      store: this.#store,
      identity,
      flusher,
      audit,
      rights: this.#rights,
      alerts: this.#alerts,
      counter: this.#counter,
      frames,
      links: this.#links,
      meter: this.#meter,
      db: () => this.env.DB,
    });
    ctx.blockConcurrencyWhile(() => this.#upkeep.begin());
  }

  // Ingest ------------------------------------------------------------------------------------------------------------

  /** Counts a batch once, durably: resolves after the journal is written. */
  ingest(batch: IngestBatch): Promise<IngestResult> {
    return this.#intake.ingest(batch, 1);
  }

  /**
   * The same for batches that a leaf gathered, in their order and in one turn, so that one write makes all of them durable.
   * One that fails is told so; the others are taken all the same. With `rate` they are of one request, which counts once
   * against it: they are all taken or, where that is spent, all refused.
   */
  ingestAll(batches: IngestBatch[], rate?: RateClaim): Promise<GatheredResult[]> {
    return this.#intake.ingestAll(batches, rate);
  }

  /** `POST /api/v1/sessions`: a session that the sender will name from now on. */
  openSession(site: SiteFacts, id: string, opening: Opening, rate: RateClaim, now: number): Promise<OpenedSession> {
    return this.#intake.open(site, id, opening, rate, now);
  }

  /** What the Worker dropped on purpose or refused. */
  dropped(notice: DropNotice): Promise<void> {
    return this.#intake.drop(notice);
  }

  /** Counts a request against its rate: 0, or the seconds after which to come again, of which the owner is told. */
  takeRate(site: SiteFacts, rate: RateClaim, at: number): Promise<number> {
    return this.#intake.takeRate(site, rate, at);
  }

  // Reading -----------------------------------------------------------------------------------------------------------

  picture(facts: SiteFacts, filter: LiveFilter): LiveSnapshot {
    this.#memory.learn(facts);
    const { state } = this.#memory.live();
    const snapshot = snapshotOf(state, facts.site_id, Date.now(), facts.time_zone, filter);
    return { ...snapshot, alerts: this.#alerts.recent() };
  }

  /** The same with no sessions and no feed. */
  totals(facts: SiteFacts, filter: LiveFilter): LiveSnapshot {
    this.#memory.learn(facts);
    return totalsOf(this.#memory.live().state, facts.site_id, Date.now(), facts.time_zone, filter);
  }

  /** How the object is, for its owner and for monitoring. */
  async status(): Promise<SiteStatus> {
    const atLeaves = await this.#counter.atLeaves();
    const now = Date.now();
    const facts = this.#memory.facts();
    const open = this.#tagged.counts();
    const source = {
      store: this.#store,
      meter: this.#meter,
      state: this.#memory.live().state,
      time_zone: facts?.time_zone ?? "UTC",
      leaves: this.#intake.leaves(facts?.leaves, now),
      open: { ...open, counter: open.counter + atLeaves },
      viewers: this.#viewers,
      elsewhere: { room: this.#room, viewers: this.#links.viewers.all },
      alarm: this.#alarm,
      storage_bytes: this.ctx.storage.sql.databaseSize,
    };
    return statusOf(source, now);
  }

  /** Rollups that D1 does not have yet: open hours, and closed ones that wait for a flush. */
  openRollups(): RollupRow[] {
    return openRollups(this.#store, this.#memory.live().state);
  }

  /** Number of the last batch that D1 has: a reader of both sees by it whether something moved from here to there meanwhile. */
  flushedBatch(): number {
    return this.#store.nextBatch() - 1;
  }

  /** A session as it stands, and its events that D1 does not have yet. */
  sessionTail(session_id: string): SessionTail {
    return sessionTail(this.#store, this.#memory.live().state, session_id);
  }

  /** Sessions of which D1 has no row or an older one. */
  unstoredSessions(): Session[] {
    return unstoredSessions(this.#memory.live().state);
  }

  /** Rows of events accepted and not yet in D1, as it will answer them; the newest where very much waits. */
  unflushedEvents(): WaitingEvent[] {
    return unflushedEvents(this.#store);
  }

  /** How many have the public counter open. */
  counterCounts(): Promise<CounterCounts> {
    return this.#counter.counts();
  }

  /** A leaf tells who came to its streams and who left. */
  counterLeaf(index: number, news: LeafNews): LeafReply {
    return this.#counter.hear(index, news, Date.now());
  }

  /**
   * The page of this counter stream is being left; answers 0, or the seconds after which that address may come again. A Worker
   * of before names the stream alone.
   */
  leaveCounter(stream: string, address?: string, site?: SiteFacts): number {
    return this.#counter.leave(stream, address, site, Date.now());
  }

  // Watching from elsewhere --------------------------------------------------------------------------------------------

  /** The organization's object wants to hear of this site. Answers what there is now; null before the site's first event. */
  watch(request: WatchRequest): SiteReport | null {
    return this.#links.watch(request, Date.now());
  }

  /** What a viewer of this site did who is held by one of the organization's objects, for the others in the room. */
  acted(relay: number, data: DashboardAction): void {
    const now = Date.now();
    const room = this.#room;
    const type = "dashboard_action";
    const text = JSON.stringify({ type, room, data } satisfies Frame);
    this.#viewers.broadcastText(room, type, text, now);
    this.#links.passOn({ type, text }, now, relay);
  }

  get #room(): string {
    return roomOf(this.#memory.facts()?.site_id ?? "");
  }

  // Time --------------------------------------------------------------------------------------------------------------

  override alarm(): Promise<void> {
    return this.#upkeep.alarm();
  }

  /** Writes everything that waits. For tests and for shutting down in order. */
  flush(): Promise<void> {
    return this.#upkeep.work(Date.now());
  }

  /** Wakes the object, which sees for itself whether something waits. For the cron: an alarm should never be missing. */
  wake(): Promise<void> {
    return this.#upkeep.wake();
  }

  /** Its rules changed in D1. Resolves when they hold. */
  async alertRulesChanged(facts: SiteFacts): Promise<void> {
    this.#memory.learn(facts);
    await this.#alerts.readRules();
  }

  // Sockets -----------------------------------------------------------------------------------------------------------

  /** The upgrade of one whom the Worker has authorized. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = upgradeOf(Upgrade, request.headers.get(UPGRADE_HEADER));
    if (!upgrade) return new Response("Not an upgrade of this product.", { status: 400 });
    this.#memory.learn(upgrade.site);
    const now = Date.now();
    const response = this.#sockets.accept(upgrade, request, now);
    if (upgrade.kind === "viewer" && response.status === 101) await this.#alarm.arm(this.#rights.came(now), now);
    return response;
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    return this.#sockets.heard(socket, message, Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#sockets.gone(socket, code, Date.now());
  }

  override webSocketError(socket: WebSocket): void {
    this.#meter.errors.socket++;
    this.#sockets.gone(socket, 1011, Date.now());
  }
}
