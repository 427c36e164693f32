import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { getJson, pageview, postBeacon, signIn, withKey } from "../support/api.ts";
import { d1File } from "../support/d1-file.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** A server is watched from outside: readiness, figures, log. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { LOG_REQUESTS: "1" } });
});
afterAll(() => server?.[Symbol.asyncDispose]());

const Ready = z.object({
  status: z.string(),
  parts: z.record(z.string(), z.object({ state: z.string(), ms: z.number().optional() })),
});

/** The samples of `/metrics` by name and labels. */
async function metrics(): Promise<Map<string, number>> {
  const response = await fetch(`${server.url}/metrics`, { headers: withKey(server.key) });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("version=0.0.4");
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

const visit = async () => {
  const { status } = await postBeacon(server, {
    tab: randomUUID(),
    events: [pageview(server), pageview(server, "/a")],
  });
  expect(status).toBe(201);
};

test("health answers, and readiness tells the state of every part", async () => {
  expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: "healthy" });
  const { status, parts } = await getJson(server, "/health/ready", Ready, {});
  expect(status).toBe("ready");
  expect(Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state]))).toEqual({
    d1: "ready",
    objects: "ready",
    assets: "ready",
    r2: "ready",
    analytics_engine: "configured",
  });
});

test("figures are for those who may read, and move with what comes", async () => {
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const before = await metrics();
  await visit();
  const socket: WebSocket = Reflect.construct(WebSocket, [
    `${server.url.replace("http", "ws")}/api/realtime/ws?rooms=site:demo`,
    { headers: { cookie: await signIn(server) } },
  ]);
  await new Promise((done) => socket.addEventListener("message", done, { once: true }));
  const grew = (now: Map<string, number>, name: string) => (now.get(name) ?? 0) - (before.get(name) ?? 0);
  const now = await metrics();
  expect(grew(now, 'footfall_ingest_events_total{site="demo"}')).toBe(2);
  expect(grew(now, 'footfall_ingest_latency_seconds_count{site="demo"}')).toBe(1);
  expect(now.get('footfall_sockets_open{site="demo",kind="viewer"}')).toBe(1);
  expect(now.get('footfall_room_viewers{site="demo",room="site:demo"}')).toBe(1);
  expect(now.get('footfall_part_up{part="d1",needed="true"}')).toBe(1);
  socket.close();
  await expect.poll(async () => (await metrics()).get('footfall_sockets_open{site="demo",kind="viewer"}')).toBe(0);
  await expect.poll(async () => (await metrics()).get('footfall_outbox_events{site="demo"}')).toBe(0);
  expect((await metrics()).get('footfall_flush_batches_total{site="demo"}')).toBeGreaterThan(0);
});

test("every request is one line of JSON with the id of its reply, and nothing of who asked", async () => {
  const agent = `Watcher/${randomUUID()}`;
  const path = `/api/v1/sessions/${randomUUID()}`;
  const headers = { ...withKey(server.key), "user-agent": agent };
  const response = await fetch(`${server.url}${path}?site=demo&x=${agent}`, { headers });
  const id = response.headers.get("x-request-id") ?? "none";
  await expect.poll(() => server.logs()).toContain(id);
  const lines = server.logs().split("\n");
  const found = lines.filter((line) => line.includes(id));
  expect(found).toHaveLength(1);
  expect(JSON.parse(found[0]?.slice(found[0].indexOf("{")) ?? "")).toMatchObject({
    level: "info",
    message: expect.stringMatching(/^\[[^\]]+\] 404 - \d+ms GET \/api\/v1\/sessions\/:id$/),
    request_id: id,
    route: "/api/v1/sessions/:id",
    status: 404,
  });
  for (const personal of [agent, path, server.key, "Mozilla"]) expect(server.logs()).not.toContain(personal);
});

test("a database that is away is 503 with its state, and ready again when it is back", async () => {
  const readiness = async () => {
    const response = await fetch(`${server.url}/health/ready`);
    const { parts } = Ready.parse(await response.json());
    return [response.status, parts.d1?.state, parts.objects?.state];
  };
  const database = new DatabaseSync(d1File(server.state), { timeout: PATIENCE });
  database.exec("BEGIN EXCLUSIVE");
  try {
    await expect.poll(readiness).toEqual([503, "unreachable", "ready"]);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    // What comes meanwhile is taken: the site is known.
    await visit();
  } finally {
    database.exec("ROLLBACK");
    database.close();
  }
  await expect.poll(readiness).toEqual([200, "ready", "ready"]);
});

test("what is counted for ever goes on after a kill, and what begins anew says since when", async () => {
  await visit();
  const before = await metrics();
  const killed = performance.now();
  await server.kill9();
  server = await server.restart();
  const after = await metrics();
  const batches = 'footfall_ingest_batches_total{site="demo"}';
  expect(after.get(batches)).toBe(before.get(batches));
  expect(after.get('footfall_ingest_events_total{site="demo"}')).toBe(0);
  const uptime = after.get('footfall_object_uptime_seconds{site="demo"}');
  expect(uptime).toBeLessThan((performance.now() - killed) / 1_000);
});
