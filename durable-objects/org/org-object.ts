import { DurableObject } from "cloudflare:workers";
import { CLOSE } from "../../protocol/close-codes";
import { RIGHTS_INTERVAL, SITES_PASSED_ON } from "../../protocol/limits";
import type { SiteNews, WatchReply } from "../../protocol/org";
import type { OrgStatus } from "../../protocol/status";
import { OrgUpgrade, UPGRADE_HEADER } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { AuditTrail } from "../audit-trail";
import { logError } from "../log-error";
import { typedStub } from "../site/stub";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { upgradeOf } from "../sockets/upgrade-of";
import { ViewerGate, viewerTags } from "../sockets/viewer-gate";
import { Viewers } from "../sockets/viewers";
import { BoardStore } from "./board-store";
import { OrgLive } from "./org-live";
import { sitesPassedOn } from "./org-sockets";
import { hashPassword, verifyPassword } from "./password";
import type { ReadDetails } from "./read-details";
import { NO_TRIES, TRIES_LIFE, type Tries, throttle, withFailure } from "./throttle";

/** Failures before a wait. Many people may sit behind one address. */
const FREE_OF_ACCOUNT = 5;
const FREE_OF_ADDRESS = 20;

/** Tries that are forgotten are removed at most this often: it takes a look at all of them. */
const SWEEP_INTERVAL = 10 * 60_000;

/** No password has this hash: it is verified where there is no account, so that an answer takes as long as any. */
const NOBODY = `scrypt$16384$8$5$${"A".repeat(22)}$${"A".repeat(43)}`;

export interface SignInTry {
  /** Hashes: neither the e-mail address nor the network address is kept. */
  account: string;
  address: string;
  password: string;
  /** The account's stored hash; null: there is no such account. */
  stored: string | null;
}

export type SignInResult =
  | { ok: true }
  | { ok: false; reason: "wrong" }
  | { ok: false; reason: "wait"; wait_s: number };

