import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { markText } from "../../protocol/mark";
import { PING_TEXT, PONG_TEXT } from "../../protocol/viewer-request";
import { connectLive, type LiveConnection } from "./connect-live";
import { FakeSocket } from "./fake-socket.fixture";
import { helloOf, snapshotOf } from "./pictures.fixture";

/** Time for a socket to be made: two timers of no length, one after the other. */
const SOON = 5;

const room = "site:demo";
const snapshot = (seq: number, now = 1) => ({ type: "snapshot", room, seq, data: snapshotOf({ now }) });
const reply = (now: number) => () =>
  Promise.resolve(Response.json({ success: true, data: { snapshot: snapshotOf({ now }) } }));

let connection: LiveConnection;
let heard: string[];
const fetched = vi.fn<typeof fetch>();

function start(): void {
  connection = connectLive({
    url: "https://stats.example.com",
    site: "demo",
    fetch: fetched,
    WebSocket: FakeSocket,
    random: () => 0,
  });
  connection.listen(() => heard.push(`${connection.status()} ${connection.state().snapshot?.now ?? "-"}`));
}

/** Lets time pass, with everything that waits on promises. */
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers({ now: 20_000 });
  FakeSocket.made.length = 0;
  heard = [];
  fetched.mockReset();
  fetched.mockImplementation(reply(3));
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

async function startLive(): Promise<void> {
  start();
  await pass(SOON);
  FakeSocket.last.opens();
  FakeSocket.last.says(snapshot(1));
}

