import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectRooms, type RoomsConnection, type RoomsMessage } from "./connect-rooms";
import { FakeSocket } from "./fake-socket.fixture";
import { helloOf, snapshotOf } from "./pictures.fixture";

const SOON = 5;
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

let rooms: RoomsConnection;
let tickets = 0;

beforeEach(() => {
  vi.useFakeTimers({ now: 20_000 });
  FakeSocket.made.length = 0;
});
afterEach(() => {
  rooms.close();
  vi.useRealTimers();
});

function start(...names: string[]): void {
  rooms = connectRooms({
    url: "https://stats.example.com",
    rooms: names,
    messages: ["delta", "aggregates"],
    WebSocket: FakeSocket,
    random: () => 0,
  });
}

async function open(): Promise<void> {
  await pass(SOON);
  FakeSocket.last.opens();
  FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: rooms.rooms() }) });
}

const asked = () => Object.fromEntries(new URL(FakeSocket.last.url).searchParams);
const said = () => FakeSocket.last.sent.map((text) => JSON.parse(text));
const site = (id: string, seq: number, now = 1) => ({
  type: "snapshot",
  room: `site:${id}`,
  seq,
  data: snapshotOf({ site_id: id, now }),
});
const org = (seq: number) => ({ type: "snapshot", room: "org:o", seq, data: { at: 1, sites: [] } });
const nowOf = (room: string) => {
  const picture = rooms.picture(room);
  return picture?.of === "site" ? picture.state.snapshot?.now : undefined;
};

