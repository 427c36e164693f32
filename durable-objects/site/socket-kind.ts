import * as z from "zod";
import { CounterSeat } from "../../protocol/counter";
import type { Upgrade } from "../../protocol/viewer-request";
import { SocketVisitor } from "../../protocol/visitor-socket";

/** What an object does with the sockets of one kind. The kind is the socket's tag, by which it is known again after a sleep. */
export interface SocketKind<Kind extends Upgrade["kind"] = Upgrade["kind"]> {
  /** Takes a socket whom the Worker has authorized and answers the upgrade. `now` in milliseconds since 1970. */
  accept(upgrade: Upgrade & { kind: Kind }, request: Request, now: number): Response;
  heard(socket: WebSocket, message: string | ArrayBuffer, now: number): void | Promise<void>;
  /** The other side closed or was lost; `code` as in RFC 6455. */
  gone(socket: WebSocket, code: number, now: number): void;
}

const WithVisitor = z.object({ visitor: SocketVisitor });

/** The kind of a socket by what it keeps over a sleep, which can be read also after it was closed, when its tags cannot. */
export function kindByAttachment(attachment: unknown): Upgrade["kind"] {
  if (CounterSeat.safeParse(attachment).success) return "counter";
  return WithVisitor.safeParse(attachment).success ? "visitor" : "viewer";
}
