import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { BeaconEvent } from "../../protocol/beacon.ts";
import { getJson, postBeacon, signIn, withKey } from "../support/api.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { openVisitor } from "../support/visitor-socket.ts";

/** The promise is a second; a shared machine under test gets five. */
const SOON = 5_000;

let server: TestServer;
let cookie: string;
beforeAll(async () => {
  server = await startServer();
  cookie = await signIn(server);
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** A site of its own: everything that is counted is the test's. */
async function addSite(): Promise<{ id: string; origin: string }> {
  const domain = `${randomUUID().slice(0, 8)}.example`;
  const response = await fetch(`${server.url}/api/sites`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url, cookie },
    body: JSON.stringify({ name: "Sockets", domains: [domain], rate_limit: 10_000 }),
  });
  const { data } = z.object({ data: z.object({ id: z.string() }) }).parse(await response.json());
  return { id: data.id, origin: `https://${domain}` };
}

const Detailed = z.object({
  data: z.object({
    now: z.number(),
    connections: z.number(),
    today: z.looseObject({ page_views: z.number(), events: z.number(), sessions: z.number(), visitors: z.number() }),
    per_page: z.record(z.string(), z.number()),
    dropped: z.array(z.object({ reason: z.string(), count: z.number() })),
  }),
});
const detailed = async (site: string) =>
  (await getJson(server, `/api/analytics/detailed?site=${site}`, Detailed, withKey(server.key))).data;

async function until<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean, within = SOON): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > deadline) throw new Error(`${what}: ${JSON.stringify(value)}`);
    await pause(25);
  }
}

const view = (origin: string, more: Partial<BeaconEvent> = {}): BeaconEvent => ({
  timestamp: Date.now(),
  event_type: "pageview",
  page_url: `${origin}/a`,
  ...more,
});

/** A dashboard: the numbers it was told last, and when. */
async function watch(site: string) {
  const socket: WebSocket = Reflect.construct(WebSocket, [
    `${server.url.replace("http", "ws")}/api/realtime/ws?rooms=site:${site}`,
    { protocols: ["footfall.v1"], headers: { cookie, origin: server.url } },
  ]);
  const told: { now: number; connections: number } = { now: -1, connections: -1 };
  let dashboards = 0;
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data));
    if (frame.type === "user_connected") dashboards = frame.data.total_dashboards;
    if (typeof frame.data?.now === "number") told.now = frame.data.now;
    if (typeof frame.data?.connections === "number") told.connections = frame.data.connections;
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  return {
    dashboards: () => dashboards,
    /** Resolves when the screen shows it, with the milliseconds it took. */
    shows: async (now: number, connections: number) => {
      const begun = performance.now();
      await until(
        "The screen",
        async () => told,
        (shown) => shown.now === now && shown.connections === connections,
      );
      return performance.now() - begun;
    },
    close: () => socket.close(),
  };
}