describe("rooms", () => {
  test("each has a picture of its own, and what it does not know is heard all the same", async () => {
    start("site:a", "org:o", "heatmap:o");
    const heard: RoomsMessage[] = [];
    rooms.hear((message) => heard.push(message));
    await open();
    expect(asked()).toEqual({ rooms: "site:a,org:o,heatmap:o", messages: "delta,aggregates", marks: "1" });
    FakeSocket.last.says(site("a", 5, 2));
    FakeSocket.last.says(org(90));
    FakeSocket.last.says({ type: "delta", room: "site:a", seq: 6, data: { at: 1, now: 3 } });
    FakeSocket.last.says({ type: "aggregates", room: "site:a", data: { window: "1s" } });
    expect(nowOf("site:a")).toBe(3);
    expect(rooms.picture("org:o")).toMatchObject({ of: "sites", state: { seq: 90 } });
    expect(heard.at(-1)).toEqual({ type: "aggregates", room: "site:a", data: { window: "1s" } });
    expect(rooms.status()).toBe("live");
  });

  test("are joined and left at any time, and asked for at the next upgrade where it is closed", async () => {
    start("org:o");
    rooms.subscribe("site:early");
    await open();
    expect(asked().rooms).toBe("org:o,site:early");
    rooms.subscribe("site:b", "org:o");
    rooms.unsubscribe("site:early", "site:never");
    expect(said()).toEqual([
      { type: "subscribe", rooms: ["site:b"] },
      { type: "unsubscribe", rooms: ["site:early"] },
    ]);
    FakeSocket.last.closes(1006);
    rooms.subscribe("site:c");
    expect(said()).toHaveLength(2);
    await pass(1_100);
    expect(asked().rooms).toBe("org:o,site:b,site:c");
  });

  test("asked for or left while a socket is opening are said when it greets, and once", async () => {
    start("org:o", "site:left");
    await pass(SOON);
    const { rooms: inUrl } = asked();
    rooms.subscribe("site:late", "site:brief");
    rooms.unsubscribe("site:left", "site:brief");
    FakeSocket.last.opens();
    expect([inUrl, said()]).toEqual(["org:o,site:left", []]);
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: ["org:o", "site:left"] }) });
    const difference = [
      { type: "subscribe", rooms: ["site:late"] },
      { type: "unsubscribe", rooms: ["site:left"] },
    ];
    expect(said()).toEqual(difference);
    // A site's socket is greeted again with each room that it joins (VIEWER-13), while others are on their way.
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: ["org:o"] }) });
    expect(said()).toEqual(difference);
    // One that was given up for a missed frame is another's handshake.
    FakeSocket.last.says(org(5));
    FakeSocket.last.says({ type: "delta", room: "org:o", seq: 9, data: { at: 1, sites: [] } });
    await pass(1_100);
    rooms.subscribe("site:later");
    FakeSocket.last.opens();
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: ["org:o", "site:late"] }) });
    expect(said()).toEqual([{ type: "subscribe", rooms: ["site:later"] }]);
  });

  test("have their one name, by whatever name they are asked for", async () => {
    start("building:a", "site:a");
    await open();
    expect(asked().rooms).toBe("site:a");
    expect(said()).toEqual([]);
    rooms.subscribe("building:a", "campus:g");
    rooms.unsubscribe("building:a");
    expect(rooms.rooms()).toEqual(["group:g"]);
    expect(rooms.picture("campus:g")).toMatchObject({ of: "sites" });
  });

  test.each([
    ["not_allowed", "org:o"],
    ["too_many_rooms", "org:o"],
    ["too_many_joins", "org:o"],
    ["use_org", "org:o"],
    ["unavailable", "org:o,site:gone"],
  ])(
    "ROOM-3 that are refused with %s: the next upgrade, which they would have refused whole, asks for %s",
    async (code, next) => {
      start("org:o");
      await open();
      rooms.subscribe("building:gone");
      const heard: RoomsMessage[] = [];
      rooms.hear((message) => heard.push(message));
      let told = 0;
      rooms.listen(() => told++);
      const data = { code, message: "No.", rooms: ["building:gone"] };
      FakeSocket.last.says({ type: "error", data });
      expect([heard.at(-1)?.data, told]).toEqual([data, next === "org:o" ? 1 : 0]);
      FakeSocket.last.closes(1006);
      await pass(1_100);
      expect(asked().rooms).toBe(next);
      expect(rooms.rooms()).toEqual(next.split(","));
    },
  );

  test("ROOM-3 of which one was taken away while the socket was cut: the others are asked for one by one", async () => {
    start("org:o", "site:gone");
    await open();
    FakeSocket.last.closes(1006);
    await pass(1_100);
    FakeSocket.last.closes(4403);
    expect(rooms.status()).not.toBe("refused");
    await pass(SOON);
    expect(asked()).toMatchObject({ rooms: "", messages: "delta,aggregates" });
    expect(asked()).not.toHaveProperty("resume");
    FakeSocket.last.opens();
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: [] }) });
    expect(said()).toEqual([{ type: "subscribe", rooms: ["org:o", "site:gone"] }]);
    FakeSocket.last.says({ type: "error", data: { code: "not_allowed", message: "No.", rooms: ["site:gone"] } });
    FakeSocket.last.says(org(5));
    expect([rooms.status(), rooms.rooms()]).toEqual(["live", ["org:o"]]);
    FakeSocket.last.closes(1006);
    await pass(1_100);
    expect(asked()).toMatchObject({ rooms: "org:o", resume: "org:o:5" });
  });

  const refuse = (code: string, ...names: string[]) =>
    FakeSocket.last.says({ type: "error", data: { code, message: "No.", rooms: names } });

  test("ROOM-5 of a site that is too many for an object lead to another one, once until it has told of the site", async () => {
    start("org:o");
    await open();
    FakeSocket.last.says(org(5));
    rooms.subscribe("building:a", "site:b");
    FakeSocket.last.says(site("b", 7));
    refuse("too_many_sites", "building:a");
    await pass(1_100);
    expect([FakeSocket.made.length, asked()]).toEqual([
      2,
      expect.objectContaining({ rooms: "org:o,site:a,site:b", resume: "org:o:5,site:b:7" }),
    ]);
    await open();
    FakeSocket.last.says(site("a", 5, 3));
    expect([rooms.status(), nowOf("site:a")]).toEqual(["live", 3]);
    // It was held there, so it is worth another try.
    refuse("too_many_sites", "site:a", "site:b");
    await pass(2_100);
    expect([FakeSocket.made.length, asked().rooms]).toEqual([3, "org:o,site:a,site:b"]);
    await open();
    FakeSocket.last.says(site("b", 8));
    refuse("too_many_sites", "site:a");
    await pass(10_000);
    expect([FakeSocket.made.length, rooms.status(), rooms.rooms()]).toEqual([3, "live", ["org:o", "site:b"]]);
    // Who asks for it again means it.
    rooms.subscribe("site:a");
    refuse("too_many_sites", "site:a");
    await pass(4_100);
    expect([FakeSocket.made.length, asked().rooms]).toEqual([4, "org:o,site:b,site:a"]);
    rooms.unsubscribe("site:a");
    await open();
    refuse("too_many_sites", "site:a");
    expect([FakeSocket.made.length, rooms.status()]).toEqual([4, "live"]);
  });

  test("ROOM-3 that were all taken away while the socket was cut: refused for good", async () => {
    start("site:a", "heatmap:a");
    await open();
    FakeSocket.last.closes(1006);
    await pass(1_100);
    FakeSocket.last.closes(4403);
    await pass(SOON);
    FakeSocket.last.opens();
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: [] }) });
    const bare = FakeSocket.last;
    refuse("not_allowed", "site:a");
    expect([rooms.status(), bare.readyState]).toEqual(["live", 1]);
    const unanswered = expect(rooms.requestDetailedStats()).rejects.toThrow("None of the rooms");
    let told = "";
    rooms.listen(() => (told = rooms.status()));
    refuse("not_allowed", "heatmap:a");
    expect([told, rooms.rooms(), bare.readyState]).toEqual(["refused", [], 3]);
    await unanswered;
    rooms.subscribe("site:b");
    await pass(100_000);
    expect([FakeSocket.made.length, bare.sent.length, rooms.status(), vi.getTimerCount()]).toEqual([
      3,
      2,
      "refused",
      0,
    ]);
  });

  test("ROOM-3 who may not come at all any more hears it once, and tries no more", async () => {
    start("org:o", "site:a");
    await open();
    FakeSocket.last.closes(1006);
    await pass(1_100);
    FakeSocket.last.closes(4403);
    await pass(SOON);
    FakeSocket.last.closes(4403);
    const made = FakeSocket.made.length;
    await pass(100_000);
    expect([rooms.status(), FakeSocket.made.length, made]).toEqual(["refused", 3, 3]);
  });

  test("VIEWER-12 come back where they were; one that missed a frame begins anew", async () => {
    start("site:a", "site:b", "site:c");
    await open();
    for (const id of ["a", "b"]) FakeSocket.last.says(site(id, 5));
    FakeSocket.last.says({ type: "delta", room: "site:b", seq: 9, data: { at: 1 } });
    await pass(1_100);
    expect(asked().resume).toBe("site:a:5");
    await open();
    FakeSocket.last.says({ type: "delta", room: "site:a", seq: 6, data: { at: 1, now: 8 } });
    FakeSocket.last.says(site("b", 9, 4));
    expect([nowOf("site:a"), nowOf("site:b")]).toEqual([8, 4]);
  });

  test.each([
    [4401, "signed_out"],
    [4403, "refused"],
    [4409, "outdated"],
  ])("close code %i is final: %s", async (code, status) => {
    start("site:a", "org:o");
    await open();
    FakeSocket.last.closes(code);
    await pass(100_000);
    expect(rooms.status()).toBe(status);
    expect(FakeSocket.made).toHaveLength(1);
  });

  test("a ticket is asked for before each socket", async () => {
    tickets = 0;
    rooms = connectRooms({
      url: "https://stats.example.com",
      rooms: ["site:a"],
      WebSocket: FakeSocket,
      random: () => 0,
      ticket: async () => `ticket-${++tickets}`,
    });
    await open();
    expect(FakeSocket.last.protocols).toEqual(["footfall.v1", "ticket-1"]);
    FakeSocket.last.closes(1006);
    await pass(1_100);
    expect(FakeSocket.last.protocols).toEqual(["footfall.v1", "ticket-2"]);
  });

  /** Tickets are asked for in vain as long as it says so; answers when each was asked for, seconds from the start. */
  function startWithTickets(isAway: () => boolean): number[] {
    const from = Date.now();
    const at: number[] = [];
    rooms = connectRooms({
      url: "https://stats.example.com",
      rooms: ["site:a"],
      WebSocket: FakeSocket,
      random: () => 0,
      ticket: async () => {
        at.push(Math.round((Date.now() - from) / 1_000));
        if (isAway()) throw new Error("503");
        return `ticket-${at.length}`;
      },
    });
    return at;
  }

  test("where none is to be had it is asked for again, later and later, and no socket is opened without one", async () => {
    let away = true;
    const at = startWithTickets(() => away);
    await pass(4_000);
    expect(at).toEqual([0, 1, 3]);
    expect([FakeSocket.made.length, rooms.status()]).toEqual([0, "offline"]);
    rooms.subscribe("site:b");
    away = false;
    await pass(3_100);
    expect(FakeSocket.last.protocols).toEqual(["footfall.v1", "ticket-4"]);
    expect(asked()).toMatchObject({ rooms: "site:a,site:b" });
    FakeSocket.last.opens();
    FakeSocket.last.says({ type: "hello", data: helloOf({ rooms: rooms.rooms() }) });
    expect(rooms.status()).toBe("live");
  });

  test("a ticket is fresh when the socket comes, however long the wait before it", async () => {
    const from = Date.now();
    const at = startWithTickets(() => false);
    await open();
    for (let round = 0; round < 5; round++) {
      FakeSocket.last.closes(1006);
      const made = FakeSocket.made.length;
      while (FakeSocket.made.length === made) await pass(100);
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31]);
    expect(Math.round((Date.now() - from) / 1_000)).toBe(31);
  });

  test("who closes while there is no ticket asks for none any more", async () => {
    const at = startWithTickets(() => true);
    await pass(500);
    rooms.close();
    await pass(60_000);
    expect([at, FakeSocket.made.length, vi.getTimerCount()]).toEqual([[0], 0, 0]);
  });
});

