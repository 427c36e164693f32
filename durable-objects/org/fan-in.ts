import {
  PRESENCE_TTL,
  REPLAY_LINGER,
  REPORT_INTERVAL,
  REPORTS_PER_SECOND,
  SITES_ASKED_AT_ONCE,
  WATCH_GRACE,
} from "../../protocol/limits";
import type { SiteReport, WatchReply, WatchRequest } from "../../protocol/org";
import { roomOf } from "../../protocol/rooms";
import { messageOf } from "../log-error";
import type { Viewers } from "../sockets/viewers";
import type { Board } from "./board";
import type { BoardStore } from "./board-store";
import type { Directory } from "./directory";

/** Milliseconds after an answer before the next site is asked: on a machine of one process others get their turn. */
const PAUSE = 20;

/** What asking needs of the object. */
export interface FanInHost {
  viewers: Viewers;
  board: Board;
  store: BoardStore;
  directory(): Directory | null;
  /** Which of the organization's objects this is. */
  relay(): number;
  /** Asks a site's object to report; null as long as nothing ever came to it. */
  watch(site_id: string, request: WatchRequest): Promise<SiteReport | null>;
  /** A site that was asked answered. */
  answered(site_id: string, report: SiteReport | null, now: number): void;
  log(message: string): void;
}

/** Decides which sites report here, asks those that do not yet, and tells them when to stop. */
export class FanIn {
  readonly #host: FanInHost;
  /** Sites that report, also while they have nothing to tell. */
  readonly #watched: Set<string>;
  readonly #queue = new Set<string>();
  readonly #asking = new Set<string>();
  /** Rooms that were left, and when. */
  readonly #left = new Map<string, number>();
  /** Who reported in the running second, and how many did in the one before. */
  #second = { at: 0, sites: new Set<string>(), before: 0 };
  #since = 0;

  constructor(host: FanInHost) {
    this.#host = host;
    this.#watched = host.store.watched();
  }

  /** Whether somebody sees that site in a room of several, or did a moment ago. */
  wants(site_id: string, now: number): boolean {
    const directory = this.#host.directory();
    const group = directory?.sites.get(site_id);
    if (!directory || group === undefined) return false;
    const isOpen = (room: string) => this.#isOpen(room, WATCH_GRACE, now);
    return isOpen(`org:${directory.org_id}`) || (group !== null && isOpen(`group:${group}`));
  }

  /** Somebody is in the room, or was less than `grace` milliseconds ago. */
  #isOpen(room: string, grace: number, now: number): boolean {
    return this.#host.viewers.membersOf(room).size > 0 || (this.#left.get(room) ?? 0) > now - grace;
  }

  /** Whether somebody is in that site's room, or may come back to it. */
  #wantsFrames(site_id: string, now: number): boolean {
    return this.#isOpen(roomOf(site_id), REPLAY_LINGER, now);
  }

  /** Somebody left the room. */
  left(room: string, now: number): void {
    this.#left.delete(room);
    if (this.#host.viewers.membersOf(room).size === 0) this.#left.set(room, now);
  }

  /**
   * Asks those whom somebody sees and who do not report, the busiest first, a few at a time. A site that was asked once
   * reports by itself until it is told to stop, so that coming back wakes nobody who has nothing to tell.
   */
  ask(now: number): void {
    const { board } = this.#host;
    const missing = [...(this.#host.directory()?.sites.keys() ?? [])].filter(
      (site_id) =>
        !this.#asking.has(site_id) &&
        this.wants(site_id, now) &&
        (!this.#watched.has(site_id) || this.#isDoubtful(site_id, now)),
    );
    const lastOf = (site_id: string) => board.get(site_id)?.last_event_at ?? 0;
    for (const site_id of missing.sort((a, b) => lastOf(b) - lastOf(a))) this.#queue.add(site_id);
    this.#pump();
  }

  /** Somebody is there without having shown a sign of life: what told us of the end was lost in a crash. */
  #isDoubtful(site_id: string, now: number): boolean {
    const report = this.#host.board.get(site_id);
    return report === null || (report.now > 0 && report.at < now - 2 * PRESENCE_TTL);
  }

  #pump(): void {
    for (const site_id of this.#queue) {
      if (this.#asking.size >= SITES_ASKED_AT_ONCE) return;
      this.#queue.delete(site_id);
      this.#asking.add(site_id);
      void this.#askOne(site_id).finally(() => {
        this.#asking.delete(site_id);
        setTimeout(() => this.#pump(), PAUSE);
      });
    }
  }

  async #askOne(site_id: string): Promise<void> {
    try {
      await this.request(site_id, { frames: false, picture: false });
    } catch (error) {
      // It is asked again when rights are looked at the next time.
      this.#host.log(messageOf(error));
    }
  }

  /** Asks one site. Throws what the platform throws. */
  async request(site_id: string, wanted: Pick<WatchRequest, "frames" | "picture">): Promise<SiteReport | null> {
    const directory = this.#host.directory();
    if (!directory) return null;
    this.#since = Math.max(this.#since + 1, Date.now());
    const { org_id } = directory;
    const viewers = this.#viewersOf(site_id);
    const asked = { org_id, relay: this.#host.relay(), since: this.#since, viewers, ...wanted };
    const report = await this.#host.watch(site_id, asked);
    if (!this.#watched.has(site_id)) {
      this.#watched.add(site_id);
      this.#host.store.addWatched(site_id);
    }
    this.#host.answered(site_id, report, Date.now());
    return report;
  }

  /** How a site that told something goes on. */
  replyTo(site_id: string, now: number): WatchReply {
    const frames = this.#wantsFrames(site_id, now);
    const stop = !frames && !this.wants(site_id, now);
    if (stop && this.#watched.delete(site_id)) this.#host.store.dropWatched(site_id);
    return { stop, frames, pace: this.#paceFor(site_id, now), viewers: this.#viewersOf(site_id) };
  }

  #viewersOf(site_id: string): number {
    return this.#host.viewers.membersOf(roomOf(site_id)).size;
  }

  /** Many who report at a time each do it less often. */
  #paceFor(site_id: string, now: number): number {
    const at = Math.floor(now / 1_000);
    if (at !== this.#second.at) {
      const before = at === this.#second.at + 1 ? this.#second.sites.size : 0;
      this.#second = { at, sites: new Set(), before };
    }
    const sites = this.#second.sites.add(site_id);
    return Math.max(REPORT_INTERVAL, (Math.max(sites.size, this.#second.before) * 1_000) / REPORTS_PER_SECOND);
  }
}
