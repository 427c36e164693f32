import * as z from "zod";
import { Arrivals } from "./wait-for.ts";

const Heard = z.object({
  type: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
  room: z.string().optional(),
  seq: z.number().int().positive().optional(),
});
export type Heard = z.infer<typeof Heard>;

/** All that a viewer's message may have. A pong has nothing to say. */
const Strict = z.union([
  z.strictObject({
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
    room: z.string().optional(),
    seq: z.number().int().positive().optional(),
  }),
  z.strictObject({ type: z.literal("pong") }),
]);

export interface Socket {
  /** All that came so far. */
  readonly heard: readonly Heard[];
  /** What came and is no message of the protocol. */
  readonly broken: readonly string[];
  /** The subprotocol that was chosen; rejects where the socket never opened. */
  readonly opened: Promise<string>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends an object as JSON; text and bytes as they are. */
  say(message: object | string): void;
  /** The first message of a type, or that fits, which no call was given yet. */
  next(what: string | ((message: Heard) => boolean)): Promise<Heard>;
  close(): void;
}

interface Opening {
  protocols?: string[];
  headers?: Record<string, string>;
}

/** Opens a socket; `path` begins with a slash. What a visitor's socket hears is flat, and all of it in `data` here. */
export function openSocket(
  url: string,
  path: string,
  { protocols = [], headers = {} }: Opening = {},
  flat = false,
): Socket {
  // Node's takes headers, which the types of a browser's do not have.
  const socket: WebSocket = Reflect.construct(WebSocket, [url.replace("http", "ws") + path, { protocols, headers }]);
  socket.binaryType = "arraybuffer";
  const heard = new Arrivals<Heard>(({ type, seq }) => (seq === undefined ? type : `${type}:${seq}`));
  const broken: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    const raw: unknown = JSON.parse(String(data));
    if (!flat && !Strict.safeParse(raw).success) broken.push(String(data));
    heard.add(Heard.parse(flat ? { ...z.object({ type: z.string() }).parse(raw), data: raw } : raw));
  });
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.addEventListener("close", ({ code, reason }) => done({ code, reason }));
  });
  const opened = new Promise<string>((done, fail) => {
    socket.addEventListener("open", () => done(socket.protocol));
    socket.addEventListener("close", ({ code }) => fail(new Error(`It never opened: ${code}`)));
  });
  // Who waits for the close need not look at this too.
  opened.catch(() => {});
  return {
    heard: heard.all,
    broken,
    opened,
    closed,
    say: (message) => {
      if (typeof message === "string") socket.send(message);
      else if (message instanceof Uint8Array) socket.send(new Uint8Array(message));
      else socket.send(JSON.stringify(message));
    },
    next: (what) => heard.next(typeof what === "string" ? ({ type }) => type === what : what),
    close: () => socket.close(1000),
  };
}
