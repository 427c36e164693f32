import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { Intake } from "../../durable-objects/site/intake";
import { LeafDemand } from "../../durable-objects/site/model/leaf-demand";
import { SiteStore } from "../../durable-objects/site/store";
import { BODY_BYTES_BROWSER, PRESENCE_TTL, VISITOR_REFUSED } from "../../protocol/limits";
import { PING_TEXT, PONG_TEXT } from "../../protocol/viewer-request";
import { holdClock } from "../hold-clock.fixture";
import { siteStub } from "../ingest/site-stub";
import { forgetSites } from "../store/sites";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey } = harness(env, createExecutionContext);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

let ann: Tenant;
let origin: string;
let reader: Record<string, string>;
let n = 0;
/** Another address for each test, so that no test spends another's rate. */
let address = "";

beforeEach(async () => {
  ann = await makeTenant();
  origin = `https://${ann.site_id}.example`;
  reader = bearer(await makeKey(ann, ["read"]));
  address = `198.51.100.${++n}`;
});

const browser = () => ({ Origin: origin, "User-Agent": FIREFOX, "CF-Connecting-IP": address });

const upgrade = (query = "", headers: Record<string, string> = {}) =>
  ask(`/api/v1/live?site=${ann.site_id}${query}`, { headers: { ...browser(), Upgrade: "websocket", ...headers } });

const Reply = z.looseObject({
  type: z.string(),
  count: z.number().optional(),
  session_id: z.string().optional(),
  code: z.string().optional(),
  retry_after_ms: z.number().optional(),
  dropped: z.string().optional(),
  errors: z.array(z.object({ index: z.number(), code: z.string() })).optional(),
});
type Reply = z.infer<typeof Reply>;

/** An open socket of a visitor: what it is told, in order. */
async function open(query = "", headers: Record<string, string> = {}) {
  const response = await upgrade(query, headers);
  const socket = response.webSocket;
  if (response.status !== 101 || !socket) throw new Error(`${response.status} ${await response.text()}`);
  socket.accept();
  const heard: string[] = [];
  let closed: { code: number; reason: string } | null = null;
  socket.addEventListener("message", ({ data }) => {
    heard.push(String(data));
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed = { code, reason };
  });
  const next = async (): Promise<Reply> => {
    await vi.waitFor(() => expect(heard.length + (closed ? 1 : 0)).toBeGreaterThan(0), { timeout: 60_000 });
    return Reply.parse(JSON.parse(heard.shift() ?? JSON.stringify({ type: "closed", ...closed })));
  };
  return {
    socket,
    heard,
    next,
    send: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    say: (message: unknown) => {
      socket.send(typeof message === "string" ? message : JSON.stringify(message));
      return next();
    },
    closed: async () => {
      await vi.waitFor(() => expect(closed).not.toBeNull(), { timeout: 60_000 });
      return closed?.code;
    },
  };
}

const view = (more: object = {}) => ({
  event_type: "pageview",
  page_url: `${origin}/a`,
  timestamp: new Date().toISOString(),
  ...more,
});

const events = (list: object[], more: object = {}) => ({ type: "events", ...more, events: list });

const post = async (body: object) => {
  const response = await ask("/api/v1/track", {
    method: "POST",
    body: { site: ann.site_id, ...body },
    headers: { ...browser(), "Content-Type": "text/plain" },
  });
  expect(response.status).toBe(201);
  return Reply.omit({ type: true }).parse(await response.json());
};

const Detailed = z.object({
  data: z.object({
    now: z.number(),
    connections: z.number(),
    today: z.object({ page_views: z.number(), visitors: z.number(), sessions: z.number(), events: z.number() }),
    dropped: z.array(z.object({ reason: z.string(), count: z.number() })),
    per_page: z.record(z.string(), z.number()),
  }),
});
async function detailed() {
  const response = await ask(`/api/analytics/detailed?site=${ann.site_id}`, { headers: reader });
  return Detailed.parse(await response.json()).data;
}
/** Visitors now, and their connections. */
const present = async () => {
  const { now, connections } = await detailed();
  return [now, connections];
};
const becomes = (numbers: [now: number, connections: number]) =>
  vi.waitFor(async () => expect(await present()).toEqual(numbers), { timeout: 60_000, interval: 50 });

const object = () => env.SITE.getByName(ann.site_id);