describe("the socket", () => {
  test("opens the site's room with the subprotocol, and is live at the first picture", async () => {
    start();
    expect(connection.status()).toBe("connecting");
    await pass(SOON);
    expect(FakeSocket.last.url).toBe(
      "wss://stats.example.com/api/realtime/ws?rooms=site%3Ademo&messages=delta&marks=1",
    );
    expect(FakeSocket.last.protocols).toBe("footfall.v1");
    FakeSocket.last.opens();
    FakeSocket.last.says({ type: "hello", data: helloOf({ at: 25_000 }) });
    expect(connection.serverNow()).toBe(25_000);
    FakeSocket.last.says(snapshot(1, 4));
    FakeSocket.last.says({ type: "delta", room, seq: 2, data: { at: 26_000, now: 5 } });
    expect(heard).toEqual(["connecting -", "live 4", "live 5"]);
    expect(fetched).not.toHaveBeenCalled();
  });

  test("a gap in the sequence, or a frame nobody can read, starts a new socket", async () => {
    await startLive();
    FakeSocket.last.says({ type: "delta", room, seq: 5, data: { at: 1, now: 9 } });
    await pass(1_100);
    expect(FakeSocket.made).toHaveLength(2);
    FakeSocket.last.opens();
    FakeSocket.last.says(snapshot(5, 9));
    expect(connection.state()).toMatchObject({ stale: false, seq: 5 });
    FakeSocket.last.says("nonsense");
    await pass(4_000);
    expect(FakeSocket.made).toHaveLength(3);
  });

  test("comes back after 1 s, then later and later; a socket that was good for a while starts that anew", async () => {
    await startLive();
    const gaps: number[] = [];
    for (let round = 0; round < 4; round++) {
      if (round === 3) {
        FakeSocket.last.opens();
        await pass(6_000);
      }
      const before = Date.now();
      const count = FakeSocket.made.length;
      FakeSocket.last.closes(1006);
      while (FakeSocket.made.length === count) await pass(100);
      gaps.push(Date.now() - before);
    }
    expect(gaps).toEqual([1_000, 2_000, 4_000, 1_000]);
  });

  test("is given more time to open each time, so that a busy server's work is not for nothing", async () => {
    start();
    const gaps: number[] = [];
    for (let round = 0; round < 6; round++) {
      const count = FakeSocket.made.length;
      const before = Date.now();
      while (FakeSocket.made.length === count) await pass(100);
      gaps.push(Math.round((Date.now() - before) / 1_000));
    }
    // What it waits before each socket, and what it gave the one before to open.
    expect(gaps).toEqual([0, 4 + 1, 8 + 2, 16 + 4, 32 + 8, 32 + 16]);
  });

  test.each([
    [4401, "signed_out"],
    [4403, "refused"],
    [4409, "outdated"],
  ])("close code %i is final: %s", async (code, status) => {
    await startLive();
    FakeSocket.last.closes(code);
    await pass(120_000);
    expect(connection.status()).toBe(status);
    expect(FakeSocket.made).toHaveLength(1);
    expect(fetched).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("asks for a sign of life every 30 s, and takes 10 s of silence for death", async () => {
    await startLive();
    const first = FakeSocket.last;
    await pass(30_000);
    expect(first.sent).toEqual([PING_TEXT]);
    await pass(9_000);
    first.says(PONG_TEXT);
    await pass(2_000);
    expect(FakeSocket.made).toHaveLength(1);
    await pass(19_000);
    expect(first.sent).toHaveLength(2);
    await pass(11_100);
    expect(FakeSocket.made).toHaveLength(2);
    expect(connection.status()).toBe("polling");
  });
});

describe("marks", () => {
  test("are sent back at once, each as it came, after what was sent before them; no other message is answered", async () => {
    await startLive();
    const { last } = FakeSocket;
    last.says(markText(300_000));
    expect(last.sent).toEqual([markText(300_000)]);
    last.says({ type: "delta", room, seq: 2, data: { at: 26_000, now: 5 } });
    last.says(markText(600_000));
    last.says({ type: "delta", room, seq: 3, data: { at: 26_100, now: 6 } });
    last.says(markText(900_000));
    expect(last.sent).toEqual([300_000, 600_000, 900_000].map(markText));
    expect(connection.state()).toMatchObject({ seq: 3, stale: false });
    expect(connection.status()).toBe("live");
    expect(FakeSocket.made).toHaveLength(1);
  });

  test("are signs of life", async () => {
    await startLive();
    await pass(30_000);
    FakeSocket.last.says(markText(1));
    await pass(11_000);
    expect(FakeSocket.made).toHaveLength(1);
  });

  test("are not sent back once the connection was closed", async () => {
    await startLive();
    const { last } = FakeSocket;
    connection.close();
    last.says(markText(1));
    expect(last.sent).toEqual([]);
  });
});

describe("coming back", () => {
  const hello = (seq: number) => ({ type: "hello", data: helloOf({ seq: { [room]: seq } }) });

  /** A socket that was cut after frame 1 and opened again, with a picture of 3 visitors polled meanwhile. */
  async function comeBack(): Promise<void> {
    await startLive();
    FakeSocket.last.closes(1006);
    await pass(1_100);
    expect(heard.at(-1)).toBe("polling 3");
    expect(new URL(FakeSocket.last.url).searchParams.get("resume")).toBe(`${room}:1`);
    FakeSocket.last.opens();
  }

  test("VIEWER-12 what was missed fits on the picture of before, not on the polled one", async () => {
    await comeBack();
    FakeSocket.last.says(hello(3));
    expect(connection.status()).toBe("polling");
    FakeSocket.last.says({ type: "delta", room, seq: 2, data: { at: 1, connections: 7 } });
    FakeSocket.last.says({ type: "delta", room, seq: 3, data: { at: 1, active: 8 } });
    expect(connection.state()).toMatchObject({ seq: 3, snapshot: { now: 1, connections: 7, active: 8 } });
    expect(connection.status()).toBe("live");
    await pass(10_000);
    expect(heard.at(-1)).toBe("live 1");
  });

  test("VIEWER-12 it is live at once where nothing was missed", async () => {
    await comeBack();
    FakeSocket.last.says(hello(1));
    expect(heard.at(-1)).toBe("live 1");
  });

  test("VIEWER-12 a whole picture replaces all, also one with a smaller number", async () => {
    await comeBack();
    FakeSocket.last.says(hello(900));
    FakeSocket.last.says(snapshot(900, 6));
    expect(heard.at(-1)).toBe("live 6");
    FakeSocket.last.closes(1006);
    await pass(2_100);
    expect(new URL(FakeSocket.last.url).searchParams.get("resume")).toBe(`${room}:900`);
    FakeSocket.last.opens();
    FakeSocket.last.says(hello(5));
    FakeSocket.last.says(snapshot(5, 2));
    expect(connection.state()).toMatchObject({ seq: 5, snapshot: { now: 2 } });
  });

  test("VIEWER-12 cut off again before anything came, it asks from the same place", async () => {
    await comeBack();
    FakeSocket.last.says(hello(3));
    FakeSocket.last.closes(1006);
    await pass(2_100);
    expect(new URL(FakeSocket.last.url).searchParams.get("resume")).toBe(`${room}:1`);
  });

  test("after a gap, and after a frame nobody can read, it begins anew", async () => {
    await comeBack();
    FakeSocket.last.says({ type: "delta", room, seq: 3, data: { at: 1, now: 9 } });
    await pass(2_100);
    expect(new URL(FakeSocket.last.url).searchParams.get("resume")).toBeNull();
  });

  test("messages and values of a newer server change nothing", async () => {
    await startLive();
    FakeSocket.last.says({ type: "weather", room, seq: 1, data: { rain: true } });
    FakeSocket.last.says({ type: "error", data: { code: "too_sunny", message: "Hm" } });
    const drops = [
      { reason: "moonlight", count: 1, last_at: 1, example: "" },
      { reason: "bot", count: 2, last_at: 1, example: "x" },
    ];
    FakeSocket.last.says({ type: "delta", room, seq: 2, data: { at: 1, now: 4, drops, mood: "good" } });
    expect(heard.at(-1)).toBe("live 4");
    expect(connection.state().snapshot?.drops.map(({ reason }) => reason)).toEqual(["bot"]);
    expect(FakeSocket.made).toHaveLength(1);
  });
});

describe("polling", () => {
  test("takes over when the socket does not open within 4 s, and ends when it does", async () => {
    start();
    await pass(3_900);
    expect(fetched).not.toHaveBeenCalled();
    await pass(200);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(String(fetched.mock.calls[0]?.[0])).toBe("https://stats.example.com/api/analytics/detailed?site=demo");
    expect(heard).toEqual(["polling 3"]);
    await pass(4_000);
    expect(fetched).toHaveBeenCalledTimes(3);
    FakeSocket.last.opens();
    FakeSocket.last.says(snapshot(1, 8));
    await pass(10_000);
    expect(fetched).toHaveBeenCalledTimes(3);
    expect(heard.at(-1)).toBe("live 8");
  });

  test("takes over at once when a live socket closes, without losing the picture", async () => {
    await startLive();
    FakeSocket.last.closes(1012);
    expect(connection.status()).toBe("connecting");
    expect(connection.state().snapshot?.now).toBe(1);
    await pass(10);
    expect(heard.slice(-2)).toEqual(["connecting 1", "polling 3"]);
  });

  test("says offline when nothing answers, and goes on", async () => {
    fetched.mockRejectedValue(new TypeError("network"));
    await startLive();
    FakeSocket.last.closes(1006);
    await pass(100);
    expect(connection.status()).toBe("offline");
    fetched.mockImplementation(reply(6));
    await pass(2_000);
    expect(connection.status()).toBe("polling");
  });

  test("never asks twice at once", async () => {
    fetched.mockReturnValue(new Promise(() => {}));
    await startLive();
    FakeSocket.last.closes(1006);
    await pass(10_000);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test.each([
    [401, "signed_out"],
    [403, "refused"],
    [404, "refused"],
    [503, "offline"],
  ])("reply %i means %s", async (code, status) => {
    fetched.mockResolvedValue(new Response("{}", { status: code }));
    await startLive();
    FakeSocket.last.closes(1006);
    await pass(100);
    expect(connection.status()).toBe(status);
  });
});

test.each([
  ["connecting", async () => start()],
  ["live", startLive],
  [
    "polling",
    async () => {
      await startLive();
      FakeSocket.last.closes(1006);
      await pass(100);
    },
  ],
])("after close() while %s nothing is left and nothing is heard", async (_name, begin) => {
  await begin();
  const before = heard.length;
  const sockets = FakeSocket.made.length;
  connection.close();
  await pass(100_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(heard).toHaveLength(before);
  expect(FakeSocket.made).toHaveLength(sockets);
  expect(FakeSocket.made.every((socket) => socket.readyState === 3)).toBe(true);
});
