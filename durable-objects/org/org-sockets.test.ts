import { describe, expect, test, vi } from "vitest";
import { ROOMS_PER_SOCKET } from "../../protocol/limits";
import type { Viewer } from "../../protocol/viewer-request";
import { readRequest } from "../sockets/read-request";
import type { Told, Viewers } from "../sockets/viewers";
import { Directory } from "./directory";
import { OrgSockets } from "./org-sockets";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** One socket that is in these rooms, and what the object hears of its leaving. */
function socketIn(...rooms: string[]) {
  const socket = {} as WebSocket;
  const viewer = { user_id: "u", org_id: "o", grant: { kind: "session" }, rooms } as unknown as Viewer;
  const sent: Told[] = [];
  const viewers = {
    viewerOf: () => viewer,
    hear: (_: WebSocket, message: string) => readRequest(message),
    leave: (_: WebSocket, room: string) => {
      viewer.rooms = viewer.rooms.filter((other) => other !== room);
    },
    join: (_: WebSocket, room: string) => {
      viewer.rooms.push(room);
      return true;
    },
    broadcast: ({ room }: { room: string }) => told.push(room),
    membersOf: () => new Set(),
    answerClose: () => {},
    send: (_: WebSocket, frame: Told) => sent.push(frame),
  } as unknown as Viewers;
  const logged: string[] = [];
  /** In what rooms the socket was when its requests for details were followed. */
  const asked: string[][] = [];
  /** Rooms here that were told of an action. */
  const told: string[] = [];
  /** Sites' objects that were told of an action. */
  const acted: string[] = [];
  const directoryFor = vi.fn(async () => new Directory("o", { groups: ["g"], sites: [] }));
  const left = vi.fn<(room: string, now: number) => void>();
  const sockets = new OrgSockets({
    viewers,
    left,
    directoryFor,
    log: (message) => logged.push(message),
    joined: () => {},
    details: async () => {
      asked.push([...viewer.rooms]);
    },
    acted: async (site_id) => {
      acted.push(site_id);
    },
    seqOf: () => undefined,
    record: async () => true,
  });
  const unsubscribe = (names: string[]) =>
    sockets.heard(socket, JSON.stringify({ type: "unsubscribe", rooms: names }), NOW);
  const leftRooms = () => left.mock.calls.map(([room]) => room);
  return { socket, sockets, viewer, unsubscribe, leftRooms, sent, logged, asked, acted, told, directoryFor };
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

  test("a room of heatmaps, for which no site tells anything, is left without a trace; the others one by one and at the end", async () => {
    const { socket, sockets, viewer, unsubscribe, leftRooms } = socketIn("site:a", "heatmap:b", "group:g", "org:o");
    await unsubscribe(["site:a", "group:g"]);
    expect(viewer.rooms).toEqual(["heatmap:b", "org:o"]);
    sockets.gone(socket, 1000, NOW);
    expect(leftRooms()).toEqual(["site:a", "group:g", "org:o"]);
  });
});

test("VIEWER-11 ROOM-5 whoever asks for rooms while the database is away is told so, and can ask again", async () => {
  const { socket, sockets, sent, logged, directoryFor } = socketIn();
  directoryFor.mockRejectedValueOnce(new Error("D1_ERROR: away"));
  const subscribe = JSON.stringify({ type: "subscribe", rooms: ["site:unknown"] });
  await Promise.all([sockets.heard(socket, subscribe, NOW), sockets.heard(socket, subscribe, NOW)]);
  expect(sent.map((frame) => frame.type === "error" && [frame.data.code, frame.data.rooms])).toEqual([
    ["unavailable", ["site:unknown"]],
    ["not_allowed", ["site:unknown"]],
  ]);
  expect(logged).toEqual(["D1_ERROR: away"]);
});

test("VIEWER-9 details of a room are asked for after the requests before, and hold up none after them", async () => {
  const { socket, sockets, sent, asked, directoryFor } = socketIn();
  const listed = Promise.withResolvers<Directory>();
  directoryFor.mockReturnValueOnce(listed.promise);
  const say = (request: object) => sockets.heard(socket, JSON.stringify(request), NOW);
  const done = [
    say({ type: "subscribe", rooms: ["group:g"] }),
    say({ type: "request_detailed_stats", room: "group:g" }),
    say({ type: "ping", after: true }),
  ];
  listed.resolve(new Directory("o", { groups: ["g"], sites: [] }));
  await Promise.all(done);
  expect([asked, sent.map(({ type }) => type)]).toEqual([[["group:g"]], ["pong"]]);
});

test("VIEWER-10 an action that names a room is told there alone, and wakes no other site", async () => {
  const { socket, sockets, sent, acted, told } = socketIn("org:o", "site:a", "site:b");
  const act = (more: object) =>
    sockets.heard(socket, JSON.stringify({ type: "track_dashboard_action", action: "x", ...more }), NOW);
  await act({ room: "building:a" });
  await act({ room: "org:o" });
  expect([acted, told]).toEqual([["a"], ["site:a", "org:o"]]);
  await act({ room: "site:foreign" });
  expect(sent).toMatchObject([{ type: "error", data: { code: "not_in_room", rooms: ["site:foreign"] } }]);
  await act({});
  expect([acted, told.slice(2)]).toEqual([
    ["a", "a", "b"],
    ["org:o", "site:a", "site:b"],
  ]);
});
