import { SUBPROTOCOL } from "../../protocol/version.ts";
import { PATIENCE } from "./patience.ts";

/** A message as it came, unread: what a program of somebody else sees. */
export interface Message {
  type: string;
  room?: string;
  seq?: number;
  data?: Record<string, unknown>;
}

export interface ViewerProgram {
  /** All that came so far. */
  readonly messages: Message[];
  /** Sends JSON. */
  say(message: object): void;
  /** The next message that fits, of those that no call has answered yet; throws after `within` milliseconds. */
  next(fits: string | ((message: Message) => boolean), within?: number): Promise<Message>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

interface Opening {
  /** Unset: `rooms=site:demo`. */
  query?: string;
  headers?: Record<string, string>;
  protocols?: string[];
}

/** Opens a viewer's socket as any program would. */
export function openViewer(
  url: string,
  { query = "rooms=site:demo", headers = {}, protocols }: Opening,
): ViewerProgram {
  const address = `${url.replace(/^http/, "ws")}/api/realtime/ws?${query}`;
  // Node's socket takes headers, which the types of a browser's do not have.
  const socket: WebSocket = Reflect.construct(WebSocket, [address, { protocols: protocols ?? [SUBPROTOCOL], headers }]);
  const messages: Message[] = [];
  const answered = new Set<Message>();
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.addEventListener("close", ({ code, reason }) => done({ code, reason }));
  });
  return {
    messages,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(1000),
    next(what, within = PATIENCE) {
      const fits = typeof what === "string" ? (message: Message) => message.type === what : what;
      return new Promise((done, fail) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const came = messages.map(({ type, seq }) => `${type} ${seq ?? ""}`).join(", ");
          fail(new Error(`Waited ${within} ms for ${String(what)}; came: ${came}`));
        }, within);
        const look = () => {
          const found = messages.find((message) => !answered.has(message) && fits(message));
          if (!found) return;
          answered.add(found);
          clearTimeout(timer);
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