const Events = z.object({ data: z.array(z.looseObject({ event_type: z.string(), page_url: z.string() })) });
async function stored(session_id: string | undefined) {
  const response = await ask(`/api/v1/sessions/${session_id}/events?site=${ann.site_id}`, { headers: reader });
  return Events.parse(await response.json()).data;
}

test("LEAF-7 what comes by sockets asks for no leaves, which could not take it", async () => {
  const counted = vi.spyOn(LeafDemand.prototype, "count");
  onTestFinished(() => counted.mockRestore());
  const requests = () => counted.mock.calls.reduce((sum, [count]) => sum + count, 0);
  const { say } = await open();
  const tab = crypto.randomUUID();
  for (let seq = 0; seq < 3; seq++)
    expect(await say(events([view({ seq })], { tab }))).toMatchObject({ type: "ack", count: 1 });
  expect(requests()).toBe(0);
  expect(await post({ tab, events: [view({ seq: 3 })] })).toMatchObject({ count: 1 });
  expect(requests()).toBe(1);
});

describe("events over a visitor's socket", () => {
  test("SOCKET-2 are acknowledged once they are kept, and read by session, also after eviction", async () => {
    const { say, next, send } = await open();
    const tab = crypto.randomUUID();
    const first = await say(events([view({ seq: 0 }), view({ seq: 1, event_type: "signup" })], { tab }));
    expect(first).toMatchObject({ type: "ack", count: 2, session_id: expect.any(String) });
    expect(await stored(first.session_id)).toMatchObject([{ event_type: "pageview" }, { event_type: "custom" }]);
    await evictDurableObject(object());
    send(events([view({ seq: 1, event_type: "signup" }), view({ seq: 2 })], { tab }));
    expect(await next()).toMatchObject({ type: "ack", count: 1, session_id: first.session_id });
    expect(await stored(first.session_id)).toHaveLength(3);
  });

  test("SOCKET-2 what a beacon said counts once, and what the socket said counts once when a beacon says it again", async () => {
    const { say } = await open();
    const [tab, session_id] = [crypto.randomUUID(), crypto.randomUUID()];
    const byTab = { tab, events: [view({ seq: 0 }), view({ seq: 1 })] };
    const bySession = { session_id, events: [view({ event_id: "x" })] };
    expect(await post(byTab)).toMatchObject({ count: 2 });
    expect(await say({ type: "events", ...byTab })).toMatchObject({ type: "ack", count: 0 });
    expect(await say({ type: "events", ...bySession })).toMatchObject({ type: "ack", count: 1, session_id });
    expect(await post(bySession)).toMatchObject({ count: 0, session_id });
    const nameless = events([view({ timestamp: 1_700_000_000_000 }), view({ timestamp: 1_700_000_000_000 })], { tab });
    expect((await say(nameless)).count).toBe(2);
    expect((await say(nameless)).count).toBe(0);
    expect((await detailed()).today.events).toBe(3);
  });

  test("SOCKET-3 go through the pipeline of beacons: clock, cleaning, masks, excluded pages, unknown types", async () => {
    await env.DB.prepare("UPDATE sites SET excluded_paths = ? WHERE id = ?").bind('["/admin/*"]', ann.site_id).run();
    forgetSites();
    const { say } = await open();
    const tab = crypto.randomUUID();
    const { session_id, ...reply } = await say(
      events(
        [
          view({ seq: 0, page_url: `${origin}/a?token=secret&utm_source=x#frag` }),
          view({ seq: 1, event_type: "click", target_element: "<input value='typed'>", input_value: "typed" }),
          view({ seq: 2, page_url: `${origin}/admin/users` }),
          view({ seq: 3, page_url: "https://elsewhere.example/" }),
          view({ seq: 4, timestamp: "yesterday" }),
        ],
        { tab, sent_at: Date.now(), user_agent: "Claimed/1.0", country: "FR" },
      ),
    );
    expect(reply).toMatchObject({ type: "ack", dropped: "excluded_page", errors: [{ index: 4, code: "invalid" }] });
    const rows = JSON.stringify(await stored(session_id));
    expect(rows).not.toMatch(/secret|typed|frag|admin/);
    const http = await post({ tab, events: [view({ seq: 9 })] });
    expect(http.session_id).toBe(session_id);
    expect((await detailed()).dropped).toEqual(
      expect.arrayContaining(
        [
          { reason: "excluded_page", count: 1 },
          { reason: "invalid", count: 1 },
        ].map((drop) => expect.objectContaining(drop)),
      ),
    );
  });

  test("SOCKET-3 the same stream half by beacon and half by socket counts as all by beacon", async () => {
    const day = (tab: string) =>
      Array.from({ length: 24 }, (_, seq) =>
        view({
          seq,
          page_url: `${origin}/p${seq % 5}`,
          event_type: ["pageview", "click", "buy", "leave"][seq % 4],
          engaged_ms: 10,
          target_tag: tab.slice(0, 2),
        }),
      );
    const numbers = async () => {
      const { today, per_page } = await detailed();
      const rollups = await siteStub(env, ann.site_id).openRollups();
      const plain = rollups.map(({ day: _day, hour: _hour, duration_ms: _ms, ...row }) => JSON.stringify(row));
      return { today: { ...today, date: undefined }, pages: Object.keys(per_page).length, rollups: plain.sort() };
    };
    const tabs = Array.from({ length: 3 }, () => crypto.randomUUID());
    for (const tab of tabs) for (const event of chunks(day(tab), 4)) await post({ tab, events: event });
    const expected = await numbers();

    const before = ann.site_id;
    ann = await makeTenant();
    reader = bearer(await makeKey(ann, ["read"]));
    origin = `https://${ann.site_id}.example`;
    const { say } = await open();
    let i = 0;
    for (const tab of tabs) {
      for (const part of chunks(day(tab), 4)) {
        const body = { tab, events: part };
        const reply = i++ % 2 === 0 ? await post(body) : await say({ type: "events", ...body });
        expect(reply.count).toBe(part.length);
        // And some of it again, the other way.
        if (i % 3 === 0) expect((i % 2 ? await say({ type: "events", ...body }) : await post(body)).count).toBe(0);
      }
    }
    const half = await numbers();
    expect(JSON.parse(JSON.stringify(half).replaceAll(ann.site_id, before))).toEqual(
      JSON.parse(JSON.stringify(expected)),
    );
  });

  test("SOCKET-6 one of more than 16 KB is named, the others are kept; a message of more than 64 KB is refused", async () => {
    const { say } = await open();
    const tab = crypto.randomUUID();
    const large = view({ seq: 1, event_data: { text: "x".repeat(20_000) } });
    const reply = await say(events([view({ seq: 0 }), large, view({ seq: 2 })], { tab }));
    expect(reply).toMatchObject({ type: "ack", count: 2, errors: [{ index: 1, code: "too_large" }] });
    const much = events([view({ seq: 3, event_data: { text: "ü".repeat(BODY_BYTES_BROWSER / 2) } })], { tab });
    expect(await say(much)).toMatchObject({ type: "error", code: "too_large" });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await say(events([view({ seq: 3 })], { tab }))).toMatchObject({ type: "ack", count: 1 });
  });

  test("SOCKET-4 fifty a second pass, more is told to wait, and who waits as told is let in", async () => {
    const pass = holdClock();
    const { say, send, next } = await open();
    const tab = crypto.randomUUID();
    const list = Array.from({ length: 100 }, (_, seq) => view({ seq }));
    expect(await say(events(list, { tab }))).toMatchObject({ type: "ack", count: 100 });
    const more = events([view({ seq: 100 })], { tab });
    const refused = await say(more);
    expect(refused).toMatchObject({ type: "error", code: "rate_limited" });
    // A hundred have used up two seconds, of which one may be owed, and one more takes 20 ms.
    expect(refused.retry_after_ms).toBe(1_020);
    pass(1_020);
    expect(await say(more)).toMatchObject({ type: "ack", count: 1 });
    send(events(list, { tab }));
    expect(await next()).toMatchObject({ type: "error", code: "rate_limited" });
    expect((await detailed()).dropped).toEqual([expect.objectContaining({ reason: "rate_limited" })]);
  });

  test("SOCKET-4 all the sockets of an address together may send what its beacons may", async () => {
    await env.DB.prepare("UPDATE sites SET rate_limit = 2 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    const time = vi.spyOn(Date, "now").mockReturnValue(Math.ceil(Date.now() / 60_000) * 60_000 + 10_000);
    try {
      const [a, b] = [await open(), await open()];
      const other = await open("", { "CF-Connecting-IP": `${address}9` });
      const hundred = (from: number) => Array.from({ length: 100 }, (_, i) => view({ seq: from + i }));
      const tab = crypto.randomUUID();
      expect(await a.say(events(hundred(0), { tab }))).toMatchObject({ type: "ack", count: 100 });
      expect(await b.say(events(hundred(100), { tab }))).toMatchObject({ type: "ack", count: 100 });
      time.mockReturnValue(Date.now() + 5_000);
      const one = events([view({ seq: 200 })], { tab });
      expect(await a.say(one)).toMatchObject({ code: "rate_limited", retry_after_ms: 45_000 });
      expect(await other.say(one)).toMatchObject({ type: "ack", count: 1 });
      time.mockReturnValue(Date.now() + 45_000);
      expect(await b.say(events([view({ seq: 201 })], { tab }))).toMatchObject({ type: "ack", count: 1 });
    } finally {
      time.mockRestore();
    }
  });

  test("SOCKET-4 one that goes on sending is closed with 4429", async () => {
    const { send, closed } = await open();
    const tab = crypto.randomUUID();
    const list = Array.from({ length: 100 }, (_, seq) => view({ seq }));
    send(events(list, { tab }));
    for (let i = 0; i < VISITOR_REFUSED + 20; i++) send(events([view({ seq: 200 + i })], { tab }));
    expect(await closed()).toBe(4429);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["no type", '{"events":[]}'],
    ["bytes", new Uint8Array([1, 2, 3])],
  ])("SOCKET-7 %s closes the socket with 4400", async (_, message) => {
    const { socket, closed } = await open();
    socket.send(message);
    expect(await closed()).toBe(4400);
    await becomes([0, 0]);
  });

  test.each([
    ["another type", { type: "subscribe" }, "unknown_message"],
    ["no events", { type: "events", events: [] }, "invalid"],
    ["nobody", { type: "events", events: [{}] }, "invalid"],
    ["nothing good", { type: "events", tab: crypto.randomUUID(), events: [{ event_type: 1 }] }, "invalid"],
  ])("SOCKET-7 %s is an error, after which the socket goes on", async (_, message, code) => {
    const { say } = await open();
    expect(await say(message)).toMatchObject({ type: "error", code });
    expect(await say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }))).toMatchObject({
      type: "ack",
      count: 1,
    });
  });

  test("SOCKET-2 replies come in the order of the messages, whatever each needs", async () => {
    const { send, next } = await open();
    const tab = crypto.randomUUID();
    const real = Intake.prototype.ingest;
    const slow = vi.spyOn(Intake.prototype, "ingest").mockImplementationOnce(async function (this: Intake, ...given) {
      await scheduler.wait(200);
      return real.apply(this, given);
    });
    onTestFinished(() => slow.mockRestore());
    send(events([view({ seq: 0 })], { tab }));
    send({ type: "other" });
    send(events([view(), view()], { tab }));
    send(events([view({ seq: 0 })], { tab }));
    const replies = [await next(), await next(), await next(), await next()];
    expect(slow).toHaveBeenCalledTimes(3);
    expect(replies.map(({ type, count }) => `${type} ${count}`)).toEqual([
      "ack 1",
      "error undefined",
      "ack 2",
      "ack 0",
    ]);
  });

  test("SOCKET-2 a storage that fails is an error to try again after, and the same message then counts", async () => {
    const { say } = await open();
    const tab = crypto.randomUUID();
    const append = vi.spyOn(SiteStore.prototype, "append").mockImplementationOnce(() => {
      throw new Error("SQLITE_FULL");
    });
    onTestFinished(() => append.mockRestore());
    const body = events([view({ seq: 0 })], { tab });
    expect(await say(body)).toMatchObject({ type: "error", code: "unavailable", retry_after_ms: 5_000 });
    expect(await say(body)).toMatchObject({ type: "ack", count: 1 });
  });
});

