import { expect, test } from "vitest";
import type { PassedBeat } from "../../protocol/org";
import { Beat } from "../sockets/beat";
import type { Told, Viewers } from "../sockets/viewers";
import { PassedRooms } from "./passed-rooms";

const NOW = 1_000_000;

/** An object with sockets in a site's room, and what they are told: numbers of beats, and codes of errors. */
function object() {
  const members = new Set<WebSocket>();
  const told = new Map<WebSocket, (number | string)[]>();
  const asked: { answer: (known: boolean) => void; fail: (error: Error) => void }[] = [];
  const tell = (socket: WebSocket, what: number | string) => told.get(socket)?.push(what);
  const viewers = {
    membersOf: () => members,
    leave: (socket: WebSocket) => members.delete(socket),
    send: (socket: WebSocket, frame: Told) => tell(socket, frame.type === "error" ? frame.data.code : frame.type),
    sendBeat: (socket: WebSocket, beat: Beat) => tell(socket, beat.seq),
    broadcastBeat: (beat: Beat, _: number, but: ReadonlySet<WebSocket> = new Set()) => {
      for (const socket of members) if (!but.has(socket)) tell(socket, beat.seq);
    },
  } as unknown as Viewers;
  const rooms = new PassedRooms({
    viewers,
    askPicture: () =>
      new Promise((answer, fail) => {
        asked.push({ answer, fail });
      }),
    emptyPicture: () => new Beat("site:s", 0, [{ type: "snapshot", data: {} }]),
    log: () => {},
  });
  const join = (at = NOW, seen?: number) => {
    const socket = {} as WebSocket;
    members.add(socket);
    told.set(socket, []);
    rooms.join(socket, "s", seen, at);
    return () => told.get(socket);
  };
  const beat = (seq: number, type = "delta", isAsked = false): PassedBeat => ({
    seq,
    asked: isAsked,
    parts: [{ type, head: "x".repeat(type === "delta" ? 1 : 100), tail: "" }],
  });
  const tellBeat = (...given: Parameters<typeof beat>) => rooms.tell("s", beat(...given), NOW);
  return { rooms, members, asked, join, tellBeat };
}

const turn = () => new Promise((done) => setImmediate(done));

test("ROOM-2 one picture is asked for all who come before it, and each begins with it", () => {
  const { asked, join, tellBeat } = object();
  const [one, two] = [join(), join()];
  tellBeat(5);
  tellBeat(5, "snapshot", true);
  const three = join();
  tellBeat(6);
  tellBeat(6, "snapshot", true);
  tellBeat(7);
  expect(asked).toHaveLength(2);
  expect([one(), two(), three()]).toEqual([
    [5, 6, 7],
    [5, 6, 7],
    [6, 7],
  ]);
});

test("ROOM-2 a picture that got lost is asked for again by the next who comes, and by the look every half minute", async () => {
  const { rooms, asked, join, tellBeat } = object();
  const one = join();
  asked[0]?.answer(true);
  await turn();
  join(NOW + 4_000);
  expect(asked).toHaveLength(1);
  join(NOW + 5_000);
  expect(asked).toHaveLength(2);
  rooms.look(NOW + 30_000);
  expect(asked).toHaveLength(3);
  tellBeat(9, "snapshot", true);
  rooms.look(NOW + 60_000);
  expect([asked.length, one()]).toEqual([3, [9]]);
});

test("ROOM-5 all who wait are told that a site cannot be reached, and what is not known is an empty picture", async () => {
  const { asked, members, join } = object();
  const waiting = [join(), join()];
  asked[0]?.fail(new Error("Network connection lost."));
  await turn();
  expect([waiting.map((told) => told()), members.size]).toEqual([[["unavailable"], ["unavailable"]], 0]);
  const next = join();
  asked[1]?.answer(false);
  await turn();
  expect(next()).toEqual([0]);
});

test("VIEWER-12 who comes back goes on where it was, until nobody is told of the site any more", () => {
  const { rooms, asked, join, tellBeat } = object();
  join();
  tellBeat(1, "snapshot", true);
  for (const seq of [2, 3, 4]) tellBeat(seq);
  expect([join(NOW, 2)(), join(NOW, 4)(), rooms.seqOf("s"), asked.length]).toEqual([[3, 4], [], 4, 1]);
  rooms.stopped("s");
  expect([join(NOW, 4)(), rooms.seqOf("s"), asked.length]).toEqual([[], undefined, 2]);
});
