import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What may become of a request on its way. */
const FATES = ["pass", "lose_request", "lose_answer", "late_answer", "cut_request", "cut_answer", "double"] as const;
type Fate = (typeof FATES)[number];

export interface LossyProxy {
  url: string;
  /** How often each thing happened. */
  counts: Record<Fate, number>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A network in front of `target` that loses, delays, cuts and doubles. A connection carries one request. */
export async function lossyProxy(target: string, random: () => number): Promise<LossyProxy> {
  const { hostname, port } = new URL(target);
  const counts: LossyProxy["counts"] = {
    pass: 0,
    lose_request: 0,
    lose_answer: 0,
    late_answer: 0,
    cut_request: 0,
    cut_answer: 0,
    double: 0,
  };
  const deck: Fate[] = [];
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    // Broken connections are what this is for.
    socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
    return socket;
  };
  const send = async (bytes: Buffer): Promise<Buffer> => {
    const upstream = track(connect(Number(port), hostname));
    upstream.write(bytes);
    return readAnswer(upstream);
  };
  const serve = async (client: Socket, request: Buffer) => {
    // Dealt like cards, so that each comes soon.
    if (deck.length === 0) deck.push(...FATES);
    const fate = deck.splice(Math.floor(random() * deck.length), 1)[0] ?? "pass";
    counts[fate]++;
    switch (fate) {
      case "lose_request":
        break;
      case "cut_request":
        // The answer to half a request, if there is one, reaches nobody.
        void send(request.subarray(0, Math.floor(request.length * random())));
        break;
      case "lose_answer":
        await send(request);
        break;
      case "cut_answer": {
        const answer = await send(request);
        client.write(answer.subarray(0, Math.floor(answer.length * random())));
        break;
      }
      case "late_answer":
        await pause(100 + random() * 400);
        client.write(await send(request));
        break;
      case "double": {
        const answers = await Promise.all([send(request), send(request)]);
        // Which of them is first at the server is open: the sender hears of the one that counted.
        client.write(answers.find((answer) => !answer.includes('"count":0')) ?? answers[0]);
        break;
      }
      case "pass":
        client.write(await send(request));
        break;
      default:
        fate satisfies never;
    }
    client.destroySoon();
  };
  const server = createServer((client) => {
    track(client);
    void readWhole(client).then((request) => request && serve(client, request));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    counts,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A message with its body, by Content-Length; null when the connection ended before. */
function readWhole(socket: Socket): Promise<Buffer | null> {
  return new Promise((done) => {
    let bytes = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /content-length: (\d+)/i.exec(bytes.subarray(0, end).toString())?.[1];
      if (bytes.length < end + 4 + Number(length ?? 0)) return;
      socket.off("data", look);
      done(bytes);
    };
    socket.on("data", look);
    socket.on("close", () => done(null));
  });
}

/** A whole answer, or what came of it. */
async function readAnswer(socket: Socket): Promise<Buffer> {
  const whole = await readWhole(socket);
  socket.destroy();
  return whole ?? Buffer.alloc(0);
}
