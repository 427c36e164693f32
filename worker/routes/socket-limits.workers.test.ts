import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLOSE } from "../../protocol/close-codes";
import {
  VIEWER_DETAILS_OF_ONE,
  VIEWER_JOINS,
  VIEWER_MESSAGES_OF_ONE,
  VIEWER_MESSAGES_PER_SECOND,
} from "../../protocol/limits";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

const ADDRESS = "192.0.2.1";
let ann: Tenant;
let token: string;
const open: WebSocket[] = [];

beforeEach(async () => {
  ann = await makeTenant();
  token = (await signIn(ann)).token;
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1_000) * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of open.splice(0)) socket.close(1000);
});

interface Watcher {
  socket: WebSocket;
  /** Resolves with the code when the other side closes. */
  closed: Promise<number>;
  /** Resolves with the first message. */
  greeted: Promise<unknown>;
}

async function watch(room: string, headers: Record<string, string>): Promise<Watcher> {
  const upgrade = { Upgrade: "websocket", "CF-Connecting-IP": ADDRESS, ...headers };
  const { webSocket: socket } = await ask(`/api/realtime/ws?rooms=${room}`, { headers: upgrade });
  if (!socket) throw new Error("No socket was opened.");
  const closed = new Promise<number>((done) => socket.addEventListener("close", ({ code }) => done(code)));
  const greeted = new Promise((done) => socket.addEventListener("message", ({ data }) => done(data), { once: true }));
  socket.accept();
  open.push(socket);
  return { socket, closed, greeted };
}

const isOpen = ({ closed, greeted }: Watcher) => Promise.race([greeted.then(() => true), closed.then(() => false)]);

describe.each([
  ["of a site", () => `site:${ann.site_id}`],
  ["of an organization", () => `org:${ann.org_id}`],
])("sockets %s", (_, room) => {
  test("RATE-6 beyond the joins of a second are closed with 4429, and may come again the next", async () => {
    const [bob, eve] = [bearer(await makeKey(ann, ["read"])), bearer(await makeKey(ann, ["read"]))];
    const some = await Promise.all(Array.from({ length: VIEWER_JOINS }, () => watch(room(), bearer(token))));
    expect((await Promise.all(some.map(isOpen))).every(Boolean)).toBe(true);
    expect(await (await watch(room(), bearer(token))).closed).toBe(CLOSE.tooFast);
    // Others at that address, too; elsewhere nobody.
    expect(await (await watch(room(), bob)).closed).toBe(CLOSE.tooFast);
    expect(await isOpen(await watch(room(), { ...eve, "CF-Connecting-IP": "198.51.100.7" }))).toBe(true);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await isOpen(await watch(room(), bearer(token)))).toBe(true);
  });

  test("RATE-6 of one member say so much a second together", async () => {
    const count = Math.ceil(VIEWER_MESSAGES_OF_ONE / (VIEWER_MESSAGES_PER_SECOND - 1)) + 1;
    const watchers = await Promise.all(Array.from({ length: count }, () => watch(room(), bearer(token))));
    const other = await watch(room(), bearer(await makeKey(ann, ["read"])));
    await Promise.all([...watchers, other].map(({ greeted }) => greeted));
    for (const { socket } of [...watchers, other]) {
      for (let i = 0; i < VIEWER_MESSAGES_PER_SECOND - 1; i++) socket.send(JSON.stringify({ type: "ping", i }));
    }
    expect(await Promise.race(watchers.map(({ closed }) => closed))).toBe(CLOSE.tooFast);
    const pong = new Promise((done) => other.socket.addEventListener("message", done, { once: true }));
    expect(await Promise.race([pong.then(() => "open"), other.closed])).toBe("open");
  });
});

