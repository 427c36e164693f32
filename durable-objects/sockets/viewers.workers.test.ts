import { expect, test, vi } from "vitest";
import { CLOSE } from "../../protocol/close-codes";
import { VIEWER_MESSAGES_PER_SECOND } from "../../protocol/limits";
import { isMark, markText } from "../../protocol/mark";
import { Viewer } from "../../protocol/viewer-request";
import { Viewers } from "./viewers";

/** A socket that remembers what was done to it; `heard` is its last sign of life, `marks` whether it sends marks back. */
function socketHeardAt(heard: number, marks = false) {
  const done = { sent: 0, closed: null as number | null, marks: Array<string>(), texts: Array<string>() };
  const socket = {
    deserializeAttachment: () => ({
      user_id: "u",
      org_id: "o",
      grant: { kind: "member", user_id: "u", until: null },
      rooms: [],
      ...(marks && { marks }),
    }),
    send: (text: string) => {
      if (isMark(text)) done.marks.push(text);
      else if (text.length < 1_000) done.texts.push(text);
      done.sent += text.length;
    },
    close: (code: number) => {
      done.closed = code;
    },
  };
  return { socket, done, heard };
}

function viewersOf(sockets: ReturnType<typeof socketHeardAt>[]) {
  const context = {
    setWebSocketAutoResponse: () => {},
    acceptWebSocket: () => {},
    getWebSockets: () => sockets.filter(({ done }) => done.closed === null).map(({ socket }) => socket),
    getWebSocketAutoResponseTimestamp: (socket: unknown) =>
      new Date(sockets.find((s) => s.socket === socket)?.heard ?? 0),
  };
  // Only what the class uses of the object's state.
  return new Viewers(context as unknown as DurableObjectState);
}

const START = 1_000_000;
const frame = { type: "error" as const, data: { code: "unavailable" as const, message: "y".repeat(100_000) } };

test("VIEWER-5 who does not send marks back is cut off, who does stays, in whatever words", () => {
  const [silent, exact, other] = [socketHeardAt(START, true), socketHeardAt(0, true), socketHeardAt(0, true)];
  const viewers = viewersOf([silent, exact, other]);
  // Only what the class uses of a socket.
  const heard = ({ socket }: typeof exact) => socket as unknown as WebSocket;
  for (let i = 0; i < 400; i++) {
    const now = START + i * 1_000;
    viewers.broadcast(frame, now);
    for (const text of exact.done.marks.splice(0)) expect(viewers.takeMark(heard(exact), text, now)).toBe(true);
    for (const text of other.done.marks.splice(0)) {
      const loose = JSON.stringify(JSON.parse(text), null, 1);
      expect(viewers.takeMark(heard(other), loose, now)).toBe(true);
    }
  }
  expect(silent.done.closed).toBe(CLOSE.tooSlow);
  expect(silent.done.sent).toBeLessThan(5_000_000);
  expect([exact.done.closed, other.done.closed]).toEqual([null, null]);
  expect(exact.done.sent).toBeGreaterThan(39_000_000);
  expect(viewers.sent.too_slow).toBe(1);
});

test("VIEWER-5 marks that come back in a rush are no messages too many; invented ones are", () => {
  const viewer = socketHeardAt(0, true);
  const viewers = viewersOf([viewer]);
  const socket = viewer.socket as unknown as WebSocket;
  for (let i = 0; i < 300; i++) viewers.broadcast(frame, START);
  const marks = viewer.done.marks.splice(0);
  expect(marks.length).toBeGreaterThan(3 * VIEWER_MESSAGES_PER_SECOND);
  for (const text of marks) expect(viewers.takeMark(socket, text, START)).toBe(true);
  for (const text of marks) {
    expect(viewers.takeMark(socket, text, START)).toBe(false);
    viewers.hear(socket, text, START);
  }
  expect(viewer.done.closed).toBe(CLOSE.tooFast);
});

test("VIEWER-5 numbers between the marks that are out are messages, however small the step", () => {
  const viewer = socketHeardAt(0, true);
  const viewers = viewersOf([viewer]);
  const socket = viewer.socket as unknown as WebSocket;
  viewers.broadcast(frame, START);
  expect(viewer.done.marks).toHaveLength(1);
  for (let at = 1; at <= VIEWER_MESSAGES_PER_SECOND + 1; at++) {
    expect(viewer.done.closed).toBeNull();
    expect(viewers.takeMark(socket, markText(at), START)).toBe(false);
    // A mark of before a sleep is such a number: it is not answered.
    expect(viewers.hear(socket, markText(at), START)).toBeNull();
  }
  expect(viewer.done.closed).toBe(CLOSE.tooFast);
  expect(viewer.done.texts.filter((text) => text.includes("unknown_message"))).toEqual([]);
});

test("VIEWER-5 the first message after a sleep has a mark, the first one of a new socket has none", () => {
  const before = socketHeardAt(0, true);
  const viewers = viewersOf([before]);
  const { socket } = viewers.accept(Viewer.parse(before.socket.deserializeAttachment()), false, []);
  const send = vi.spyOn(socket, "send").mockReturnValue();
  viewers.broadcast({ type: "pong" }, START);
  expect(before.done.marks).toHaveLength(1);
  viewers.broadcast({ type: "pong" }, START + 1);
  expect(before.done.marks).toHaveLength(1);
  expect(send.mock.calls).toEqual([['{"type":"pong"}'], ['{"type":"pong"}']]);
  for (let second = 2; second < 40; second++) viewers.broadcast({ type: "pong" }, START + second * 1_000);
  expect(before.done.closed).toBe(CLOSE.tooSlow);
  expect(viewers.count).toBe(1);
});

test("VIEWER-5 without marks every message is a sign of life, as a ping in other words is", () => {
  const talking = socketHeardAt(0);
  const viewers = viewersOf([talking]);
  for (let i = 0; i < 200; i++) {
    const now = START + i * 1_000;
    // Only what the class uses of a socket.
    if (i % 30 === 0) viewers.hear(talking.socket as unknown as WebSocket, '{"type": "ping"}', now);
    viewers.broadcast(frame, now);
  }
  expect(talking.done.closed).toBeNull();
  expect(talking.done.sent).toBeGreaterThan(19_000_000);
});

test("VIEWER-5 without marks a reader that is silent with 8 MB unread is cut off, one that pings and one that reads little stay", () => {
  const start = START;
  const slow = socketHeardAt(0);
  const pinging = socketHeardAt(0);
  const viewers = viewersOf([slow, pinging]);
  for (let i = 0; i < 200; i++) {
    const now = start + i * 1_000;
    if (i % 30 === 0) pinging.heard = now;
    viewers.broadcast(frame, now);
  }
  expect(slow.done.closed).toBe(CLOSE.tooSlow);
  expect(slow.done.sent).toBeLessThan(10_000_000);
  expect(pinging.done.closed).toBeNull();
  expect(pinging.done.sent).toBeGreaterThan(19_000_000);

  const fast = socketHeardAt(0);
  const rush = viewersOf([fast]);
  for (let i = 0; i < 400; i++) rush.broadcast(frame, start + i);
  expect(fast.done.closed).toBe(CLOSE.tooSlow);
  expect(fast.done.sent).toBeLessThan(34_000_000);

  const quiet = socketHeardAt(0);
  const few = viewersOf([quiet]);
  for (let i = 0; i < 200; i++) few.broadcast({ type: "pong" }, start + i * 1_000);
  expect(quiet.done.closed).toBeNull();
});
