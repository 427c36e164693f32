import type { ViewerError } from "../../protocol/frame";
import type { SiteFacts } from "../../protocol/ingest";
import { RATE_NAMES, VIEWER_DETAILS_OF_ONE } from "../../protocol/limits";
import type { LiveSnapshot } from "../../protocol/live";
import { type Room, readRoom, roomOf } from "../../protocol/rooms";
import type { Upgrade, Viewer, ViewerRequest } from "../../protocol/viewer-request";
import type { AuditRow } from "../audit-trail";
import { DashboardActions } from "../dashboard-actions";
import { emptyHeatmap } from "../empty-heatmap";
import { messageOf } from "../log-error";
import { FixedWindow } from "../pure/fixed-window";
import { helloOf } from "../sockets/hello";
import { notDone } from "../sockets/not-done";
import { tooOften } from "../sockets/too-often";
import { viewerTags } from "../sockets/viewer-gate";
import type { Viewers } from "../sockets/viewers";
import type { LiveFrames } from "./live-frames";
import { detailedOf } from "./model/outward";
import type { SocketKind } from "./socket-kind";

type Asked<Type extends ViewerRequest["type"]> = Extract<ViewerRequest, { type: Type }>;

/** What the sockets of viewers need of the object. */
export interface ViewerHost {
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  picture(facts: SiteFacts, filter: Asked<"request_detailed_stats">["filter"]): LiveSnapshot;
  /** Keeps for good what somebody did; false if it cannot be kept now. */
  record: (row: AuditRow) => Promise<boolean>;
  /** A viewer's message came to nothing, which the owner's log is told. */
  failed(message: string): void;
  /** Tells the owner's log how many watch. */
  log(event: string, viewers: number): void;
}

const isOf = ({ kind, id }: Room, site_id: string): boolean =>
  (kind === "site" || kind === "heatmap") && id === site_id;

const NOT_IN_ROOM = { code: "not_in_room", message: "This socket has its own site's room alone." } as const;

/** Whether a request names a room that is not the site's own; unset it means that. */
const isElsewhere = (name: string | undefined, site_id: string): boolean =>
  name !== undefined && readRoom(name)?.name !== roomOf(site_id);

/** Dashboards that watch one site. */
export class ViewerSockets implements SocketKind<"viewer"> {
  readonly #host: ViewerHost;
  readonly #viewers: Viewers;
  readonly #frames: LiveFrames;
  readonly #actions: DashboardActions;
  /** Detailed pictures that each member asked for in the running second. */
  readonly #detailed = new FixedWindow(1_000, RATE_NAMES);

  constructor(host: ViewerHost, viewers: Viewers, frames: LiveFrames) {
    this.#host = host;
    this.#viewers = viewers;
    this.#frames = frames;
    this.#actions = new DashboardActions(host.record);
  }

  accept({ viewer, site, resume = {} }: Upgrade & { kind: "viewer" }, request: Request, now: number): Response {
    const offered = request.headers.get("Sec-WebSocket-Protocol") !== null;
    const { response, socket } = this.#viewers.accept(viewer, offered, viewerTags(viewer, request));
    this.#host.log("viewer_connected", this.#viewers.count);
    this.#greet(socket, viewer, site, now);
    for (const room of viewer.rooms) this.#begin(socket, room, site, resume[room], now);
    if (viewer.rooms.includes(roomOf(site.site_id))) this.#frames.welcome(socket, now);
    this.#frames.watch(now);
    return response;
  }

  #greet(socket: WebSocket, viewer: Viewer, { site_id }: SiteFacts, now: number): void {
    const seqOf = (room: string) => (room === roomOf(site_id) ? this.#frames.seq : undefined);
    this.#viewers.send(socket, { type: "hello", data: helloOf(viewer, viewer.rooms, seqOf, now) });
  }

