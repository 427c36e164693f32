import { CLOSE } from "../../protocol/close-codes";
import type { Frame } from "../../protocol/frame";
import {
  VIEWER_MESSAGE_BYTES,
  VIEWER_MESSAGES_PER_SECOND,
  VIEWER_SILENCE,
  VIEWER_UNREAD_BYTES,
  VIEWER_UNREAD_MOST,
} from "../../protocol/limits";
import { SUBPROTOCOL } from "../../protocol/version";
import { PING_TEXT, PONG_TEXT, Upgrade, type Viewer, ViewerRequest } from "../../protocol/viewer-request";
import { answerClose, closeSocket } from "../close-socket";

const TAG = "viewer" satisfies Upgrade["kind"];

interface Unread {
  bytes: number;
  /** Milliseconds since 1970; null: nothing was sent yet. */
  since: number | null;
}

/** The hibernating sockets of an object's viewers. */
export class Viewers {
  readonly #ctx: DurableObjectState;
  /** What went to viewers since the object woke, one message for each. */
  readonly sent = { messages: 0, bytes: 0, too_slow: 0 };
  #heard = new WeakMap<WebSocket, { second: number; count: number }>();
  /** Open sockets, with the bytes sent since their last sign of life. Null after a wake-up, until somebody asks. */
  #open: Map<WebSocket, Unread> | null = null;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_TEXT, PONG_TEXT));
  }

  get count(): number {
    return this.#sockets().size;
  }

  /** The platform's list is made anew at each call, which with thousands of sockets costs more than a frame. */
  #sockets(): Map<WebSocket, Unread> {
    this.#open ??= new Map(this.#ctx.getWebSockets(TAG).map((socket) => [socket, { bytes: 0, since: null }]));
    return this.#open;
  }

  /** Counts a message; false if the socket sends more than its share. */
  mayTalk(socket: WebSocket, now: number): boolean {
    const second = Math.floor(now / 1_000);
    const heard = this.#heard.get(socket);
    const count = heard?.second === second ? heard.count + 1 : 1;
    this.#heard.set(socket, { second, count });
    return count <= VIEWER_MESSAGES_PER_SECOND;
  }

  /** Takes the socket and answers the upgrade. */
  accept(viewer: Viewer, offered: boolean): { response: Response; socket: WebSocket } {
    const { 0: client, 1: socket } = new WebSocketPair();
    const sockets = this.#sockets();
    this.#ctx.acceptWebSocket(socket, [TAG]);
    sockets.set(socket, { bytes: 0, since: null });
    socket.serializeAttachment(viewer);
    // A client that offered no protocol must not be answered with one.
    const headers = offered ? { "Sec-WebSocket-Protocol": SUBPROTOCOL } : {};
    return { response: new Response(null, { status: 101, webSocket: client, headers }), socket };
  }

  send(socket: WebSocket, frame: Frame): void {
    this.#sendText(socket, JSON.stringify(frame), Date.now());
  }

  /** The same frame to all; encoded once. Answers its length. */
  broadcast(frame: Frame, now: number): number {
    const text = JSON.stringify(frame);
    for (const socket of this.#sockets().keys()) this.#sendText(socket, text, now);
    return text.length;
  }

  #sendText(socket: WebSocket, text: string, now: number): void {
    const unread = this.#sockets().get(socket);
    if (!unread) return;
    unread.since ??= now;
    unread.bytes += text.length;
    if (unread.bytes > VIEWER_UNREAD_BYTES && !this.#reads(socket, unread, now)) {
      this.sent.too_slow++;
      this.close(socket, CLOSE.tooSlow, "Not reading. Connect again.");
      return;
    }
    try {
      socket.send(text);
      this.sent.messages++;
      this.sent.bytes += text.length;
    } catch {
      // The socket went away between the list and the send; its close event follows.
      this.#sockets().delete(socket);
    }
  }

  /** False for a socket that was silent for long; one that was heard since is counted anew. */
  #reads(socket: WebSocket, unread: Unread, now: number): boolean {
    const heard = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    const since = unread.since ?? now;
    if (heard <= since) return now - since <= VIEWER_SILENCE && unread.bytes <= VIEWER_UNREAD_MOST;
    unread.bytes = 0;
    unread.since = heard;
    return true;
  }

  /** A socket that is closed is a viewer no longer, whenever the other side answers. */
  close(socket: WebSocket, code: number, reason: string): void {
    this.#sockets().delete(socket);
    closeSocket(socket, code, reason);
  }

  /** Answers a close so that the other side sees it end; codes that may not be sent become a normal end. */
  answerClose(socket: WebSocket, code: number): void {
    this.#sockets().delete(socket);
    answerClose(socket, code);
  }
}

/** Reads a viewer's message. Fields stand at the top level or in `data`. */
export function readRequest(message: string | ArrayBuffer): ViewerRequest | "unreadable" | "unknown" {
  if (typeof message !== "string" || message.length > VIEWER_MESSAGE_BYTES) return "unreadable";
  try {
    const raw: unknown = JSON.parse(message);
    if (typeof raw !== "object" || raw === null || !("type" in raw)) return "unreadable";
    const data = "data" in raw && typeof raw.data === "object" ? raw.data : {};
    const parsed = ViewerRequest.safeParse({ ...data, ...raw });
    return parsed.success ? parsed.data : "unknown";
  } catch {
    // Not JSON.
    return "unreadable";
  }
}

/** What the Worker wrote into the upgrade request. */
export function upgradeOf(header: string | null): Upgrade | null {
  if (header === null) return null;
  const parsed = Upgrade.safeParse(JSON.parse(header));
  return parsed.success ? parsed.data : null;
}
