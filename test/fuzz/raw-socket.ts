import { once } from "node:events";
import { connect } from "node:net";

/** One answer of a connection: its status and its body. */
export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

export interface Raw {
  /** Sent one after the other, each after the one before has left. */
  pieces: readonly (string | Uint8Array)[];
  /** `end`: says that it is done; `reset`: goes without a word; `wait`: neither. */
  then: "end" | "reset" | "wait";
}

/** How long to wait for an answer that must come, for one that may come, and for one more than must come. */
const PATIENCE = { must: 25_000, may: 2_000, more: 200 } as const;

/**
 * Sends bytes over a new connection, and resolves to the answers: once `wanted` of them came, the server closed it, or
 * nothing came for too long. `wanted` is null where it is not known.
 */
export async function sendRaw(url: string, { pieces, then }: Raw, wanted: number | null): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = Buffer.alloc(0);
  const over = Promise.withResolvers<void>();
  let timer = setTimeout(over.resolve, wanted ? PATIENCE.must : PATIENCE.may);
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (answersIn(received.toString("latin1")).length < (wanted ?? 1)) return;
    clearTimeout(timer);
    timer = setTimeout(over.resolve, PATIENCE.more);
  });
  // A reset connection is an answer too; what came before it counts.
  socket.on("error", () => over.resolve());
  socket.on("close", () => over.resolve());
  await once(socket, "connect");
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise<void>((done) => socket.write(piece, () => done()));
  }
  if (then === "reset") {
    socket.resetAndDestroy();
    over.resolve();
  }
  if (then === "end") socket.end();
  await over.promise;
  clearTimeout(timer);
  socket.destroy();
  return answersIn(received.toString("latin1"));
}

function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(rest)?.[1];
    if (end < 0 || status === undefined) return answers;
    const head = rest.slice(0, end);
    const length = status.startsWith("1") ? 0 : Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? rest.length);
    const body = rest.slice(end + 4, end + 4 + length);
    rest = rest.slice(end + 4 + length);
    if (!status.startsWith("1")) answers.push({ status: Number(status), head, body });
  }
}
