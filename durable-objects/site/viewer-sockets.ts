import { CLOSE } from "../../protocol/close-codes";
import type { SiteFacts } from "../../protocol/ingest";
import { type Room, readRoom } from "../../protocol/rooms";
import { PROTOCOL_VERSION } from "../../protocol/version";
import type { Upgrade } from "../../protocol/viewer-request";
import { emptyHeatmap } from "../empty-heatmap";
import { viewerTags } from "../viewer-gate";
import { type LiveFrames, roomOf } from "./live-frames";
import type { SocketKind } from "./socket-kind";
import { readRequest, type Told, type Viewers } from "./viewers";

/** What the sockets of viewers need of the object. */
export interface ViewerHost {
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  /** Tells the owner's log how many watch. */
  log(event: string, viewers: number): void;
}

const isOf = ({ kind, id }: Room, site_id: string): boolean =>
  (kind === "site" || kind === "heatmap") && id === site_id;

/** Dashboards that watch one site. */
export class ViewerSockets implements SocketKind<"viewer"> {
  readonly #host: ViewerHost;
  readonly #viewers: Viewers;
  readonly #frames: LiveFrames;

  constructor(host: ViewerHost, viewers: Viewers, frames: LiveFrames) {
    this.#host = host;
    this.#viewers = viewers;
    this.#frames = frames;
  }

  accept({ viewer, site }: Upgrade & { kind: "viewer" }, request: Request, now: number): Response {
    const offered = request.headers.get("Sec-WebSocket-Protocol") !== null;
    const { response, socket } = this.#viewers.accept(viewer, offered, viewerTags(viewer, request));
    this.#viewers.send(socket, {
      type: "hello",
      data: { protocol: PROTOCOL_VERSION, at: now, user_id: viewer.user_id, rooms: viewer.rooms },
    });
    for (const room of viewer.rooms) this.#sendPicture(socket, room, site, now);
    this.#host.log("viewer_connected", this.#viewers.count);
    this.#frames.welcome(socket, now);
    this.#frames.watchPresence(now);
    return response;
  }

  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void {
    if (!this.#viewers.mayTalk(socket, now)) {
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
      case "subscribe":
        if (!this.#viewers.mayAsk(socket, now)) return this.#tooOften(socket, now);
        this.#subscribe(socket, request.rooms, now);
        return;
      case "unsubscribe":
        for (const room of request.rooms) this.#viewers.leave(socket, readRoom(room)?.name ?? room);
        return;
      default:
        request satisfies never;
    }
  }

  #tooOften(socket: WebSocket, now: number): void {
    const message = "Too many pictures were asked for. Ask again in a second.";
    const retry_after_ms = 1_000 - (now % 1_000);
    this.#viewers.send(socket, { type: "error", data: { code: "rate_limited", message, retry_after_ms } });
  }

  /** The rooms of the own site are joined whatever others are asked for beside them. */
  #subscribe(socket: WebSocket, names: readonly string[], now: number): void {
    const facts = this.#host.facts();
    if (!facts) return;
    const rooms = names.map(readRoom);
    const own = rooms.filter((room): room is Room => room !== null && isOf(room, facts.site_id));
    for (const room of own) {
      if (this.#viewers.join(socket, room.name)) this.#sendPicture(socket, room.name, facts, now);
    }
    if (own.length === rooms.length) return;
    const message = "This socket belongs to one site. Open one for the organization to join other rooms.";
    this.#viewers.send(socket, { type: "error", data: { code: "use_org", message } });
  }

  #sendPicture(socket: WebSocket, room: string, facts: SiteFacts, now: number): void {
    const teller = (frame: Told) => this.#viewers.send(socket, frame);
    if (room === roomOf(facts.site_id)) this.#frames.sendSnapshot(teller, facts, now);
    else teller(emptyHeatmap(room, now));
  }

  gone(socket: WebSocket, code: number, now: number): void {
    this.#viewers.answerClose(socket, code);
    this.#host.log("viewer_disconnected", this.#viewers.count);
    this.#frames.farewell(now);
  }
}
