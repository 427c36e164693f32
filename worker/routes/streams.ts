import { STREAM_UNREAD_BYTES } from "../../protocol/limits";
import { isForeignPage } from "../auth/same-origin";
import { fail } from "../reply";
import { holdStream, type StreamKind, type StreamOut, type StreamSource } from "../streams/hold-stream";
import { openRoom, pictureSource, roomSource } from "../streams/member-stream";
import { STREAM_HEADERS } from "../streams/sse";
import type { Handler, Route } from "./route";
import { sitesScope } from "./scopes";

type Begin = (out: StreamOut) => StreamSource;

/** A route that answers with a stream. */
function streamed(name: StreamKind, open: (...args: Parameters<Handler>) => Promise<Begin | Response>): Handler {
  return async (c) => {
    if (isForeignPage(c.req.raw)) return fail("forbidden", "This page may not read a stream here.");
    // Whoever asks with HEAD opens nothing.
    if (c.req.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    const begin = await open(c);
    if (begin instanceof Response) return begin;
    return new Response(holdStream(name, begin, STREAM_UNREAD_BYTES), { headers: STREAM_HEADERS });
  };
}

/** `GET /api/realtime/stats?site=|group=|org=`: the frames of that room. */
const stats = streamed("stats", async (c) => {
  const { kind, id } = sitesScope(c).of;
  const room = `${kind}:${id}`;
  const socket = await openRoom(c, room, "delta");
  return socket instanceof Response ? socket : roomSource(socket, room);
});

/** What is not found yet is an empty picture, told anew from time to time. */
const nothingYet = (name: StreamKind, prefix: (kind: string) => string, data: object): Handler =>
  streamed(name, async (c) => {
    const { kind, id } = sitesScope(c).of;
    const socket = await openRoom(c, `${kind}:${id}`, "nothing");
    if (socket instanceof Response) return socket;
    return pictureSource(socket, JSON.stringify({ type: "snapshot", room: `${prefix(kind)}:${id}`, seq: 0, data }));
  });

const read = { kind: "sites", action: "read" } as const;

export const streamsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/realtime/stats", access: read, handler: stats },
  {
    method: "GET",
    path: "/api/realtime/issues",
    access: read,
    handler: nothingYet("issues", (kind) => kind, { issues: [] }),
  },
  {
    method: "GET",
    path: "/api/realtime/heatmap",
    access: read,
    handler: nothingYet("heatmap", () => "heatmap", { cells: [] }),
  },
];