test.each([
  ["a site's", () => `site:${ann.site_id}`],
  ["an organization's", () => `org:${ann.org_id}`],
])("RATE-6 %s socket gets two whole pictures a second that it asked for", async (_, room) => {
  const { socket, greeted } = await watch(room(), bearer(token));
  await greeted;
  const heard: { type: string; data: unknown }[] = [];
  const ended = new Promise<void>((done) => {
    socket.addEventListener("message", ({ data }) => {
      const frame: (typeof heard)[number] = JSON.parse(String(data));
      heard.push(frame);
      if (frame.type === "pong") done();
    });
  });
  for (let i = 0; i < 10; i++) socket.send(JSON.stringify({ type: "subscribe", rooms: [room()] }));
  socket.send(JSON.stringify({ type: "ping", last: true }));
  await ended;
  const refused = heard.filter(({ type }) => type === "error");
  expect(refused).toHaveLength(8);
  expect(refused[0]?.data).toMatchObject({ code: "rate_limited", retry_after_ms: expect.any(Number) });
  // One more came by itself, with the upgrade.
  expect(heard.filter(({ type }) => type === "snapshot").length).toBeLessThanOrEqual(3);
});

test("RATE-6 sockets of a member get ten detailed pictures a second together", async () => {
  const room = `site:${ann.site_id}`;
  const answers = (as: Record<string, string>, sockets: number) =>
    Promise.all(
      Array.from({ length: sockets }, async () => {
        const { socket, greeted } = await watch(room, as);
        await greeted;
        const heard: string[] = [];
        const ended = new Promise<void>((done) => {
          socket.addEventListener("message", ({ data }) => {
            const { type }: { type: string } = JSON.parse(String(data));
            if (type === "pong") done();
            else if (type === "detailed_stats" || type === "error") heard.push(type);
          });
        });
        for (let i = 0; i < 2; i++) socket.send(JSON.stringify({ type: "request_detailed_stats" }));
        socket.send(JSON.stringify({ type: "ping", last: true }));
        await ended;
        return heard;
      }),
    );
  const mine = (await answers(bearer(token), 8)).flat();
  expect(mine.filter((type) => type === "detailed_stats")).toHaveLength(VIEWER_DETAILS_OF_ONE);
  expect(mine.filter((type) => type === "error")).toHaveLength(16 - VIEWER_DETAILS_OF_ONE);
  const others = await answers(bearer(await makeKey(ann, ["read"])), 1);
  expect(others).toEqual([["detailed_stats", "detailed_stats"]]);
});

test("RATE-6 sockets are counted by who opened them also after a sleep of the object", async () => {
  const watchers = await Promise.all(Array.from({ length: 3 }, () => watch(`site:${ann.site_id}`, bearer(token))));
  await Promise.all(watchers.map(({ greeted }) => greeted));
  const object = env.SITE.getByName(ann.site_id);
  await evictDurableObject(object);
  const tagged = await runInDurableObject(object, (_instance, state) => ({
    member: state.getWebSockets(`by:${ann.user_id}`).length,
    tags: state.getWebSockets().flatMap((socket) => state.getTags(socket)),
  }));
  expect(tagged.member).toBe(3);
  expect(tagged.tags.join()).not.toContain(ADDRESS);
});

test("RATE-6 a stream that has to wait is 429 with Retry-After", async () => {
  const room = `site:${ann.site_id}`;
  await Promise.all(Array.from({ length: VIEWER_JOINS }, () => watch(room, bearer(token))));
  const headers = { ...bearer(token), Origin: "", "CF-Connecting-IP": ADDRESS };
  for (const name of ["stats", "issues", "heatmap"]) {
    const refused = await ask(`/api/realtime/${name}?site=${ann.site_id}`, { headers });
    expect([name, refused.status, refused.headers.get("Retry-After")]).toEqual([name, 429, "1"]);
    expect(await refused.json()).toMatchObject({ error: { code: "rate_limited" } });
  }
  vi.setSystemTime(Date.now() + 1_000);
  const opened = await ask(`/api/realtime/stats?site=${ann.site_id}`, { headers });
  expect(opened.status).toBe(200);
  await opened.body?.cancel();
});
