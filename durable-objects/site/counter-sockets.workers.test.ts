import { expect, test, vi } from "vitest";
import { type CounterSeat, LEAF_HEADER, LeafPlace } from "../../protocol/counter";
import { COUNTER_STREAMS } from "../../protocol/limits";
import { CounterSockets } from "./counter-sockets";

const site = { site_id: "s", org_id: "o", time_zone: "UTC", session_timeout_ms: 1, rate_limit: 100, leaves: 1 };

/** Sockets that slept, each of a visitor of its own, and how often they were sent to. */
function asleep(count: number, leaves = 0) {
  const told = { messages: 0 };
  let kept: string | null = null;
  const sockets = Array.from({ length: count }, (_, n) => ({
    deserializeAttachment: () => ({ visitor: `v${n}`, stream: `s${n}` }) satisfies CounterSeat,
    send: () => {
      told.messages++;
    },
    close: () => {},
  }));
  const counter = new CounterSockets(
    {
      // Only what the class uses of a socket.
      sockets: () => sockets as unknown as WebSocket[],
      hibernate: (socket) => socket.accept(),
      takes: () => 0,
      order: async () => null,
      read: () => kept,
      write: (value) => {
        kept = value;
      },
      wakeAt: () => {},
      log: () => {},
      failed: () => {},
    },
    { streams: COUNTER_STREAMS, leaves },
  );
  const join = (stream: string) =>
    counter.accept(
      { kind: "counter", seat: { visitor: stream, stream }, address: "::1", site },
      new Request("https://o/"),
      1_000,
    );
  return { counter, told, join };
}

test("COUNTER-5 a full site answers 503 and when to come again; a stream that comes back finds its place", async () => {
  const { counter, join } = asleep(COUNTER_STREAMS);
  const refused = join("new");
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "30"]);
  expect(join("s7").status).toBe(101);
  expect((await counter.counts()).totalConnections).toBe(COUNTER_STREAMS);
});

test("COUNTER-8 beyond what the object holds it names a leaf, each full one until there is none", async () => {
  const { counter, join } = asleep(COUNTER_STREAMS, 2);
  const placeOf = (stream: string) => LeafPlace.parse(JSON.parse(join(stream).headers.get(LEAF_HEADER) ?? ""));
  expect(placeOf("new")).toMatchObject({ index: 0, last: 1 });
  expect(join("s7").status).toBe(101);
  let at = 0;
  for (const index of [0, 1]) {
    const seats = Array.from({ length: COUNTER_STREAMS }, (_, n) => ({
      visitor: "v",
      stream: `${index}:${n}`,
      at: ++at,
    }));
    counter.hear(index, { epoch: 1, call: 0, whole: true, joined: seats, left: [] }, 1_000);
    if (index === 0) expect(placeOf("new")).toMatchObject({ index: 1 });
  }
  expect(join("new").status).toBe(503);
  // Where it was already there is a place for it.
  expect(placeOf("0:7")).toMatchObject({ index: 0 });
  expect(await counter.counts()).toEqual({
    totalConnections: 3 * COUNTER_STREAMS,
    uniqueVisitors: COUNTER_STREAMS + 1,
  });
});

test("COUNTER-4 with very many streams changes are told every 2.5 s", () => {
  vi.useFakeTimers();
  try {
    vi.setSystemTime(10_000);
    const { counter, told } = asleep(8_000);
    for (let n = 0; n < 1_000; n++) counter.leave(`s${n}`, "::1", site, Date.now());
    expect(told.messages).toBe(7_999);
    vi.advanceTimersByTime(2_499);
    expect(told.messages).toBe(7_999);
    vi.advanceTimersByTime(1);
    expect(told.messages).toBe(7_999 + 7_000);
    vi.advanceTimersByTime(60_000);
    expect(told.messages).toBe(7_999 + 7_000);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("COUNTER-2 who joins between two messages to all is told the counts at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  try {
    const { join } = asleep(8_000);
    join("first");
    const socket = join("second").webSocket;
    const told = new Promise((resolve) => socket?.addEventListener("message", ({ data }) => resolve(data)));
    socket?.accept();
    expect(JSON.parse(String(await told))).toMatchObject({ totalConnections: 8_002, uniqueVisitors: 8_002 });
    expect(vi.getTimerCount()).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
