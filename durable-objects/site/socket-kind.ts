import type { Upgrade } from "../../protocol/viewer-request";

/** What an object does with the sockets of one kind. The kind is the socket's tag, by which it is known again after a sleep. */
export interface SocketKind<Kind extends Upgrade["kind"] = Upgrade["kind"]> {
  /** Takes a socket whom the Worker has authorized and answers the upgrade. `now` in milliseconds since 1970. */
  accept(upgrade: Upgrade & { kind: Kind }, request: Request, now: number): Response;
  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void | Promise<void>;
  /** The other side closed or was lost; `code` as in RFC 6455. */
  gone(socket: WebSocket, code: number, now: number): void;
}