describe("presence by socket", () => {
  test("LIVE-7 an open socket is somebody here, several are connections of one, and the last close is the end", async () => {
    const a = await open();
    const b = await open();
    expect(await present()).toEqual([1, 2]);
    const other = await open("", { "CF-Connecting-IP": `${address}9` });
    expect(await present()).toEqual([2, 3]);
    a.socket.close(1000);
    await becomes([2, 2]);
    b.socket.close(1000);
    await becomes([1, 1]);
    other.socket.close(1000);
    await becomes([0, 0]);
  });

  test("LIVE-7 the beacons of a tab and its socket are one connection, and the page is known", async () => {
    const tab = crypto.randomUUID();
    await post({ tab, events: [view({ seq: 0 })] });
    const first = await open(`&tab=${tab}`);
    expect(await present()).toEqual([1, 1]);
    const second = await open(`&tab=${tab}`);
    first.socket.close(1000);
    await first.closed();
    expect(await present()).toEqual([1, 1]);
    expect((await detailed()).per_page).toEqual({ "/a": 1 });
    second.socket.close(1000);
    await becomes([0, 0]);
  });

  test("LIVE-7 a socket without a tab stands for the tab or session that it sends for", async () => {
    const { say, socket } = await open();
    await say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }));
    expect(await present()).toEqual([1, 1]);
    await say(events([view({ event_id: "a" })], { session_id: crypto.randomUUID() }));
    expect((await present())[1]).toBe(2);
    socket.close(1000);
    await becomes([0, 0]);
  });

  test("LIVE-7 a leave does not end what a socket holds; the close does", async () => {
    const tab = crypto.randomUUID();
    const { say, socket } = await open(`&tab=${tab}`);
    await say(events([view({ seq: 0 }), view({ seq: 1, event_type: "leave" })], { tab }));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await present()).toEqual([1, 1]);
    socket.close(1001);
    await becomes([0, 0]);
  });

  test("LIVE-7 and after eviction: who is here stays, who closes is gone, also when that wakes the object", async () => {
    const tab = crypto.randomUUID();
    const a = await open(`&tab=${tab}`);
    const b = await open("", { "CF-Connecting-IP": `${address}9` });
    await a.say(events([view({ seq: 0 })], { tab }));
    await evictDurableObject(object());
    expect(await present()).toEqual([2, 2]);
    await evictDurableObject(object());
    a.socket.close(1000);
    await a.closed();
    await becomes([1, 1]);
    await evictDurableObject(object());
    expect(await b.say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }))).toMatchObject({ count: 1 });
    expect(await present()).toEqual([1, 1]);
  });

  test("LIVE-7 a close without a leave is not undone by what was stored before", async () => {
    const { say, socket, closed } = await open();
    await say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }));
    socket.close(1000);
    await closed();
    await becomes([0, 0]);
    await evictDurableObject(object());
    expect(await present()).toEqual([0, 0]);
    await siteStub(env, ann.site_id).flush();
  });

  test("LIVE-7 after a restart that took the sockets along, who sent something stays for as long as a sign of life lasts", async () => {
    const { say } = await open();
    await open("", { "CF-Connecting-IP": `${address}9` });
    await say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }));
    await evictDurableObject(object(), { webSockets: "close" });
    expect(await present()).toEqual([1, 1]);
    const late = vi.spyOn(Date, "now").mockReturnValue(Date.now() + PRESENCE_TTL + 1);
    try {
      expect(await present()).toEqual([0, 0]);
    } finally {
      late.mockRestore();
    }
  });

  test("LIVE-8 pings are answered without the object and keep a socket for longer than a sign of life lasts", async () => {
    const quiet = await open();
    const pinging = await open();
    const start = Date.now();
    await runInDurableObject(object(), (_, state) => {
      // The platform's clock stands for the pings that were answered while the object slept.
      const pinged = state.getWebSockets("visitor").at(-1);
      state.getWebSocketAutoResponseTimestamp = (socket) => (socket === pinged ? new Date(start + 60_000) : null);
    });
    expect(await pinging.say(PING_TEXT)).toEqual(JSON.parse(PONG_TEXT));
    const late = vi.spyOn(Date, "now").mockReturnValue(start + PRESENCE_TTL + 1);
    try {
      expect(await present()).toEqual([1, 1]);
      late.mockReturnValue(start + PRESENCE_TTL + 60_001);
      expect(await present()).toEqual([0, 0]);
    } finally {
      late.mockRestore();
    }
    expect(await quiet.closed()).toBe(4408);
    expect(await pinging.closed()).toBe(4408);
  });

  test("LIVE-8 a message is a sign of life as well, also after eviction", async () => {
    const start = Date.now();
    const time = vi.spyOn(Date, "now").mockReturnValue(start);
    try {
      const { say, send, next } = await open();
      const tab = crypto.randomUUID();
      time.mockReturnValue(start + 60_000);
      await say(events([view({ seq: 0 })], { tab }));
      await evictDurableObject(object());
      time.mockReturnValue(start + 120_000);
      expect(await present()).toEqual([1, 1]);
      send(events([view({ seq: 1 })], { tab }));
      expect(await next()).toMatchObject({ type: "ack", count: 1 });
    } finally {
      time.mockRestore();
    }
  });

  test("LIVE-8 the platform remembers over an eviction when a ping was answered", async () => {
    const { say } = await open();
    await say(PING_TEXT);
    await evictDurableObject(object());
    await runInDurableObject(object(), (_, state) => {
      const [socket] = state.getWebSockets("visitor");
      const at = socket && state.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      expect(Math.abs((at ?? 0) - Date.now())).toBeLessThan(10_000);
    });
  });

  test("LIVE-7 whoever asks not to be recognized, or whose events are dropped, is not here", async () => {
    await env.DB.prepare("UPDATE sites SET excluded_paths = ? WHERE id = ?").bind('["/admin"]', ann.site_id).run();
    forgetSites();
    const { say } = await open("", { "Sec-GPC": "1" });
    expect(await say(events([view()]))).toMatchObject({ type: "ack", count: 1 });
    expect(await say(events([view({ event_type: "click" })]))).toMatchObject({ count: 0, dropped: "opt_out" });
    expect(await present()).toEqual([0, 0]);
    const inside = await open();
    expect(await present()).toEqual([1, 1]);
    const tab = crypto.randomUUID();
    expect(await inside.say(events([view({ page_url: `${origin}/admin` })], { tab }))).toMatchObject({ count: 0 });
    await becomes([0, 0]);
  });

  test("VIEWER-4 a visitor's socket is no viewer", async () => {
    await open();
    await runInDurableObject(object(), (_, state) => {
      expect(state.getWebSockets("viewer")).toHaveLength(0);
      expect(state.getWebSockets("visitor")).toHaveLength(1);
    });
  });
});

