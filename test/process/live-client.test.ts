import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { connectLive, type LiveConnection } from "../../dashboard/live/connect-live.ts";
import { connectRooms } from "../../dashboard/live/connect-rooms.ts";
import { parsePoll } from "../../dashboard/live/parse-frame.ts";
import type { LiveSnapshot } from "../../protocol/live.ts";
import { pageview, postBeacon, signIn, withKey } from "../support/api.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";

const SEED = 20261121;
/** Pages that visitors see while one screen is cut off again and again. */
const WALK = 40;
/** Dashboards that come back at once after a restart. */
const STORM = 500;

let server: TestServer;
let cookie: string;
const connections: { close(): void }[] = [];

beforeAll(async () => {
  server = await startServer();
  cookie = await signIn(server);
  // All of these dashboards are behind one address and of one member.
  await patchSite({ rate_limit: 1_000 });
});
afterAll(async () => {
  for (const connection of connections) connection.close();
  await server?.[Symbol.asyncDispose]();
});

async function patchSite(change: object): Promise<void> {
  const headers = { cookie, origin: server.url, "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/sites/demo`, {
    method: "PATCH",
    headers,
    body: JSON.stringify(change),
  });
  if (!response.ok) throw new Error(`PATCH: ${response.status} ${await response.text()}`);
}

interface Screen {
  live: LiveConnection;
  /** What came by its sockets. */
  snapshots: number;
  deltas: number;
  /** Numbers that came twice or went back. */
  wrong: string[];
  cut(): void;
}

/** The dashboard's own connection, whose sockets can be cut and are counted. */
function screen(): Screen {
  let current: WebSocket | null = null;
  let last = 0;
  const shown = { snapshots: 0, deltas: 0, wrong: [] as string[] };
  const Frame = z.object({ type: z.string(), seq: z.number().optional() });
  class SignedIn extends EventTarget {
    static readonly CLOSING = WebSocket.CLOSING;
    constructor(url: string, protocols?: string | string[]) {
      super();
      // The socket itself is what the client gets. Node's takes headers, which a browser's does not.
      const socket: WebSocket = Reflect.construct(WebSocket, [url, { protocols, headers: { cookie } }]);
      current = socket;
      socket.addEventListener("message", ({ data }) => {
        const { type, seq } = Frame.parse(JSON.parse(String(data)));
        if (type === "snapshot") shown.snapshots++;
        if (type !== "delta" || seq === undefined) {
          last = seq ?? last;
          return;
        }
        shown.deltas++;
        if (seq !== last + 1) shown.wrong.push(`${last} was followed by ${seq}`);
        last = seq;
      });
      return socket;
    }
  }
  const live = connectLive({
    url: server.url,
    site: "demo",
    WebSocket: SignedIn,
    // Polling would hide what the socket lacks.
    fetch: () => Promise.reject(new Error("no polling")),
  });
  connections.push(live);
  return Object.assign(shown, { live, cut: () => current?.close() });
}

async function until(holds: () => boolean, what: () => string, within = PATIENCE): Promise<void> {
  const deadline = performance.now() + within;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(what());
    await pause(25);
  }
}

/** A picture without what differs by the moment it was made at. */
function lasting(picture: LiveSnapshot | null) {
  if (!picture) return null;
  const { at: _at, alerts: _alerts, windows, ...rest } = picture;
  // Of windows a client keeps one more than the server.
  return { ...rest, windows: { "5s": windows["5s"].slice(-20), "60s": windows["60s"].slice(-20) } };
}

async function rest(): Promise<LiveSnapshot> {
  const response = await fetch(`${server.url}/api/analytics/detailed?site=demo`, { headers: withKey(server.key) });
  return parsePoll(await response.json());
}

let walkers = 0;

