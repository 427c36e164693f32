import { expect, test } from "vitest";
import { socketSource } from "./socket-source";

test("STREAM-4 a heartbeat that finds its socket ending ends the stream, and throws nothing", () => {
  const { 0: socket } = new WebSocketPair();
  const done: string[] = [];
  const begin = socketSource(socket, { heard: () => {}, beat: () => socket.send("ping") });
  const source = begin({ send: (text) => done.push(text), end: () => done.push("end") });
  source.beat();
  expect(done).toEqual([]);
  socket.close(1000);
  source.beat();
  expect(done).toEqual(["end"]);
  source.stop();
});