/** One organization, or a further object for its viewers; under the name `sign-in` the passwords of the installation, where CPU time is no limit. */
export class OrgObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #readDetails: ReadDetails;
  readonly #viewers: Viewers;
  readonly #store: BoardStore;
  readonly #audit: AuditTrail;
  /** In memory alone, as a site's object counts. */
  readonly #meter = { since: Date.now(), opened: 0, closed: 0, messages: 0 };
  readonly #gate = new ViewerGate({
    tagged: (tag) => this.#viewers.tagged(tag),
    all: () => this.#viewers.count + this.#coming,
    most: () => this.env.VIEWER_SOCKETS,
  });
  #orgLive: OrgLive | null = null;
  #sweptAt = 0;
  /** Somebody found no room here since the object is in memory. */
  #wasFull = false;
  /** Upgrades that are looked at. */
  #coming = 0;

  constructor(ctx: DurableObjectState, env: Env, readDetails: ReadDetails) {
    super(ctx, env);
    this.#readDetails = readDetails;
    this.#sql = ctx.storage.sql;
    this.#viewers = new Viewers(ctx);
    this.#store = new BoardStore(this.#sql);
    this.#audit = new AuditTrail(this.#sql);
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS tries (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    );
  }

  /** Answers once the object's storage has: for readiness. */
  alive(): void {
    this.#sql.exec("SELECT 1").one();
  }

  /** How the object is, for monitoring. */
  status(): OrgStatus {
    const { sent, count: open } = this.#viewers;
    const { since, ...sockets } = this.#meter;
    const rooms = this.#viewers.roomCounts();
    return { at: Date.now(), since, full: this.#isFull(), sockets: { open, ...sockets }, sent, rooms };
  }

  /** The organization's next object may hold viewers too. */
  #isFull(): boolean {
    return this.#wasFull || this.#gate.full() > 0 || sitesPassedOn(this.#viewers) >= SITES_PASSED_ON;
  }

  // Rooms -------------------------------------------------------------------------------------------------------------

  /** Made when somebody asks for it: signing in needs none. */
  #live(): OrgLive {
    this.#orgLive ??= new OrgLive({
      viewers: this.#viewers,
      store: this.#store,
      db: () => this.env.DB,
      watch: (site_id, request) => typedStub(this.env.SITE.getByName(site_id)).watch(request),
      acted: (site_id, relay, action) => typedStub(this.env.SITE.getByName(site_id)).acted(relay, action),
      readDetails: (...asked) => this.#readDetails(this.env, ...asked),
      // The alarm comes as long as sockets are open, and after that until D1 has it.
      record: async (row) => this.#audit.add(row),
      log: logError,
    });
    return this.#orgLive;
  }

  /** A site's object tells what became of it. Answers whether and how often to go on. */
  hear(news: SiteNews): WatchReply {
    return this.#live().hear(news, Date.now());
  }

  /** The organization's sites came, went or moved between groups. Answers whether its next object is to be told too. */
  async sitesChanged(org_id: string): Promise<boolean> {
    await this.#live().sitesChanged(org_id, Date.now());
    return this.#isFull();
  }

  /** The upgrade of one whom the Worker knows; what rooms they may join is looked at here. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = upgradeOf(OrgUpgrade, request.headers.get(UPGRADE_HEADER));
    if (!upgrade) return new Response("Not an upgrade of this product.", { status: 400 });
    const now = Date.now();
    const full = this.#gate.full();
    if (full > 0) {
      this.#wasFull = true;
      return refusedUpgrade(503, full);
    }
    const wait = this.#gate.wait(viewerTags(upgrade.viewer, request), upgrade.viewer.rate_limit ?? 0, now);
    if (wait > 0) return refusedUpgrade(429, wait);
    const response = await this.#accept(upgrade, request, now);
    if (response.status === 503) this.#wasFull = true;
    if (response.status === 101) this.#meter.opened++;
    const alarm = await this.ctx.storage.getAlarm();
    const at = this.#live().rights.came(now);
    // Later than needed where the clock was set back.
    if (alarm === null || alarm < now || alarm > at) await this.ctx.storage.setAlarm(at);
    return response;
  }

  /** Many who come together, while it is looked up what they may see, must not be more than there is room for. */
  async #accept(upgrade: OrgUpgrade, request: Request, now: number): Promise<Response> {
    this.#coming++;
    try {
      return await this.#live().accept(upgrade, request, now);
    } finally {
      this.#coming--;
    }
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    const now = Date.now();
    const viewer = this.#viewers.viewerOf(socket);
    // One that was closed here has nothing more to say.
    if (!viewer || this.#viewers.takeMark(socket, message, now)) return;
    if (!this.#gate.mayTalk(viewer, viewer.rate_limit ?? 0, now)) {
      this.#viewers.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.");
      return;
    }
    this.#meter.messages++;
    return this.#live().sockets.heard(socket, message, now);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#meter.closed++;
    this.#live().sockets.gone(socket, code, Date.now());
  }

  override webSocketError(socket: WebSocket): void {
    this.#meter.closed++;
    this.#live().sockets.gone(socket, 1011, Date.now());
  }

  /** Comes as long as sockets are open. */
  override async alarm(): Promise<void> {
    // First: whatever happens below, this object wakes again.
    const now = Date.now();
    await this.ctx.storage.setAlarm(now + RIGHTS_INTERVAL);
    // The next alarm comes an interval after this time, and a look that was noted later would not be due by then.
    await this.#live().look(now);
    try {
      await this.#audit.flush(this.env.DB);
    } catch (error) {
      // It is kept here, and the next alarm tries again.
      logError("audit_not_written", error);
    }
    if (this.#viewers.count === 0 && !this.#audit.waits()) await this.ctx.storage.deleteAlarm();
  }

  // Signing in --------------------------------------------------------------------------------------------------------

  hashPassword(password: string): Promise<string> {
    return hashPassword(password);
  }

  /** Verifies a password unless too many tries failed before. `now` in milliseconds since 1970. */
  async trySignIn({ account, address, password, stored }: SignInTry, now: number): Promise<SignInResult> {
    const accountKey = `account:${account}`;
    const addressKey = `address:${address}`;
    const ofAccount = this.#tries(accountKey);
    const ofAddress = this.#tries(addressKey);
    const wait = Math.max(throttle(ofAccount, FREE_OF_ACCOUNT, now), throttle(ofAddress, FREE_OF_ADDRESS, now));
    if (wait > 0) return { ok: false, reason: "wait", wait_s: Math.ceil(wait / 1_000) };
    // Hashing holds the object, so that of many tries at once each sees the failures before it.
    const right = await verifyPassword(password, stored ?? NOBODY);
    if (stored === null || !right) {
      this.#sweep(now);
      this.#keep(accountKey, withFailure(ofAccount, now));
      this.#keep(addressKey, withFailure(ofAddress, now));
      return { ok: false, reason: "wrong" };
    }
    // The address keeps its failures: an own account must not buy more tries at others.
    this.#sql.exec("DELETE FROM tries WHERE key = ?", accountKey);
    return { ok: true };
  }

  /**
   * Counts a try with a token as failed before it is looked at, so that many at once are no more than one after another.
   * Answers 0, or the seconds to wait where too many failed before. `address` is a hash.
   */
  beginTry(address: string, now: number): number {
    const key = `address:${address}`;
    const tries = this.#tries(key);
    const wait = throttle(tries, FREE_OF_ADDRESS, now);
    if (wait > 0) return Math.ceil(wait / 1_000);
    this.#sweep(now);
    this.#keep(key, withFailure(tries, now));
    return 0;
  }

  /** The try that was begun was no failure. */
  forgiveTry(address: string): void {
    this.#sql.exec("UPDATE tries SET failures = max(0, failures - 1) WHERE key = ?", `address:${address}`);
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_INTERVAL) return;
    this.#sweptAt = now;
    this.#sql.exec("DELETE FROM tries WHERE at < ?", now - TRIES_LIFE);
  }

  #tries(key: string): Tries {
    const [row] = this.#sql.exec<{ failures: number; at: number }>("SELECT failures, at FROM tries WHERE key = ?", key);
    return row ?? NO_TRIES;
  }

  #keep(key: string, { failures, at }: Tries): void {
    this.#sql.exec("INSERT OR REPLACE INTO tries (key, failures, at) VALUES (?, ?, ?)", key, failures, at);
  }
}