/** A visitor who walks from page to page; resolves when all was taken. */
async function walk(pages: number, pauseMs: number): Promise<void> {
  const tab = randomUUID();
  const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${++walkers}`;
  for (let page = 0; page < pages; page++) {
    const events = [pageview(server, `/demo/${tab.slice(0, 4)}/${page}`)];
    const reply = await postBeacon(server, { tab, events }, { "user-agent": agent });
    if (reply.status !== 201) throw new Error(`Answered with ${reply.status}.`);
    await pause(pauseMs);
  }
}

/** Visitors with long journeys, so that a whole picture is longer than what a short cut missed. */
async function fill(visitors: number): Promise<void> {
  for (let i = 0; i < visitors; i++) {
    const events = Array.from({ length: 40 }, (_, page) =>
      pageview(server, `/demo/a-page-of-a-long-journey/${i}/${page}`),
    );
    const user_agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 fill-${i}`;
    const reply = await postBeacon(server, { tab: randomUUID(), user_agent, events }, withKey(server.key));
    if (reply.status !== 201) throw new Error(`Answered with ${reply.status}.`);
  }
}

/** Waits until the site is quiet and this screen shows what REST answers. */
async function settles({ live, wrong }: Screen): Promise<void> {
  let expected = await rest();
  const same = () => JSON.stringify(lasting(live.state().snapshot)) === JSON.stringify(lasting(expected));
  const deadline = performance.now() + PATIENCE;
  while (!same() && performance.now() < deadline) {
    await pause(100);
    expected = await rest();
  }
  expect(lasting(live.state().snapshot)).toEqual(lasting(expected));
  expect(live.status()).toBe("live");
  expect(wrong).toEqual([]);
}

