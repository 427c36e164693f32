import { SocketTag, type Upgrade } from "../../protocol/viewer-request";
import { kindByAttachment } from "./socket-kind";

type Kind = Upgrade["kind"];

/** The sockets that the platform holds for a site's object, each under the tag of its kind. */
export class TaggedSockets {
  readonly #ctx: DurableObjectState;
  readonly #kinds = new WeakMap<WebSocket, Kind>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** How many are open, by kind. */
  counts(): Record<Kind, number> {
    const count = (kind: Kind) => this.#ctx.getWebSockets(kind).length;
    return { viewer: count("viewer"), visitor: count("visitor"), counter: count("counter") };
  }

  /** For who holds those of a kind: the open ones, also those that slept with the object, and a way to take another. */
  of(kind: Kind): { sockets(): WebSocket[]; hibernate(socket: WebSocket): void } {
    return {
      sockets: () => {
        const sockets = this.#ctx.getWebSockets(kind);
        for (const socket of sockets) this.#kinds.set(socket, kind);
        return sockets;
      },
      hibernate: (socket) => {
        this.#ctx.acceptWebSocket(socket, [kind]);
        this.#kinds.set(socket, kind);
      },
    };
  }

  kindOf(socket: WebSocket): Kind {
    const known = this.#kinds.get(socket);
    if (known) return known;
    try {
      const [tag] = this.#ctx.getTags(socket);
      return SocketTag.parse(tag);
    } catch {
      // The platform tells no tags of a socket that was closed here, as before a sleep.
      return kindByAttachment(socket.deserializeAttachment());
    }
  }
}
