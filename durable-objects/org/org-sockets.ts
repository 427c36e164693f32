import type { ViewerError } from "../../protocol/frame";
import { JOINS_PER_MINUTE, RELAYS, ROOMS_PER_SOCKET, SITES_PASSED_ON } from "../../protocol/limits";
import type { DashboardAction } from "../../protocol/live-messages";
import { type Room, readRoom, roomOf, siteOfRooms } from "../../protocol/rooms";
import type { OrgUpgrade, ViewerRequest } from "../../protocol/viewer-request";
import type { AuditRow } from "../audit-trail";
import { DashboardActions } from "../dashboard-actions";
import { messageOf } from "../log-error";
import { helloOf } from "../sockets/hello";
import { notDone } from "../sockets/not-done";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { tooOften } from "../sockets/too-often";
import { viewerTags } from "../sockets/viewer-gate";
import type { Viewers } from "../sockets/viewers";
import type { Directory } from "./directory";

/** What the sockets need of the object. */
export interface OrgHost {
  viewers: Viewers;
  /** The organization's rooms; read anew where `room` is not among them. */
  directoryFor(org_id: string, rooms: readonly Room[], now: number): Promise<Directory>;
  /** `seen`: the number of the last frame of that room that the viewer has. */
  joined(socket: WebSocket, room: Room, seen: number | undefined, now: number): void;
  /** Somebody left a room that sites tell something for. */
  left(room: string, now: number): void;
  /** Keeps for good what somebody did; false if it cannot be kept now. */
  record: (row: AuditRow) => Promise<boolean>;
  /** Tells those in that site's room who are held elsewhere. */
  acted(site_id: string, action: DashboardAction): Promise<void>;
  log(message: string): void;
  /** Tells the one who asked. */
  details(
    socket: WebSocket,
    request: Extract<ViewerRequest, { type: "request_detailed_stats" }>,
    now: number,
  ): Promise<void>;
  /** The number of a room's last frame, where it is known. */
  seqOf(room: Room): number | undefined;
}

/** How many sites' own rooms somebody is in. */
export const sitesPassedOn = (viewers: Pick<Viewers, "rooms">): number =>
  viewers.rooms().filter((name) => name.startsWith(roomOf(""))).length;

/** Sockets of viewers that join and leave rooms of an organization. */
export class OrgSockets {
  readonly #host: OrgHost;
  readonly #viewers: Viewers;
  readonly #actions: DashboardActions;
  /** Requests of one socket are done in their order. */
  readonly #turns = new WeakMap<WebSocket, Promise<void>>();
  readonly #joins = new WeakMap<WebSocket, { minute: number; count: number }>();

  constructor(host: OrgHost) {
    this.#host = host;
    this.#viewers = host.viewers;
    this.#actions = new DashboardActions(host.record);
  }