/** The same numbers in each run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`VIEWER-12 cut off again and again, a screen shows what one shows that never left (seed ${SEED})`, async () => {
  const random = numbers(SEED);
  await fill(40);
  const [stays, leaves] = [screen(), screen()];
  await until(
    () => [stays, leaves].every(({ live }) => live.status() === "live"),
    () => "No picture came.",
  );
  const begun = leaves.snapshots;
  let walking = true;
  const walks = Promise.all([walk(WALK, 250), walk(WALK, 330)]).finally(() => {
    walking = false;
  });
  let cuts = 0;
  while (walking) {
    await pause(random() * 500);
    leaves.cut();
    cuts++;
    await until(
      () => leaves.live.status() !== "live",
      () => "It did not notice that it was cut off.",
    );
    await until(
      () => leaves.live.status() === "live",
      () => `After ${cuts} cuts it is ${leaves.live.status()}.`,
    );
  }
  await walks;
  await settles(stays);
  await settles(leaves);
  const state = (of: Screen) => JSON.stringify(lasting(of.live.state().snapshot));
  await until(
    () => state(leaves) === state(stays),
    () => `They differ: ${state(leaves)}\n${state(stays)}`,
  );
  console.log(
    `${cuts} cuts: ${leaves.snapshots - begun} whole pictures, ${leaves.deltas} deltas; the other got ${stays.deltas}`,
  );
  expect(cuts).toBeGreaterThan(2);
  // After a long absence a whole picture is shorter; after the first, of a second, it is not.
  expect(leaves.snapshots - begun).toBeLessThan(cuts);
});

test("VIEWER-12 after kill -9 every screen is whole again without a reload, and 500 that come back at once are too", async () => {
  const screens = Array.from({ length: STORM }, screen);
  await until(
    () => screens.every(({ live }) => live.status() === "live"),
    () => `${screens.filter(({ live }) => live.status() === "live").length} of ${STORM} are open.`,
    120_000,
  );
  await walk(5, 20);
  await server.kill9();
  await until(
    () => screens.every(({ live }) => live.status() !== "live"),
    () => "Some did not notice.",
  );
  const begun = performance.now();
  server = await server.restart();
  const up = performance.now();
  await until(
    () => screens.every(({ live }) => live.status() === "live"),
    () => `${screens.filter(({ live }) => live.status() === "live").length} of ${STORM} came back.`,
    90_000,
  );
  console.log(
    `up after ${Math.round(up - begun)} ms, the last of ${STORM} whole ${Math.round(performance.now() - up)} ms later`,
  );
  await walk(3, 20);
  for (const one of [screens[0], screens.at(-1)]) if (one) await settles(one);
  // Read anew each time: a minute that ends and a visitor whose time is over change it.
  const differing = async () => {
    const whole = JSON.stringify(lasting(await rest()));
    return screens.filter(({ live }) => JSON.stringify(lasting(live.state().snapshot)) !== whole).length;
  };
  await expect.poll(differing, { interval: 250 }).toBe(0);
  expect(screens.flatMap(({ wrong }) => wrong)).toEqual([]);
  for (const { live } of screens) live.close();
}, 300_000);

test("several rooms on one socket: a site and its organization, answers to what is asked, pictures after a cut", async () => {
  const Me = z
    .object({ data: z.object({ user: z.object({ organizationId: z.string() }) }) })
    .or(z.object({ user: z.object({ organizationId: z.string() }) }));
  const me = Me.parse(await (await fetch(`${server.url}/api/auth/me`, { headers: { cookie } })).json());
  const org = "user" in me ? me.user.organizationId : me.data.user.organizationId;
  let current: WebSocket | null = null;
  class SignedIn extends EventTarget {
    static readonly CLOSING = WebSocket.CLOSING;
    constructor(url: string, protocols?: string | string[]) {
      super();
      const socket: WebSocket = Reflect.construct(WebSocket, [url, { protocols, headers: { cookie } }]);
      current = socket;
      return socket;
    }
  }
  const rooms = connectRooms({
    url: server.url,
    rooms: [`org:${org}`],
    messages: ["delta", "visitor_update"],
    WebSocket: SignedIn,
  });
  connections.push(rooms);
  const types = new Set<string>();
  rooms.hear(({ type, room }) => types.add(`${room} ${type}`));
  const sessions = () => {
    const picture = rooms.picture("site:demo");
    return picture?.of === "site" ? (picture.state.snapshot?.today.sessions ?? -1) : -1;
  };
  const ofOrg = () => {
    const picture = rooms.picture(`org:${org}`);
    return picture?.of === "sites" ? (picture.state.sites?.get("demo")?.report?.today.sessions ?? -1) : -1;
  };
  await until(
    () => ofOrg() >= 0,
    () => `${rooms.status()}`,
  );
  rooms.subscribe("site:demo");
  await until(
    () => sessions() >= 0,
    () => "No picture of the site came.",
  );
  const before = sessions();
  await walk(1, 0);
  await until(
    () => sessions() === before + 1 && ofOrg() === before + 1,
    () => `${sessions()} and ${ofOrg()} of ${before + 1}`,
  );
  await until(
    () => types.has("site:demo visitor_update"),
    () => [...types].join(", "),
  );
  // The next upgrade would be refused with it, and all the others.
  rooms.subscribe("site:nosuch");
  await until(
    () => !rooms.rooms().includes("site:nosuch"),
    () => rooms.rooms().join(),
  );
  const cut: WebSocket | null = current;
  (cut as WebSocket | null)?.close();
  await walk(1, 0);
  await until(
    () => sessions() === before + 2 && ofOrg() === before + 2,
    () => `${sessions()} and ${ofOrg()} of ${before + 2}`,
  );
  const ofSites = await rooms.requestDetailedStats();
  expect([ofSites.today.sessions, ofSites.sites?.partial]).toEqual([before + 2, false]);
  expect((await rooms.requestDetailedStats({ country: "XX" }, "site:demo")).now).toBe(0);

  const one = connectRooms({ url: server.url, rooms: ["site:demo"], WebSocket: SignedIn });
  connections.push(one);
  await until(
    () => one.status() === "live",
    () => one.status(),
  );
  const stats = await one.requestDetailedStats({});
  expect(stats.today.sessions).toBe(before + 2);
  expect((await one.requestDetailedStats({ country: "XX" })).now).toBe(0);
});
