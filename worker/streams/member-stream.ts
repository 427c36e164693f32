import { type Context, Hono } from "hono";
import { HEARTBEAT, STREAM_FULL } from "../../protocol/limits";
import { SUBPROTOCOL } from "../../protocol/version";
import { PING_TEXT, type ViewerRequest } from "../../protocol/viewer-request";
import { fail } from "../reply";
import { liveRoutes } from "../routes/live";
import type { AppEnv } from "../routes/route";
import { frameHead } from "./frame-head";
import type { StreamOut } from "./hold-stream";
import { socketSource } from "./socket-source";
import { lastEventId, messageText } from "./sse";

/** The door that sockets come in by: what a stream may see is decided in one place. */
const sockets = new Hono<AppEnv>();
for (const { method, path, handler } of liveRoutes) sockets.on(method, path, handler);

/** Heartbeats from one whole picture to the next, and from one sign of life towards the object to the next. */
const FULL_BEATS = STREAM_FULL / HEARTBEAT;
const PING_BEATS = 2;

/**
 * A viewer's socket to a room, for whoever asks: by it the object counts the streams of a member, and ends them with their
 * right. It takes the changes, from `Last-Event-ID` on where the object still knows them, or nothing.
 */
export async function openRoom(
  c: Context<AppEnv>,
  room: string,
  takes: "delta" | "nothing",
): Promise<WebSocket | Response> {
  const request = c.req.raw;
  const url = new URL("/api/realtime/ws", request.url);
  url.searchParams.set("rooms", room);
  url.searchParams.set("messages", takes);
  url.searchParams.set("marks", "1");
  const last = takes === "nothing" ? null : lastEventId(request);
  if (last !== null) url.searchParams.set("resume", `${room}:${last}`);
  const headers = new Headers({ Upgrade: "websocket", "Sec-WebSocket-Protocol": SUBPROTOCOL });
  for (const name of ["Cookie", "Authorization", "CF-Connecting-IP"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const response = await sockets.fetch(new Request(url, { headers }), c.env, c.executionCtx);
  const wait = response.headers.get("Retry-After");
  if (wait === null) return response.webSocket ?? fail("unavailable", "The stream could not be opened. Try again.");
  // It was opened only to be closed.
  response.webSocket?.accept();
  return fail("rate_limited", "Too many streams. Open it again later.", undefined, { "Retry-After": wait });
}

/** One picture, told anew from time to time for as long as the socket is open, of which nothing else is told. */
export function pictureSource(socket: WebSocket, picture: string) {
  let beats = 0;
  const source = socketSource(socket, {
    heard: () => {},
    beat(out) {
      if (++beats % FULL_BEATS === 0) out.send(messageText(picture, 0));
      if (beats % PING_BEATS === 0) socket.send(PING_TEXT);
    },
  });
  return (out: StreamOut) => {
    out.send(messageText(picture, 0));
    return source(out);
  };
}

/** The frames of a room as messages: those with a number, which is the message's id. */
export function roomSource(socket: WebSocket, room: string) {
  let id: number | undefined;
  let beats = 0;
  let full = 0;
  let changed = false;
  return socketSource(socket, {
    heard(text, out) {
      const frame = frameHead(text);
      if (!frame) return;
      const { type, seq } = frame;
      if (frame.room === room) id = seq;
      if (type === "snapshot") full = beats;
      changed = type !== "snapshot";
      out.send(messageText(text, id));
    },
    beat() {
      beats++;
      // The object takes a viewer for gone that says nothing; this one is answered without waking it.
      if (beats % PING_BEATS === 0) socket.send(PING_TEXT);
      // Where nothing changed the last picture is still whole, and the object may sleep.
      if (!changed || beats - full < FULL_BEATS) return;
      socket.send(JSON.stringify({ type: "subscribe", rooms: [room] } satisfies ViewerRequest));
    },
  });
}