  async accept({ viewer, relay, resume = {} }: OrgUpgrade, request: Request, now: number): Promise<Response> {
    const asked = viewer.rooms.map(readRoom);
    const rooms = asked.filter((room) => room !== null);
    const directory = await this.#host.directoryFor(viewer.org_id, rooms, now);
    if (rooms.length < asked.length || !rooms.every((room) => directory.allows(viewer, room))) {
      return refusedUpgrade(403);
    }
    if (relay < RELAYS && !this.#passesOn(rooms)) return refusedUpgrade(503);
    const offered = request.headers.get("Sec-WebSocket-Protocol") !== null;
    const { response, socket } = this.#viewers.accept({ ...viewer, rooms: [] }, offered, viewerTags(viewer, request));
    const byName = new Map(rooms.map((room) => [room.name, room]));
    const seqOf = (name: string) => {
      const room = byName.get(name);
      return room && this.#host.seqOf(room);
    };
    this.#viewers.send(socket, { type: "hello", data: helloOf(viewer, [...byName.keys()], seqOf, now) });
    this.#join(socket, byName.values(), resume, now);
    return response;
  }

  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): Promise<void> | void {
    const request = this.#viewers.hear(socket, message, now);
    if (!request) return;
    const before = this.#turns.get(socket) ?? Promise.resolve();
    // What asks many sites holds up nothing else; the room may be one that is being joined.
    if (request.type === "request_detailed_stats") {
      return before.then(() => this.#host.details(socket, request, Date.now()));
    }
    const turn = before
      .then(() => this.#follow(socket, request))
      .catch((error: unknown) => this.#failed(socket, request, error));
    this.#turns.set(socket, turn);
    return turn;
  }

  /** Whoever asked has to know that nothing came of it: the database was away, or storage is full. */
  #failed(socket: WebSocket, request: ViewerRequest, error: unknown): void {
    this.#host.log(messageOf(error));
    this.#viewers.send(socket, { type: "error", data: notDone(request) });
  }

  async #follow(socket: WebSocket, request: Exclude<ViewerRequest, { type: "request_detailed_stats" }>): Promise<void> {
    switch (request.type) {
      case "ping":
        this.#viewers.send(socket, { type: "pong" });
        return;
      case "subscribe":
        if (request.messages) this.#viewers.choose(socket, request.messages);
        return this.#subscribe(socket, request.rooms, {});
      case "resume":
        return this.#subscribe(socket, Object.keys(request.rooms), request.rooms);
      case "track_dashboard_action":
        return this.#track(socket, request, Date.now());
      case "unsubscribe":
        for (const name of request.rooms) {
          const room = readRoom(name);
          // Only what it was in: anything else would stay in memory under whatever name was said.
          if (!room || !this.#viewers.viewerOf(socket)?.rooms.includes(room.name)) continue;
          this.#viewers.leave(socket, room.name);
          this.#left(room, Date.now());
        }
        return;
      default:
        request satisfies never;
    }
  }

  /** Tells the others in the rooms of this socket, or in the one that is named, each of them once. */
  async #track(
    socket: WebSocket,
    request: Extract<ViewerRequest, { type: "track_dashboard_action" }>,
    now: number,
  ): Promise<void> {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer) return;
    const named = request.room === undefined ? null : (readRoom(request.room)?.name ?? request.room);
    const names = viewer.rooms.filter((name) => named === null || name === named);
    if (named !== null && names.length === 0) {
      return this.#refuse(socket, "not_in_room", "Join the room that you tell an action to.", [named]);
    }
    const rooms = names.flatMap((name) => readRoom(name) ?? []);
    const data = await this.#actions.take(viewer, request, siteOfRooms(rooms) ?? "", now);
    if ("code" in data) {
      this.#viewers.send(socket, { type: "error", data });
      return;
    }
    const told = new Set([socket]);
    for (const room of names) {
      this.#viewers.broadcast({ type: "dashboard_action", room, data }, now, told);
      for (const member of this.#viewers.membersOf(room)) told.add(member);
    }
    const sites = rooms.filter(({ kind }) => kind === "site");
    await Promise.all(sites.map(({ id }) => this.#host.acted(id, data).catch(this.#untold)));
  }

  /** It is recorded, and those here know of it. */
  readonly #untold = (error: unknown): void => this.#host.log(messageOf(error));

  /** `seen`: the numbers of the last frames that the viewer has, by room. */
  async #subscribe(socket: WebSocket, names: readonly string[], seen: Record<string, number>): Promise<void> {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer) return;
    const asked = names.map((name) => ({ name, room: readRoom(name) }));
    const known = asked.flatMap(({ room }) => room ?? []);
    const directory = await this.#host.directoryFor(viewer.org_id, known, Date.now());
    const foreign = asked.filter(({ room }) => room === null || !directory.allows(viewer, room));
    if (foreign.length > 0) {
      // The same words for a room of others and for one that does not exist.
      const rooms = foreign.map(({ name }) => name);
      this.#refuse(socket, "not_allowed", "You may not join such a room.", rooms);
    }
    const allowed = new Map(known.filter((room) => directory.allows(viewer, room)).map((room) => [room.name, room]));
    // Under whatever name it was asked for.
    const numbers = asked.flatMap(({ name, room }) => (room && name in seen ? [[room.name, seen[name]]] : []));
    this.#join(socket, allowed.values(), Object.fromEntries(numbers), Date.now());
  }

  #join(socket: WebSocket, rooms: Iterable<Room>, seen: Record<string, number>, now: number): void {
    const late: string[] = [];
    const often: string[] = [];
    const full: string[] = [];
    const unpassed: string[] = [];
    for (const room of rooms) {
      // One that was in the room all the while has missed nothing, and may want the whole picture.
      const isIn = this.#viewers.viewerOf(socket)?.rooms.includes(room.name) ?? false;
      if (!this.#mayJoin(socket, now)) late.push(room.name);
      else if (isIn && !this.#viewers.mayAsk(socket, now)) often.push(room.name);
      else if (!this.#passesOn([room])) unpassed.push(room.name);
      else if (!this.#viewers.join(socket, room.name)) full.push(room.name);
      else this.#host.joined(socket, room, isIn ? undefined : seen[room.name], now);
    }
    if (late.length > 0) {
      this.#refuse(socket, "too_many_joins", `Join at most ${JOINS_PER_MINUTE} rooms a minute.`, late);
    }
    if (often.length > 0) this.#viewers.send(socket, { type: "error", data: tooOften(now, { rooms: often }) });
    if (full.length > 0) {
      const message = `A socket can be in ${ROOMS_PER_SOCKET} rooms. Leave one, or open another socket.`;
      this.#refuse(socket, "too_many_rooms", message, full);
    }
    if (unpassed.length > 0) {
      const message = "Too many sites are watched here one by one. Open a socket for this site alone.";
      this.#refuse(socket, "too_many_sites", message, unpassed);
    }
  }

  #mayJoin(socket: WebSocket, now: number): boolean {
    const minute = Math.floor(now / 60_000);
    const had = this.#joins.get(socket);
    const count = had?.minute === minute ? had.count + 1 : 1;
    this.#joins.set(socket, { minute, count });
    return count <= JOINS_PER_MINUTE;
  }

  /** Frames of only so many sites are passed on. */
  #passesOn(rooms: readonly Room[]): boolean {
    const more = rooms.filter(({ kind, name }) => kind === "site" && this.#viewers.membersOf(name).size === 0);
    return more.length === 0 || sitesPassedOn(this.#viewers) + more.length <= SITES_PASSED_ON;
  }

  #refuse(socket: WebSocket, code: ViewerError["code"], message: string, rooms?: string[]): void {
    this.#viewers.send(socket, { type: "error", data: { code, message, ...(rooms && { rooms }) } });
  }

  gone(socket: WebSocket, code: number, now: number): void {
    const rooms = this.#viewers.viewerOf(socket)?.rooms ?? [];
    this.#viewers.answerClose(socket, code);
    for (const name of rooms) this.#left(readRoom(name), now);
  }

  #left(room: Room | null, now: number): void {
    if (room && room.kind !== "heatmap") this.#host.left(room.name, now);
  }

  /** Those who are in a room that they may no longer see leave it. */
  narrow(directory: Directory): void {
    for (const [socket, viewer] of this.#viewers.everybody()) {
      const lost = viewer.rooms.filter((name) => {
        const room = readRoom(name);
        return room === null || !directory.allows(viewer, room);
      });
      if (lost.length === 0) continue;
      for (const room of lost) this.#viewers.leave(socket, room);
      this.#refuse(socket, "not_allowed", "You may not see this room any more.", lost);
    }
  }
}