  /** What a room begins with for one who is in it. */
  #begin(socket: WebSocket, room: string, facts: SiteFacts, seen: number | undefined, now: number): void {
    if (room === roomOf(facts.site_id)) {
      this.#frames.arrived(socket, now);
      this.#frames.begin(socket, facts, seen, now);
    } else this.#viewers.send(socket, emptyHeatmap(room, now));
  }

  async heard(socket: WebSocket, message: string | ArrayBuffer, now: number): Promise<void> {
    const request = this.#viewers.hear(socket, message, now);
    const facts = this.#host.facts();
    // Unknown only to an object that no upgrade came to, which then holds no socket.
    if (!request || !facts) return;
    try {
      await this.#follow(socket, facts, request, now);
    } catch (error) {
      this.#host.failed(messageOf(error));
      this.#viewers.send(socket, { type: "error", data: notDone(request) });
    }
  }

  #follow(socket: WebSocket, facts: SiteFacts, request: ViewerRequest, now: number): void | Promise<void> {
    switch (request.type) {
      case "ping":
        this.#viewers.send(socket, { type: "pong" });
        return;
      case "subscribe":
        if (request.messages) this.#viewers.choose(socket, request.messages);
        return this.#join(socket, facts, new Map(request.rooms.map((name) => [name, undefined])), now);
      case "resume":
        return this.#join(socket, facts, new Map(Object.entries(request.rooms)), now);
      case "unsubscribe":
        return this.#leave(socket, facts, request.rooms, now);
      case "request_detailed_stats":
        return this.#details(socket, facts, request, now);
      case "track_dashboard_action":
        return this.#record(socket, facts, request, now);
      default:
        request satisfies never;
    }
  }

  #details(socket: WebSocket, facts: SiteFacts, request: Asked<"request_detailed_stats">, now: number): void {
    const id = request.id === undefined ? {} : { id: request.id };
    if (!this.#mayAskDetails(socket, facts, now)) return this.#refuse(socket, tooOften(now, id));
    if (isElsewhere(request.room, facts.site_id)) return this.#refuse(socket, { ...NOT_IN_ROOM, ...id });
    this.#tellDetails(socket, facts, request, now);
  }

  /** Of a member too: each is a picture of its own, made while events wait. */
  #mayAskDetails(socket: WebSocket, { rate_limit }: SiteFacts, now: number): boolean {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer || !this.#viewers.mayAsk(socket, now)) return false;
    return this.#detailed.count(viewer.user_id, now) <= Math.max(VIEWER_DETAILS_OF_ONE, rate_limit / 10);
  }

  #refuse(socket: WebSocket, data: ViewerError): void {
    this.#viewers.send(socket, { type: "error", data });
  }

  /** Joins rooms of the own site, whatever others are asked for beside them; with the number that was seen there last. */
  #join(socket: WebSocket, facts: SiteFacts, asked: ReadonlyMap<string, number | undefined>, now: number): void {
    const foreign: string[] = [];
    for (const [name, seen] of asked) {
      const room = readRoom(name);
      if (!room || !isOf(room, facts.site_id)) {
        foreign.push(name);
        continue;
      }
      const viewer = this.#viewers.viewerOf(socket);
      if (!viewer) return;
      if (room.kind === "site" && !this.#viewers.mayAsk(socket, now)) {
        this.#refuse(socket, tooOften(now, { rooms: [name] }));
        continue;
      }
      const isIn = viewer.rooms.includes(room.name);
      if (!isIn) {
        this.#viewers.join(socket, room.name);
        this.#greet(socket, viewer, facts, now);
      }
      // One that was in the room all the while has missed nothing, and may want the whole picture.
      this.#begin(socket, room.name, facts, isIn ? undefined : seen, now);
      if (!isIn && room.kind === "site") this.#frames.welcome(socket, now);
    }
    this.#frames.watch(now);
    if (foreign.length === 0) return;
    const message = "This socket belongs to one site. Open one for the organization to join other rooms.";
    this.#refuse(socket, { code: "use_org", message, rooms: foreign });
  }

  #leave(socket: WebSocket, facts: SiteFacts, names: readonly string[], now: number): void {
    const viewer = this.#viewers.viewerOf(socket);
    const left = names.map((name) => readRoom(name)?.name ?? name).filter((room) => viewer?.rooms.includes(room));
    if (!viewer || left.length === 0) return;
    for (const room of left) this.#viewers.leave(socket, room);
    this.#greet(socket, viewer, facts, now);
    if (left.includes(roomOf(facts.site_id))) this.#frames.farewell(now);
  }

  #tellDetails(socket: WebSocket, facts: SiteFacts, request: Asked<"request_detailed_stats">, now: number): void {
    const { id, filter } = request;
    const stats = detailedOf(this.#host.picture(facts, filter));
    const data = { ...(id !== undefined && { id }), filter, ...stats, generated_at: new Date(now).toISOString() };
    this.#viewers.send(socket, { type: "detailed_stats", room: roomOf(facts.site_id), data });
  }

  async #record(
    socket: WebSocket,
    { site_id }: SiteFacts,
    request: Asked<"track_dashboard_action">,
    now: number,
  ): Promise<void> {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer) return;
    if (isElsewhere(request.room, site_id)) return this.#refuse(socket, NOT_IN_ROOM);
    const done = await this.#actions.take(viewer, request, site_id, now);
    if ("code" in done) return this.#refuse(socket, done);
    this.#viewers.broadcast({ type: "dashboard_action", room: roomOf(site_id), data: done }, now, new Set([socket]));
  }

  gone(socket: WebSocket, code: number, now: number): void {
    this.#viewers.answerClose(socket, code);
    this.#host.log("viewer_disconnected", this.#viewers.count);
    this.#frames.farewell(now);
  }
}
