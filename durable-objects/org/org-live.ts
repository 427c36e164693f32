import { BOARD_QUIET, BOARD_SAVE, RIGHTS_INTERVAL } from "../../protocol/limits";
import type { DashboardAction } from "../../protocol/live-messages";
import type { SiteNews, SiteReport, WatchReply, WatchRequest } from "../../protocol/org";
import { type Room, roomOf } from "../../protocol/rooms";
import type { OrgUpgrade } from "../../protocol/viewer-request";
import type { AuditRow } from "../audit-trail";
import { messageOf } from "../log-error";
import { snapshotOf } from "../site/model/picture";
import { reportOf } from "../site/model/report";
import { emptyState } from "../site/model/state";
import { forAll } from "../site/org-link";
import { Beat } from "../sockets/beat";
import { RightsWatch } from "../sockets/rights-watch";
import type { Viewers } from "../sockets/viewers";
import { Board } from "./board";
import type { BoardStore } from "./board-store";
import { Directory, type Listing, readListing } from "./directory";
import { FanIn } from "./fan-in";
import { type DetailsHost, OrgDetails } from "./org-details";
import { OrgFrames } from "./org-frames";
import { OrgSockets } from "./org-sockets";
import { PassedRooms } from "./passed-rooms";
import type { DetailsRead } from "./read-details";

/** What the live part of an organization needs of the object. */
export interface OrgLiveHost {
  viewers: Viewers;
  store: BoardStore;
  db(): D1Database;
  watch(site_id: string, request: WatchRequest): Promise<SiteReport | null>;
  /** Tells a site's object what a viewer in its room did here. */
  acted(site_id: string, relay: number, action: DashboardAction): Promise<void>;
  readDetails(...asked: Parameters<DetailsHost["read"]>): Promise<DetailsRead>;
  /** Keeps for good what somebody did; false if it cannot be kept now. */
  record: (row: AuditRow) => Promise<boolean>;
  log(event: string, message: string): void;
}

/** A room that is not known is looked for in D1 at most this often, whoever asks; who asks earlier waits. */
const LOOK_AGAIN = 250;

/** Milliseconds. Hundreds of sites that are asked would hold back the answer to the upgrade, and the first picture with it. */
const BEFORE_ASKING = 20;

/** The rooms of one organization: who is in them, what they show, and which sites report for that. */
export class OrgLive {
  readonly #host: OrgLiveHost;
  readonly #board = new Board();
  readonly #frames: OrgFrames;
  readonly #fanIn: FanIn;
  readonly #passed: PassedRooms;
  readonly sockets: OrgSockets;
  readonly rights: RightsWatch;
  #directory: Directory | null;
  /** Which of the organization's objects this is. */
  #relay: number;
  #listing: Promise<Directory> | null = null;
  /** When D1 was asked for the directory; 0: it is the one that was kept. */
  #listedAt = 0;
  #save: { timer: ReturnType<typeof setTimeout>; first: number } | null = null;

