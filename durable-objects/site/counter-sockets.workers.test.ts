import { expect, test, vi } from "vitest";
import { CounterSeat } from "../../protocol/counter";
import { COUNTER_STREAMS } from "../../protocol/limits";
import { CounterSockets } from "./counter-sockets";

const site = { site_id: "s", org_id: "o", time_zone: "UTC", session_timeout_ms: 1, rate_limit: 100, leaves: 1 };

/** Sockets that slept, each of a visitor of its own, and how often they were sent to. */
function asleep(count: number) {
  const told = { messages: 0 };
  const sockets = Array.from({ length: count }, (_, n) => ({
    deserializeAttachment: () => ({ visitor: `v${n}`, stream: `s${n}` }) satisfies CounterSeat,
    send: () => {
      told.messages++;
    },
    close: () => {},
  }));
  const counter = new CounterSockets({
    // Only what the class uses of a socket.
    sockets: () => sockets as unknown as WebSocket[],
    hibernate: (socket) => socket.accept(),
    joins: () => 0,
    log: () => {},
  });
  const join = (stream: string) =>
    counter.accept(
      { kind: "counter", seat: { visitor: stream, stream }, address: "::1", site },
      new Request("https://o/"),
      1_000,
    );
  return { counter, told, join };
}

test("COUNTER-5 a full site answers 503 and when to come again; a stream that comes back finds its place", () => {
  const { counter, join } = asleep(COUNTER_STREAMS);
  const refused = join("new");
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "30"]);
  expect(join("s7").status).toBe(101);
  expect(counter.counts.totalConnections).toBe(COUNTER_STREAMS);
});

test("COUNTER-4 with very many streams changes are told every 2.5 s", () => {
  vi.useFakeTimers();
  try {
    vi.setSystemTime(10_000);
    const { counter, told } = asleep(8_000);
    for (let n = 0; n < 1_000; n++) counter.leave(`s${n}`, Date.now());
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
