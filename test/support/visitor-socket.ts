import type { VisitorReply } from "../../protocol/visitor-socket.ts";
import { BROWSER_HEADERS } from "./api.ts";
import type { TestServer } from "./server.ts";

export interface VisitorSocket {
  /** Sends a message as JSON, or text as it is. */
  send(message: unknown): void;
  /** The next reply that was not taken yet; one `{ type: "closed" }` when there will be none. */
  next(): Promise<VisitorReply | { type: "closed"; code: number }>;
  /** Both. */
  say(message: unknown): ReturnType<VisitorSocket["next"]>;
  close(code?: number): void;
  /** With the code of the close. */
  closed: Promise<number>;
}

/** A visitor's socket as a program of somebody else would open it; rejects where the upgrade is refused. */
export async function openVisitor(
  server: Pick<TestServer, "url">,
  { site = "demo", tab, headers = {} }: { site?: string; tab?: string; headers?: Record<string, string> } = {},
): Promise<VisitorSocket> {
  const query = new URLSearchParams({ site, ...(tab && { tab }) });
  // Node's takes headers, which a browser's does not.
  const socket: WebSocket = Reflect.construct(WebSocket, [
    `${server.url.replace("http", "ws")}/api/v1/live?${query}`,
    { headers: { ...BROWSER_HEADERS, origin: server.url, ...headers } },
  ]);
  const replies: Awaited<ReturnType<VisitorSocket["next"]>>[] = [];
  const waiting: ((reply: Awaited<ReturnType<VisitorSocket["next"]>>) => void)[] = [];
  const tell = (reply: (typeof replies)[number]) => {
    const first = waiting.shift();
    if (first) first(reply);
    else replies.push(reply);
  };
  socket.addEventListener("message", ({ data }) => tell(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => {
      resolve(code);
      tell({ type: "closed", code });
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("The upgrade was refused.")));
  });
  const send = (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message));
  const next = async () => replies.shift() ?? new Promise<(typeof replies)[number]>((resolve) => waiting.push(resolve));
  return {
    send,
    next,
    say: (message) => {
      send(message);
      return next();
    },
    close: (code) => socket.close(code),
    closed,
  };
}