  constructor(host: OrgLiveHost) {
    this.#host = host;
    const { viewers, store } = host;
    const kept = store.listing();
    this.#directory = kept && new Directory(kept.org_id, kept.listing);
    this.#relay = kept?.relay ?? 0;
    for (const [site_id, report] of store.reports()) this.#board.put(site_id, report);
    const directory = () => this.#directory;
    this.#frames = new OrgFrames({ board: this.#board, directory }, viewers);
    this.#fanIn = new FanIn({
      viewers,
      store,
      board: this.#board,
      directory,
      relay: () => this.#relay,
      watch: host.watch,
      answered: (site_id, report, now) => this.#take(site_id, report ?? reportOf(emptyState(), now, "UTC", 0), now),
      log: (message) => host.log("site_not_asked", message),
    });
    this.#passed = new PassedRooms({
      viewers,
      askPicture: async (site_id) => (await this.#fanIn.request(site_id, { frames: true, picture: true })) !== null,
      emptyPicture: (site_id, now) => {
        const data = snapshotOf(emptyState(), site_id, now, "UTC");
        return new Beat(roomOf(site_id), now * 100, [{ type: "snapshot", data }]);
      },
      log: (message) => host.log("site_not_asked", message),
    });
    const details = new OrgDetails({
      viewers,
      read: (viewer, of, filter) => host.readDetails(viewer, of, filter),
      log: (message) => host.log("details_not_read", message),
    });
    this.sockets = new OrgSockets({
      viewers,
      directoryFor: (org_id, rooms, now) => this.#directoryFor(org_id, rooms, now),
      joined: (socket, room, seen, now) => this.#joined(socket, room, seen, now),
      left: (room, now) => {
        this.#fanIn.left(room, now);
        this.#frames.left(room, now);
      },
      seqOf: ({ kind, id, name }) => (kind === "site" ? this.#passed.seqOf(id) : this.#frames.seqOf(name)),
      details: (socket, request, now) => details.answer(socket, request, now),
      record: host.record,
      acted: (site_id, action) => host.acted(site_id, this.#relay, action),
      log: (message) => host.log("viewer_message_failed", message),
    });
    this.rights = new RightsWatch({
      viewers,
      db: host.db,
      site: () => null,
      log: (message) => host.log("rights_unknown", message),
    });
  }

  /** Somebody comes, and the Worker says which of the organization's objects this is. */
  accept(upgrade: OrgUpgrade, request: Request, now: number): Promise<Response> {
    this.#relay = upgrade.relay;
    return this.sockets.accept(upgrade, request, now);
  }

  /** A site tells something. */
  hear(news: SiteNews, now: number): WatchReply {
    const { site_id, report } = news;
    const reply = this.#fanIn.replyTo(site_id, now);
    // A site that went to another organization, and does not know it yet, is not shown here any more.
    if (!this.#directory?.has({ kind: "site", id: site_id })) return reply;
    if (report) this.#take(site_id, report, now);
    for (const told of this.#passed.fresh(news)) {
      this.#passed.tell(site_id, told, now);
      const messages = forAll(told).map(({ type, text }) => ({ type, data: JSON.parse(text).data }));
      for (const { type, data } of messages) if (type === "alert") this.#board.raise(site_id, data);
      if (messages.length > 0) this.#frames.tellAll(site_id, messages, now);
    }
    if (!reply.frames) this.#passed.stopped(site_id);
    return reply;
  }

  /** Sites came, went or moved between groups: whoever watches is shown it at once, and who comes is not shown what was. */
  async sitesChanged(org_id: string, now: number): Promise<void> {
    // A look that is under way may have begun before.
    await this.#listing?.catch(() => {});
    this.#listedAt = 0;
    if (this.#host.viewers.count > 0) await this.#list(org_id, now);
  }

  /** Looks again who may see what; for the alarm. */
  async look(now: number): Promise<void> {
    await this.rights.look(now);
    if (this.#host.viewers.count === 0 || !this.#directory) return;
    try {
      await this.#list(this.#directory.org_id, now);
    } catch (error) {
      // As long as D1 does not answer the directory stays what it was.
      this.#host.log("directory_unknown", messageOf(error));
    }
    this.#fanIn.ask(now);
    this.#passed.look(now);
  }

  async #directoryFor(org_id: string, rooms: readonly Room[], now: number): Promise<Directory> {
    const isMissing = () => !this.#directory || rooms.some((room) => !this.#directory?.has(room));
    if (isMissing() && now - this.#listedAt < LOOK_AGAIN) await scheduler.wait(LOOK_AGAIN);
    const fresh = !isMissing() && now - this.#listedAt < RIGHTS_INTERVAL;
    return this.#directory && fresh ? this.#directory : this.#list(org_id, Date.now());
  }

  /** Reads the directory; many who want it at once get one answer. */
  #list(org_id: string, now: number): Promise<Directory> {
    this.#listing ??= readListing(this.#host.db(), org_id)
      .then((listing) => this.#follow(org_id, listing, now))
      .finally(() => {
        this.#listing = null;
      });
    return this.#listing;
  }

  #follow(org_id: string, listing: Listing, now: number): Directory {
    this.#listedAt = now;
    const before = this.#directory;
    const directory = new Directory(org_id, listing);
    this.#directory = directory;
    this.#host.store.saveListing({ org_id, relay: this.#relay, listing });
    this.sockets.narrow(directory);
    if (before && JSON.stringify([...before.sites]) === JSON.stringify([...directory.sites])) return directory;
    for (const [site_id] of this.#board.entries()) if (!directory.sites.has(site_id)) this.#board.forget(site_id);
    this.#frames.repeat(now);
    setTimeout(() => this.#fanIn.ask(Date.now()), BEFORE_ASKING);
    return directory;
  }

  #joined(socket: WebSocket, room: Room, seen: number | undefined, now: number): void {
    if (room.kind === "site") return this.#passed.join(socket, room.id, seen, now);
    this.#frames.welcome(socket, room, seen, now);
    if (room.kind !== "heatmap") setTimeout(() => this.#fanIn.ask(Date.now()), BEFORE_ASKING);
  }

  #take(site_id: string, report: SiteReport, now: number): void {
    this.#board.put(site_id, report);
    this.#frames.changed(site_id, report, now);
    this.#saveSoon(now);
  }

  /** Written when it is quiet, which comes before sleep, or after a minute of none: every row is paid for. */
  #saveSoon(now: number): void {
    const first = this.#save?.first ?? now;
    if (now - first > BOARD_SAVE - BOARD_QUIET) return;
    clearTimeout(this.#save?.timer);
    const timer = setTimeout(() => {
      this.#save = null;
      this.#host.store.saveReports(this.#board.entries());
    }, BOARD_QUIET);
    this.#save = { timer, first };
  }
}
