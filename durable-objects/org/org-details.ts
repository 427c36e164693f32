import type { ViewerError } from "../../protocol/frame";
import { MERGED_DETAILS_WAITING, RATE_NAMES, VIEWER_DETAILS_OF_ONE } from "../../protocol/limits";
import type { LiveFilter } from "../../protocol/live";
import { type Room, readRoom } from "../../protocol/rooms";
import type { Viewer, ViewerRequest } from "../../protocol/viewer-request";
import { messageOf } from "../log-error";
import { FixedWindow } from "../pure/fixed-window";
import { tooOften } from "../sockets/too-often";
import type { Viewers } from "../sockets/viewers";
import type { DetailsRead } from "./read-details";

type Asked = Extract<ViewerRequest, { type: "request_detailed_stats" }>;
type Counted = Room & { kind: "site" | "group" | "org" };

/** What detailed figures need of the object. */
export interface DetailsHost {
  viewers: Viewers;
  read(viewer: Viewer, of: Counted, filter: LiveFilter): Promise<DetailsRead>;
  log(message: string): void;
}

const REFUSALS = {
  not_allowed: "You may not see this room any more.",
  unavailable: "The sites cannot be reached now. Ask again in a moment.",
} as const;

const isCounted = (room: Room): room is Counted => room.kind !== "heatmap";

/** Detailed figures for the one who asks. */
export class OrgDetails {
  readonly #host: DetailsHost;
  readonly #viewers: Viewers;
  /** What each member asked for in the running second. */
  readonly #asked = new FixedWindow(1_000, RATE_NAMES);
  /** Figures of several sites are read one after another: each asks up to two hundred objects. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(host: DetailsHost) {
    this.#host = host;
    this.#viewers = host.viewers;
  }

  /** Answers with `detailed_stats` or an error. Never throws. */
  async answer(socket: WebSocket, { room: name, filter, id }: Asked, now: number): Promise<void> {
    const viewer = this.#viewers.viewerOf(socket);
    if (!viewer) return;
    const refuse = (error: ViewerError) =>
      this.#viewers.send(socket, { type: "error", data: { ...error, ...(id !== undefined && { id }) } });
    const room = this.#chosen(viewer, name);
    const most = Math.max(VIEWER_DETAILS_OF_ONE, (viewer.rate_limit ?? 0) / 10);
    if (!this.#viewers.mayAsk(socket, now) || this.#asked.count(viewer.user_id, now) > most) {
      return refuse(tooOften(now, {}));
    }
    if (!room) return refuse({ code: "not_in_room", message: "Join the room of which you want detailed figures." });
    if (room.kind !== "site" && this.#waiting >= MERGED_DETAILS_WAITING) {
      return refuse({ ...tooOften(now, {}), message: "Many ask for figures of several sites. Ask again in a second." });
    }
    const read = await this.#read(viewer, room, filter);
    // Who left meanwhile, or may not be there any more, is told nothing of it.
    if (!this.#viewers.viewerOf(socket)?.rooms.includes(room.name)) {
      return refuse({ code: "not_in_room", message: "You left that room." });
    }
    if (!read.ok) return refuse({ code: read.code, message: REFUSALS[read.code], rooms: [room.name] });
    const data = { ...(id !== undefined && { id }), filter, ...read.stats };
    this.#viewers.send(socket, { type: "detailed_stats", room: room.name, data });
  }

  /** The room that is meant, if the viewer is in it. */
  #chosen({ rooms }: Viewer, name: string | undefined): Counted | undefined {
    const joined = rooms.flatMap((one) => readRoom(one) ?? []).filter(isCounted);
    return name === undefined ? joined[0] : joined.find((room) => room.name === readRoom(name)?.name);
  }

  async #read(viewer: Viewer, room: Counted, filter: LiveFilter): Promise<DetailsRead> {
    const read = () =>
      this.#host.read(viewer, room, filter).catch((error: unknown): DetailsRead => {
        this.#host.log(messageOf(error));
        return { ok: false, code: "unavailable" };
      });
    if (room.kind === "site") return read();
    this.#waiting++;
    const turn = this.#turn.then(read).finally(() => {
      this.#waiting--;
    });
    this.#turn = turn;
    return turn;
  }
}
