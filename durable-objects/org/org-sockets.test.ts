import { describe, expect, test, vi } from "vitest";
import { ROOMS_PER_SOCKET } from "../../protocol/limits";
import type { Viewer } from "../../protocol/viewer-request";
import { readRequest } from "../sockets/read-request";
import type { Viewers } from "../sockets/viewers";
import { Directory } from "./directory";
import { OrgSockets } from "./org-sockets";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** One socket that is in these rooms, and what the object hears of its leaving. */
function socketIn(...rooms: string[]) {
  const socket = {} as WebSocket;
  const viewer = { org_id: "o", rooms } as unknown as Viewer;
  const viewers = {
    viewerOf: () => viewer,
    hear: (_: WebSocket, message: string) => readRequest(message),
    leave: (_: WebSocket, room: string) => {
      viewer.rooms = viewer.rooms.filter((other) => other !== room);
    },
    answerClose: () => {},
  } as unknown as Viewers;
  const left = vi.fn<(room: string, now: number) => void>();
  const sockets = new OrgSockets({
    viewers,
    left,
    directoryFor: async () => new Directory("o", { groups: [], sites: [] }),
    joined: () => {},
    seqOf: () => undefined,
    record: async () => true,
  });
  const unsubscribe = (names: string[]) =>
    sockets.heard(socket, JSON.stringify({ type: "unsubscribe", rooms: names }), NOW);
  const leftRooms = () => left.mock.calls.map(([room]) => room);
  return { socket, sockets, viewer, unsubscribe, leftRooms };
}

describe("ROOM-6 leaving rooms", () => {
  test("what the socket was not in is not remembered", async () => {
    const { unsubscribe, leftRooms } = socketIn("group:g");
    const foreign = Array.from({ length: ROOMS_PER_SOCKET }, (_, i) => `group:other-${i}`);
    await unsubscribe(foreign);
    await unsubscribe(["no room at all", "org:o"]);
    expect(leftRooms()).toEqual([]);
    await unsubscribe(["campus:g"]);
    await unsubscribe(["campus:g"]);
    expect(leftRooms()).toEqual(["group:g"]);
  });

  test("rooms by which no site reports are left without a trace, one by one and at the end", async () => {
    const { socket, sockets, viewer, unsubscribe, leftRooms } = socketIn("site:a", "heatmap:b", "group:g", "org:o");
    await unsubscribe(["site:a", "group:g"]);
    expect(viewer.rooms).toEqual(["heatmap:b", "org:o"]);
    sockets.gone(socket, 1000, NOW);
    expect(leftRooms()).toEqual(["group:g", "org:o"]);
  });
});