describe("asking", () => {
  const stats = (id: string, now: number) => ({
    type: "detailed_stats",
    room: "site:a",
    data: {
      id,
      filter: { country: "AT" },
      summary: { total_active: 1, total_today: 2, pages_visited: { "/": 1 } },
      now,
      connections: 1,
      today: { date: "2026-11-21", page_views: 1, visitors: 1, sessions: 1, events: 1, errors: 0 },
      per_page: { "/": 1 },
      per_country: {},
      per_device: {},
      per_referrer: {},
      windows: Object.fromEntries(
        ["1s", "5s", "60s"].map((window) => {
          const counts = {
            at: "2026-11-21T10:00:00.000Z",
            events: 0,
            page_views: 0,
            users: 0,
            errors: 0,
            error_rate: 0,
          };
          return [window, { window, current: { ...counts, routes: {} }, closed: [{ ...counts, routes: { "/": 1 } }] }];
        }),
      ),
      dropped: [],
      generated_at: "2026-11-21T10:00:00.000Z",
    },
  });

  test("VIEWER-9 each request gets its own answer, or what was wrong with it", async () => {
    start("site:a");
    await open();
    const [first, second, third] = [1, 2, 3].map(() => rooms.requestDetailedStats({ country: "AT" }));
    expect(said()[0]).toEqual({ type: "request_detailed_stats", filter: { country: "AT" }, id: "1" });
    FakeSocket.last.says(stats("2", 22));
    FakeSocket.last.says(stats("1", 11));
    FakeSocket.last.says({ type: "error", data: { code: "rate_limited", message: "Too many.", id: "3" } });
    expect(await first).toMatchObject({ now: 11, windows: { "5s": { closed: [{ routes: { "/": 1 } }] } } });
    expect(await second).toMatchObject({ now: 22, filter: { country: "AT" } });
    await expect(third).rejects.toThrow("Too many.");
  });

  test("one that is not answered is rejected: by a cut, by time, by closing, and without a socket", async () => {
    start("site:a");
    await expect(rooms.requestDetailedStats()).rejects.toThrow("no connection");
    await open();
    const cut = expect(rooms.requestDetailedStats()).rejects.toThrow("lost");
    FakeSocket.last.closes(1006);
    await cut;
    await pass(1_100);
    await open();
    const late = expect(rooms.requestDetailedStats()).rejects.toThrow("No answer");
    await pass(10_100);
    await late;
    const closed = expect(rooms.requestDetailedStats()).rejects.toThrow("closed");
    rooms.close();
    await closed;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("VIEWER-10 an action is said once, and not where nobody hears it", async () => {
    start("site:a");
    rooms.trackDashboardAction("early");
    await open();
    rooms.trackDashboardAction("filter_applied", { filterType: "country", value: "AT" });
    expect(said()).toEqual([
      { type: "track_dashboard_action", action: "filter_applied", details: { filterType: "country", value: "AT" } },
    ]);
  });
});
