import { CLOSE } from "../../protocol/close-codes";
import type { SiteFacts } from "../../protocol/ingest";
import type { Upgrade } from "../../protocol/viewer-request";
import { refusedUpgrade } from "../sockets/refused-upgrade";
import { ViewerGate, viewerTags } from "../sockets/viewer-gate";
import type { Viewers } from "../sockets/viewers";
import type { SiteMeter } from "./site-meter";
import type { SocketKind } from "./socket-kind";
import type { TaggedSockets } from "./tagged-sockets";

/** What the way to the sockets of each kind needs of the object. */
export interface SocketsHost {
  readonly tagged: Pick<TaggedSockets, "kindOf">;
  readonly kinds: { readonly [Kind in Upgrade["kind"]]: SocketKind };
  readonly viewers: Pick<Viewers, "tagged" | "count" | "viewerOf" | "takeMark" | "close">;
  readonly meter: Pick<SiteMeter, "socket">;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  /** The setting `VIEWER_SOCKETS`. */
  mostViewers(): string | undefined;
}

/** All sockets of a site: lets them in, counts them, and hands what they say to those who hold their kind. */
export class SiteSockets {
  readonly #host: SocketsHost;
  readonly #gate: ViewerGate;

  constructor(host: SocketsHost) {
    this.#host = host;
    this.#gate = new ViewerGate({
      tagged: (tag) => host.viewers.tagged(tag),
      all: () => host.viewers.count,
      most: host.mostViewers,
    });
  }

  /** Answers the upgrade of one whom the Worker has authorized. `now` in milliseconds since 1970. */
  accept(upgrade: Upgrade, request: Request, now: number): Response {
    const { kind } = upgrade;
    if (kind === "viewer") {
      const full = this.#gate.full();
      if (full > 0) return refusedUpgrade(503, full);
      const wait = this.#gate.wait(viewerTags(upgrade.viewer, request), upgrade.site.rate_limit, now);
      if (wait > 0) return refusedUpgrade(429, wait);
    }
    const response = this.#host.kinds[kind].accept(upgrade, request, now);
    if (response.status === 101) this.#host.meter.socket(kind, "opened");
    return response;
  }

  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void | Promise<void> {
    const kind = this.#host.tagged.kindOf(socket);
    if (kind === "viewer" && (this.#host.viewers.takeMark(socket, message, now) || !this.#mayTalk(socket, now))) return;
    this.#host.meter.socket(kind, "messages");
    return this.#host.kinds[kind].heard(socket, message, now);
  }

  gone(socket: WebSocket, code: number, now: number): void {
    const kind = this.#host.tagged.kindOf(socket);
    this.#host.meter.socket(kind, "closed");
    this.#host.kinds[kind].gone(socket, code, now);
  }

  /** False for a viewer that was closed, and for one that has to be since its member says too much. */
  #mayTalk(socket: WebSocket, now: number): boolean {
    const { viewers, facts } = this.#host;
    const viewer = viewers.viewerOf(socket);
    if (!viewer || this.#gate.mayTalk(viewer, facts()?.rate_limit ?? 0, now)) return viewer !== null;
    viewers.close(socket, CLOSE.tooFast, "Too many messages. Connect again later.");
    return false;
  }
}
