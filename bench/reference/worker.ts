import { DurableObject } from "cloudflare:workers";
import * as z from "zod";

/**
 * What Footfall is measured against: the least that takes the same beacon durably. It parses the body, makes one call to
 * an object, which writes one row, and answers 201. Its sockets hibernate, are greeted, and get a frame of any size asked
 * for.
 */

interface Env {
  OBJECT: DurableObjectNamespace<ReferenceObject>;
}

const Beacon = z.object({ site: z.string(), events: z.array(z.unknown()) });
type Beacon = z.infer<typeof Beacon>;

export class ReferenceObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS batches (n INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  ingest(beacon: { events: unknown[] }): number {
    this.ctx.storage.sql.exec("INSERT INTO batches (body) VALUES (?)", JSON.stringify(beacon));
    return beacon.events.length;
  }

  override fetch(request: Request): Response {
    const url = new URL(request.url);
    if (url.pathname === "/frame") {
      const frame = "x".repeat(Number(url.searchParams.get("bytes")));
      for (const socket of this.ctx.getWebSockets()) socket.send(frame);
      return new Response("sent");
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    // Every viewer is told something when it comes, and the runtime takes memory for a socket at its first message.
    if (url.searchParams.has("tell")) for (const socket of this.ctx.getWebSockets()) socket.send("one more");
    else server.send("hello");
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket): void {
    socket.close(1000);
  }
}

/** A stream of server-sent events over a socket of the object, which with `?tell` tells the others of it. */
async function stream(url: string, env: Env): Promise<Response> {
  const request = new Request(url, { headers: { Upgrade: "websocket" } });
  const { webSocket } = await env.OBJECT.getByName("sockets").fetch(request);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      webSocket?.addEventListener("message", ({ data }) => controller.enqueue(encoder.encode(`data: ${data}\n\n`)));
      webSocket?.accept();
    },
    cancel: () => webSocket?.close(1000),
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

export default {
  async fetch(request, env) {
    if (request.url.includes("/stream")) return stream(request.url, env);
    if (!request.url.includes("/api/v1/track")) return env.OBJECT.getByName("sockets").fetch(request);
    const body: unknown = await request.json();
    const beacon = Beacon.parse(body);
    const count = await env.OBJECT.getByName(beacon.site).ingest(beacon);
    return Response.json({ message: "Events tracked successfully", count, session_id: null }, { status: 201 });
  },
} satisfies ExportedHandler<Env>;