describe("the upgrade", () => {
  test.each([
    ["a foreign page", { Origin: "https://evil.example" }, 403, "foreign_origin"],
    ["a page without an address", { Origin: "null" }, 403, "foreign_origin"],
    ["a bot", { "User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)" }, 403, "bot"],
  ])("SOCKET-1 of %s is refused as its beacons are dropped", async (_, headers, status, reason) => {
    const response = await upgrade("", headers);
    expect(response.status).toBe(status);
    expect(response.headers.get("X-Footfall-Dropped")).toBe(reason);
  });

  test("SOCKET-1 without a name goes by the page's origin; an unknown site is 404; no upgrade is 400", async () => {
    const headers = { ...browser(), Upgrade: "websocket" };
    const byOrigin = await ask("/api/v1/live", { headers });
    expect(byOrigin.status).toBe(101);
    byOrigin.webSocket?.accept();
    expect((await ask("/api/v1/live?site=none", { headers })).status).toBe(404);
    expect((await ask(`/api/v1/live?site=${ann.site_id}`, { headers: browser() })).status).toBe(400);
  });

  test("SOCKET-1 an offered protocol is answered, and none where none was offered", async () => {
    const offered = await upgrade("", { "Sec-WebSocket-Protocol": "footfall.v1, x" });
    expect(offered.headers.get("Sec-WebSocket-Protocol")).toBe("footfall.v1");
    expect((await upgrade()).headers.get("Sec-WebSocket-Protocol")).toBeNull();
  });

  test("SOCKET-5 an address may hold as many as the site takes requests of it, and open as many a minute", async () => {
    await env.DB.prepare("UPDATE sites SET rate_limit = 3 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    const first = [await open(), await open(), await open()];
    const over = await upgrade();
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("Retry-After"))).toBeGreaterThan(0);
    // Another address is not in their way, and an eviction forgets the rate but not who is there.
    expect((await upgrade("", { "CF-Connecting-IP": `${address}9` })).status).toBe(101);
    await evictDurableObject(object());
    expect((await upgrade()).status).toBe(429);
    first[0]?.socket.close(1000);
    await first[0]?.closed();
    expect((await upgrade()).status).toBe(101);
  });

  test("SOCKET-8 address and agent stand in no row and no reply", async () => {
    const agent = `${FIREFOX} canary7`;
    address = "203.0.113.77";
    const { say } = await open("", { "User-Agent": agent });
    const reply = await say(events([view({ seq: 0 })], { tab: crypto.randomUUID() }));
    const rows = await runInDurableObject(object(), (_, state) => {
      const { sql } = state.storage;
      const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
      return tables
        .filter(({ name }) => !name.startsWith("_"))
        .map(({ name }) => JSON.stringify(sql.exec(`SELECT * FROM "${name}"`).toArray()));
    });
    expect(JSON.stringify([reply, rows, await detailed()])).not.toMatch(/203\.0\.113|canary7/);
  });
});

function chunks<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
