import { expect, test } from "vitest";
import { markText } from "../../protocol/mark";
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

test("STREAM-5 marks go back to the object as they came, and are no messages", async () => {
  const { 0: socket, 1: object } = new WebSocketPair();
  object.accept();
  const [heard, back]: [string[], string[]] = [[], []];
  const done = Promise.withResolvers<void>();
  object.addEventListener("message", ({ data }) => {
    back.push(String(data));
    if (back.length === 2) done.resolve();
  });
  const begin = socketSource(socket, { heard: (message) => heard.push(message), beat: () => {} });
  const source = begin({ send: () => {}, end: () => {} });
  for (const text of ["a", markText(1), "b", markText(2)]) object.send(text);
  await done.promise;
  expect(back).toEqual([markText(1), markText(2)]);
  expect(heard).toEqual(["a", "b"]);
  source.stop();
});
