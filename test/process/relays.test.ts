import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { connectLive, type LiveConnection } from "../../dashboard/live/connect-live.ts";
import { getJson, pageview, postBeacon, signIn, withKey } from "../support/api.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** Viewers that one object takes here, and screens: at the site's object, the organization's, and a further one. */
const EACH = 4;
const SCREENS = 3 * EACH;

let server: TestServer;
let cookie: string;
const screens: { live: LiveConnection; wrong: string[]; snapshots: number }[] = [];

beforeAll(async () => {
  server = await startServer({ env: { VIEWER_SOCKETS: String(EACH) } });
  cookie = await signIn(server);
});
afterAll(async () => {
  for (const { live } of screens) live.close();
  await server?.[Symbol.asyncDispose]();
});

/** The dashboard's own connection; notes where a number is missing or comes twice. */
function screen() {
  const shown = { wrong: [] as string[], snapshots: 0 };
  const Frame = z.object({ type: z.string(), seq: z.number().optional() });
  class SignedIn extends EventTarget {
    static readonly CLOSING = WebSocket.CLOSING;
    constructor(url: string, protocols?: string | string[]) {
      super();
      // Node's socket takes headers, which a browser's does not.
      const socket: WebSocket = Reflect.construct(WebSocket, [url, { protocols, headers: { cookie } }]);
      let last = Number(new URL(url).searchParams.get("resume")?.split(":").at(-1) ?? 0);
      socket.addEventListener("message", ({ data }) => {
        const { type, seq } = Frame.parse(JSON.parse(String(data)));
        if (seq === undefined) return;
        if (type === "snapshot") shown.snapshots++;
        else if (seq !== last + 1) shown.wrong.push(`${last} was followed by ${seq}`);
        last = seq;
      });
      return socket;
    }
  }
  const live = connectLive({
    url: server.url,
    site: "demo",
    WebSocket: SignedIn,
    fetch: (url, init) => fetch(url, { ...init, headers: { cookie } }),
  });
  return Object.assign(shown, { live });
}

let visitors = 0;

async function visit(): Promise<void> {
  const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${++visitors}`;
  const beacon = { tab: randomUUID(), events: [pageview(server, "/")] };
  const reply = await postBeacon(server, beacon, { "user-agent": agent });
  expect(reply.status).toBe(201);
}

const Summary = z.object({
  data: z.object({ summary: z.object({ total_active: z.number(), total_today: z.number() }) }),
});

async function rest(): Promise<string> {
  const { data } = await getJson(server, "/api/analytics/summary?site=demo", Summary, withKey(server.key));
  return `${data.summary.total_active} active, ${data.summary.total_today} today`;
}

const seenBy = ({ live }: (typeof screens)[number]): string => {
  const { snapshot } = live.state();
  return `${live.status()}: ${snapshot?.active} active, ${snapshot?.today.page_views} today`;
};

/** Waits until every screen is live and shows what REST says. */
async function allWhole(): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const wanted = `live: ${await rest()}`;
    const seen = screens.map(seenBy);
    if (seen.every((one) => one === wanted)) return;
    if (Date.now() > end) throw new Error(`${wanted}, but ${seen.join("; ")}`);
    await pause(100);
  }
}

const Status = z.object({
  data: z.object({
    websocket: z.object({ viewers: z.number() }),
    sites: z.array(z.object({ site: z.string(), rooms: z.record(z.string(), z.number()) })),
  }),
});

/** Waits until the site's object holds as many as it takes, and knows of all in its room. */
async function allCounted(): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const { data } = await getJson(server, "/api/status?site=demo", Status, withKey(server.key));
    const [here, everywhere] = [data.websocket.viewers, data.sites[0]?.rooms["site:demo"]];
    if (here === EACH && everywhere === SCREENS) return;
    if (Date.now() > end) throw new Error(`${here} at the site's object, ${everywhere} everywhere`);
    await pause(100);
  }
}

test("ROOM-7 screens at a site's object, its organization's and a further one show what REST says, also after kill -9", async () => {
  for (let i = 0; i < SCREENS; i++) screens.push(screen());
  await allWhole();
  for (let i = 0; i < 5; i++) await visit();
  await allWhole();
  await allCounted();
  const pictures = screens.map(({ snapshots }) => snapshots);
  for (let i = 0; i < 10; i++) await visit();
  await allWhole();
  // Told by differences alone.
  expect(screens.map(({ snapshots }) => snapshots)).toEqual(pictures);

  await server.kill9();
  server = await server.restart();
  for (let i = 0; i < 3; i++) await visit();
  await allWhole();
  await visit();
  await allWhole();
  await allCounted();
  expect(screens.flatMap(({ wrong }) => wrong)).toEqual([]);
});