describe("a visitor's socket", () => {
  test("LIVE-7 shows on screens as somebody here, and as gone within the second after it closes", async () => {
    const { id, origin } = await addSite();
    const screen = await watch(id);
    await screen.shows(0, 0);
    const opened = await openVisitor(server, { site: id, headers: { origin } });
    const appears = await screen.shows(1, 1);
    const second = await openVisitor(server, { site: id, headers: { origin } });
    await screen.shows(1, 2);
    const other = await openVisitor(server, {
      site: id,
      headers: { origin, "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" },
    });
    await screen.shows(2, 3);
    expect(screen.dashboards()).toBe(1);
    second.close(1000);
    const fewer = await screen.shows(2, 2);
    opened.close(1000);
    other.close(1000);
    const empty = await screen.shows(0, 0);
    console.log(
      `visitor socket to screen, ms: open ${Math.round(appears)}, close ${Math.round(fewer)} ${Math.round(empty)}`,
    );
    screen.close();
  });

  test("SOCKET-3 the same visits half by beacon and half by socket give the numbers of all by beacon", async () => {
    const visits = Array.from({ length: 6 }, (_, visitor) =>
      Array.from({ length: 20 }, (_, seq) => ({
        visitor,
        seq,
        event_type: ["pageview", "click", "buy", "error"][(visitor + seq) % 4] ?? "",
        path: `/p${(visitor * seq) % 7}`,
      })),
    );
    const counts = async (mixed: boolean) => {
      const { id, origin } = await addSite();
      for (const visit of visits) {
        const tab = randomUUID();
        const headers = { origin, "user-agent": `Mozilla/5.0 (Windows NT 10.0; rv:14${visit[0]?.visitor}.0) Firefox` };
        const socket = mixed ? await openVisitor(server, { site: id, tab, headers }) : null;
        for (let at = 0; at < visit.length; at += 5) {
          const events = visit
            .slice(at, at + 5)
            .map(({ seq, event_type, path }) => view(origin, { seq, event_type, page_url: origin + path }));
          const body = { site: id, tab, events };
          const bySocket = socket !== null && (at / 5) % 2 === 0;
          const reply = bySocket
            ? await socket.say({ type: "events", ...body })
            : (await postBeacon(server, body, headers)).body;
          expect(reply).toMatchObject({ count: 5 });
          // The same again the other way, as after a lost answer.
          if (bySocket) expect((await postBeacon(server, body, headers)).body).toMatchObject({ count: 0 });
          else if (socket)
            expect(await socket.say({ type: "events", ...body })).toMatchObject({ type: "ack", count: 0 });
        }
        socket?.close(1000);
      }
      const { today, per_page: _now } = await detailed(id);
      const sessions = await getJson(
        server,
        `/api/v1/sessions?site=${id}`,
        z.object({
          data: z.array(
            z.looseObject({ page_views: z.number(), events: z.number(), current_page: z.string().optional() }),
          ),
        }),
        withKey(server.key),
      );
      const rows = sessions.data.map(({ page_views, events }) => `${page_views} ${events}`).sort();
      return { today, rows };
    };
    const [beacons, both] = [await counts(false), await counts(true)];
    expect(both).toEqual(beacons);
    expect(both.today).toMatchObject({ visitors: 6, sessions: 6, events: 120 });
  });

  test("SOCKET-4 fifty events a second pass; who waits as told loses nothing", async () => {
    const { id, origin } = await addSite();
    const socket = await openVisitor(server, { site: id, headers: { origin } });
    const tab = randomUUID();
    const message = (from: number, to: number) => ({
      type: "events",
      tab,
      events: Array.from({ length: to - from }, (_, i) => view(origin, { seq: from + i })),
    });
    const begun = performance.now();
    socket.send(message(0, 100));
    // Right behind it, however long that one takes.
    socket.send(message(100, 110));
    expect(await socket.next()).toMatchObject({ type: "ack", count: 100 });
    let reply = await socket.next();
    expect(reply).toMatchObject({ type: "error", code: "rate_limited", retry_after_ms: expect.any(Number) });
    for (let seq = 100; seq < 120; seq += 10) {
      while (reply.type === "error") {
        await pause(reply.retry_after_ms ?? 0);
        reply = await socket.say(message(seq, seq + 10));
      }
      expect(reply).toMatchObject({ type: "ack", count: 10 });
      if (seq < 110) reply = await socket.say(message(110, 120));
    }
    expect(performance.now() - begun).toBeGreaterThan(1_350);
    expect((await detailed(id)).today.events).toBe(120);
    socket.close();
  });

  test.each(["{", '"text"', "null", '{"type":7}', `{"type":"events","events":[`, "\u0000", "[]"])(
    "SOCKET-7 %j closes it with 4400 or is an error, and nothing is counted",
    async (message) => {
      const { id, origin } = await addSite();
      const socket = await openVisitor(server, { site: id, headers: { origin } });
      const reply = await socket.say(message);
      expect(reply).toMatchObject(reply.type === "closed" ? { code: 4400 } : { type: "error" });
      expect((await detailed(id)).today.events).toBe(0);
      socket.close();
    },
  );

  test("SOCKET-1 a foreign page gets none, and nobody is here", async () => {
    const { id } = await addSite();
    await expect(openVisitor(server, { site: id, headers: { origin: "https://evil.example" } })).rejects.toThrow();
    const { now, dropped } = await until(
      "The drop",
      () => detailed(id),
      (seen) => seen.dropped.length > 0,
    );
    expect(now).toBe(0);
    expect(dropped).toMatchObject([{ reason: "foreign_origin", count: 1 }]);
  });

  test("SOCKET-2 LIVE-7 kill -9 with sockets open: what was acknowledged is there, once, and who comes back is one", async () => {
    const { id, origin } = await addSite();
    const visitors = Array.from({ length: 5 }, () => ({ tab: randomUUID(), acked: 0, sent: 0 }));
    const run = async (visitor: (typeof visitors)[number]) => {
      const socket = await openVisitor(server, { site: id, tab: visitor.tab, headers: { origin } });
      for (;;) {
        const events = [view(origin, { seq: visitor.sent }), view(origin, { seq: visitor.sent + 1 })];
        visitor.sent += 2;
        const reply = await socket.say({ type: "events", tab: visitor.tab, events });
        if (reply.type === "closed") return;
        expect(reply).toMatchObject({ type: "ack", count: 2 });
        visitor.acked = visitor.sent;
        await pause(50);
      }
    };
    const running = visitors.map(run);
    await until(
      "Acknowledged",
      async () => visitors.map(({ acked }) => acked),
      (acked) => Math.min(...acked) > 4,
      PATIENCE,
    );
    await server.kill9();
    await Promise.all(running);
    server = await server.restart();
    const { today, now, connections } = await detailed(id);
    const acked = visitors.reduce((sum, visitor) => sum + visitor.acked, 0);
    const sent = visitors.reduce((sum, visitor) => sum + visitor.sent, 0);
    expect(acked).toBeGreaterThan(20);
    expect(today.events).toBeGreaterThanOrEqual(acked);
    expect(today.events).toBeLessThanOrEqual(sent);
    // Their signs of life last, and the sockets that come back are the same tabs.
    expect([now, connections]).toEqual([1, 5]);
    for (const { tab, sent: last } of visitors) {
      const socket = await openVisitor(server, { site: id, tab, headers: { origin } });
      const events = Array.from({ length: last }, (_, seq) => view(origin, { seq })).slice(-20);
      expect(await socket.say({ type: "events", tab, events })).toMatchObject({ type: "ack" });
    }
    const after = await detailed(id);
    expect(after.today.events).toBe(sent);
    expect([after.now, after.connections]).toEqual([1, 5]);
  });
});
