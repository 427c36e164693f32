import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PING_TEXT, PONG_TEXT } from "../../protocol/viewer-request";
import { connectLive, type LiveConnection } from "./connect-live";
import { helloOf, snapshotOf } from "./pictures.fixture";

/** A socket that does what the test says. */
class FakeSocket extends EventTarget {
  static readonly made: FakeSocket[] = [];
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1);
    if (!socket) throw new Error("no socket was made");
    return socket;
  }

  readyState = 0;
  binaryType = "blob";
  readonly sent: string[] = [];
  readonly url: string;
  readonly protocols: string | string[] | undefined;

  constructor(url: string, protocols?: string | string[]) {
    super();
    this.url = url;
    this.protocols = protocols;
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  says(message: unknown) {
    const data = typeof message === "string" ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  closes(code: number) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "" }));
  }
}

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
    expect(FakeSocket.last.url).toBe("wss://stats.example.com/api/realtime/ws?rooms=site%3Ademo&messages=delta");
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

  test.each([
    [4401, "signed_out"],
    [4403, "refused"],
    [4409, "refused"],
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
