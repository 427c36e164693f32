import { expect, test } from "vitest";
import { CLOSE } from "../../protocol/close-codes";
import { Viewers } from "./viewers";

/** A socket that remembers what was done to it; `heard` is its last sign of life. */
function socketHeardAt(heard: number) {
  const done: { sent: number; closed: number | null } = { sent: 0, closed: null };
  const socket = {
    deserializeAttachment: () => ({
      user_id: "u",
      org_id: "o",
      grant: { kind: "member", user_id: "u", until: null },
      rooms: [],
    }),
    send: (text: string) => {
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
    getWebSockets: () => sockets.filter(({ done }) => done.closed === null).map(({ socket }) => socket),
    getWebSocketAutoResponseTimestamp: (socket: unknown) =>
      new Date(sockets.find((s) => s.socket === socket)?.heard ?? 0),
  };
  // Only what the class uses of the object's state.
  return new Viewers(context as unknown as DurableObjectState);
}

test("VIEWER-5 a reader that is silent with 8 MB unread is cut off, one that pings and one that reads little stay", () => {
  const start = 1_000_000;
  const slow = socketHeardAt(0);
  const pinging = socketHeardAt(0);
  const viewers = viewersOf([slow, pinging]);
  const frame = { type: "error" as const, data: { code: "unavailable" as const, message: "y".repeat(100_000) } };
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
