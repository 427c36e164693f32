import { createExecutionContext, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { siteStub } from "../ingest/site-stub";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

const Histogram = z.object({ le: z.array(z.number()), counts: z.array(z.number()), sum: z.number() });
const Site = z.object({
  site: z.string(),
  since: z.string(),
  ingest: z.object({
    batches: z.number(),
    requests: z.number(),
    events: z.number(),
    leaves: z.number(),
    per_second: z.number(),
    latency: Histogram,
    last_event_at: z.string().nullable(),
  }),
  outbox: z.object({ batches: z.number(), events: z.number(), bytes: z.number(), oldest_at: z.string().nullable() }),
  flush: z.object({
    batches: z.number(),
    last_at: z.string().nullable(),
    failures: z.number(),
    retry_at: z.string().nullable(),
    d1: Histogram,
  }),
  live: z.object({ now: z.number(), active: z.number(), connections: z.number() }),
  sockets: z.record(
    z.string(),
    z.object({ open: z.number(), opened: z.number(), closed: z.number(), messages: z.number() }),
  ),
  sent: z.object({ messages: z.number(), bytes: z.number(), too_slow: z.number() }),
  frames: Histogram,
  rooms: z.record(z.string(), z.number()),
  drops: z.array(z.object({ reason: z.string(), count: z.number() })),
  page_errors: z.number(),
  errors: z.object({ flush: z.number(), storage: z.number(), socket: z.number() }),
  storage_bytes: z.number(),
});
const Status = z.object({
  data: z.object({
    server: z.object({ status: z.string(), protocol: z.number() }),
    websocket: z.object({ path: z.string(), subprotocol: z.string(), viewers: z.number(), sockets: z.number() }),
    sites: z.array(Site),
    partial: z.boolean(),
  }),
});

let ann: Tenant;
let headers: Record<string, string>;
beforeEach(async () => {
  ann = await makeTenant();
  headers = bearer(await makeKey(ann, ["read"]));
});

async function send(events: object[], more: object = {}) {
  const body = { site: ann.site_id, session_id: "9f4e2c52-6a53-4e3f-9d6e-0c7a4a2c8f11", events, ...more };
  return ask("/api/v1/track", { method: "POST", body, headers: bearer(await makeKey(ann, ["ingest"])) });
}

const view = (event_type = "pageview") => ({
  event_id: crypto.randomUUID(),
  event_type,
  page_url: `https://${ann.site_id}.example/a`,
  timestamp: Date.now(),
});

async function status() {
  const response = await ask(`/api/status?site=${ann.site_id}`, { headers });
  expect(response.status).toBe(200);
  const { data } = Status.parse(await response.json());
  const [site] = data.sites;
  if (!site) throw new Error("The site is missing in its status.");
  return { ...data, site };
}

const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);

async function watch(cookie: string) {
  const upgrade = { Upgrade: "websocket", Cookie: cookie, "Sec-WebSocket-Protocol": "footfall.v1" };
  const { webSocket } = await ask(`/api/realtime/ws?rooms=site:${ann.site_id}`, { headers: upgrade });
  if (!webSocket) throw new Error("No socket was opened.");
  webSocket.accept();
  return webSocket;
}

describe("GET /api/status", () => {
  test("of a site where nothing came is all zeros", async () => {
    const { site, server, websocket } = await status();
    expect(server).toEqual({ status: "healthy", protocol: 1 });
    expect(websocket).toEqual({ path: "/api/realtime/ws", subprotocol: "footfall.v1", viewers: 0, sockets: 0 });
    expect(site).toMatchObject({
      ingest: { batches: 0, requests: 0, events: 0, leaves: 1, per_second: 0, last_event_at: null },
      outbox: { batches: 0, events: 0, bytes: 0, oldest_at: null },
      flush: { batches: 0, last_at: null, failures: 0, retry_at: null },
      drops: [],
    });
  });

  test("tells what waits for D1, and the flush that took it", async () => {
    expect((await send([view(), view("error")])).status).toBe(201);
    const waiting = (await status()).site;
    expect(waiting.ingest).toMatchObject({ batches: 1, requests: 1, events: 2 });
    expect(sum(waiting.ingest.latency.counts)).toBe(1);
    expect(waiting.outbox).toMatchObject({ batches: 1, events: 2, bytes: expect.any(Number) });
    expect(Date.now() - Date.parse(waiting.outbox.oldest_at ?? "")).toBeLessThan(60_000);
    expect(waiting).toMatchObject({ page_errors: 1, live: { active: 1 } });

    await siteStub(env, ann.site_id).flush();
    const { outbox, flush } = (await status()).site;
    expect(outbox).toEqual({ batches: 0, events: 0, bytes: 0, oldest_at: null });
    expect([flush.batches, sum(flush.d1.counts)]).toEqual([1, 1]);
    expect(Date.now() - Date.parse(flush.last_at ?? "")).toBeLessThan(60_000);
  });

  test("after an eviction what is durable stays and what is counted in memory begins anew, and says since when", async () => {
    await send([view()]);
    await siteStub(env, ann.site_id).flush();
    await send([view()]);
    const before = (await status()).site;
    await evictDurableObject(env.SITE.getByName(ann.site_id));
    const after = (await status()).site;
    expect(Date.parse(after.since)).toBeGreaterThan(Date.parse(before.since));
    expect(after.ingest).toMatchObject({ batches: 2, requests: 0, events: 0 });
    expect(after.outbox).toEqual(before.outbox);
    expect(after.flush).toMatchObject({ batches: 1, last_at: before.flush.last_at });
  });

  test("counts flushes that fail, and says when the next try is", async () => {
    await send([view()]);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const object = env.SITE.getByName(ann.site_id);
    await env.DB.exec("ALTER TABLE flush_log RENAME TO flush_log_away");
    await runDurableObjectAlarm(object);
    const { flush, errors } = (await status()).site;
    await env.DB.exec("ALTER TABLE flush_log_away RENAME TO flush_log");
    log.mockRestore();
    expect(errors.flush).toBe(1);
    expect(flush).toMatchObject({ failures: 1, last_at: null, retry_at: expect.any(String) });
    await runDurableObjectAlarm(object);
    expect((await status()).site.flush).toMatchObject({ failures: 0, retry_at: null });
  });

  test("counts sockets, what they say and what they are sent", async () => {
    const { cookie } = await signIn(ann);
    const [one, two] = [await watch(cookie), await watch(cookie)];
    one.send(JSON.stringify({ type: "subscribe", rooms: [`site:${ann.site_id}`] }));
    two.close(1000);
    await expect
      .poll(async () => (await status()).site.sockets.viewer)
      .toEqual({ open: 1, opened: 2, closed: 1, messages: 1 });
    const { site, websocket } = await status();
    expect(websocket).toMatchObject({ viewers: 1, sockets: 1 });
    expect(site.sent.messages).toBeGreaterThanOrEqual(4);
    expect(site.sent.bytes).toBeGreaterThan(site.sent.messages);
    expect(site.rooms).toEqual({ [`site:${ann.site_id}`]: 1 });
    const before = sum(site.frames.counts);
    await send([view()]);
    await expect.poll(async () => sum((await status()).site.frames.counts)).toBeGreaterThan(before);
    one.close(1000);
  });

  test("tells what was left out by reason", async () => {
    const body = { site: ann.site_id, tab: crypto.randomUUID(), events: [view()] };
    await ask("/api/v1/track", {
      method: "POST",
      body,
      headers: { Origin: "https://else.example", "User-Agent": "x" },
    });
    await expect.poll(async () => (await status()).site.drops.length).toBe(1);
  });
});

test("a socket that is refused is not counted as opened", async () => {
  await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
  const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const page = { Origin: `https://${ann.site_id}.example`, "User-Agent": browser, "CF-Connecting-IP": "192.0.2.77" };
  const open = async () =>
    (await ask(`/api/v1/live?site=${ann.site_id}`, { headers: { ...page, Upgrade: "websocket" } })).status;
  expect([await open(), await open()]).toEqual([101, 429]);
  expect((await status()).site.sockets.visitor).toEqual({ open: 1, opened: 1, closed: 0, messages: 0 });
});

describe("GET /metrics", () => {
  const metrics = async (query = "", as = headers) => {
    const response = await ask(`/metrics${query}`, { headers: as });
    return { status: response.status, type: response.headers.get("Content-Type"), text: await response.text() };
  };
  const values = (text: string, name: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => line.slice(name.length));

  test("is text of Prometheus: every line a comment or a sample, every family once and described", async () => {
    await send([view()]);
    const { text, type } = await metrics();
    expect(type).toContain("version=0.0.4");
    const lines = text.trimEnd().split("\n");
    const sample = /^[a-z_0-9]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?(\d+(\.\d+)?(e[+-]\d+)?|\+Inf)$/;
    expect(lines.filter((line) => !/^# (HELP|TYPE) footfall_/.test(line) && !sample.test(line))).toEqual([]);
    const types = lines.filter((line) => line.startsWith("# TYPE ")).map((line) => line.split(" ")[2] ?? "");
    expect(new Set(types).size).toBe(types.length);
    for (const line of lines.filter((one) => !one.startsWith("#"))) {
      const name = /^[a-z_0-9]+/.exec(line)?.[0] ?? "";
      expect(types).toContain(types.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, ""));
    }
  });

  test("has the figures of each site that the key may read, and of no other", async () => {
    await send([view(), view()]);
    const bob = await makeTenant();
    await env.DB.prepare("UPDATE sites SET org_id = ? WHERE id = ?").bind(ann.org_id, bob.site_id).run();
    const { text } = await metrics();
    expect(values(text, "footfall_ingest_events_total").toSorted()).toEqual(
      [`{site="${ann.site_id}"} 2`, `{site="${bob.site_id}"} 0`].toSorted(),
    );
    expect(values(text, "footfall_outbox_events")).toContain(`{site="${ann.site_id}"} 2`);
    expect(values(text, "footfall_ingest_latency_seconds_count")).toContain(`{site="${ann.site_id}"} 1`);
    const one = await metrics(`?site=${bob.site_id}`);
    expect(values(one.text, "footfall_site_up")).toEqual([`{site="${bob.site_id}"} 1`]);

    const confined = bearer(await makeKey(ann, ["read"], bob.site_id));
    expect(values((await metrics("", confined)).text, "footfall_site_up")).toEqual([`{site="${bob.site_id}"} 1`]);
    expect((await metrics(`?site=${ann.site_id}`, confined)).status).toBe(404);
    const stranger = bearer(await makeKey(await makeTenant(), ["read"]));
    expect((await metrics("", stranger)).text).not.toContain(ann.site_id);
    expect((await metrics(`?site=${ann.site_id}`, stranger)).status).toBe(404);
  });

  test("a histogram's buckets rise to its count", async () => {
    await send([view()]);
    const { text } = await metrics();
    const buckets = values(text, "footfall_ingest_latency_seconds_bucket").map((line) => Number(line.split(" ")[1]));
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(1);
    expect(text).toContain('le="+Inf"');
  });

  test("tells of those who watch the organization and of streams, but not to a key of one site", async () => {
    const { cookie } = await signIn(ann);
    const upgrade = { Upgrade: "websocket", Cookie: cookie, "Sec-WebSocket-Protocol": "footfall.v1" };
    const { webSocket } = await ask(`/api/realtime/ws?rooms=org:${ann.org_id}`, { headers: upgrade });
    webSocket?.accept();
    const stream = await ask(`/api/realtime/issues?site=${ann.site_id}`, { headers: { ...headers, Origin: "" } });
    const { text } = await metrics();
    expect(values(text, "footfall_org_sockets_open")).toEqual([" 1"]);
    expect(values(text, "footfall_org_room_viewers")).toEqual([`{room="org:${ann.org_id}"} 1`]);
    const [open] = values(text, "footfall_streams_open").filter((line) => line.includes('kind="issues"'));
    expect(open).toMatch(/ 1$/);
    await stream.body?.cancel();
    const after = values((await metrics()).text, "footfall_streams_open").filter((line) => line.includes("issues"));
    expect(after[0]).toMatch(/ 0$/);
    const confined = bearer(await makeKey(ann, ["read"], ann.site_id));
    expect((await metrics("", confined)).text).not.toContain("footfall_org_");
    expect((await metrics(`?site=${ann.site_id}`)).text).not.toContain("footfall_org_");
    webSocket?.close(1000);
  });

  test("tells of the parts, of D1 and of this isolate", async () => {
    await ask("/health");
    const { text } = await metrics();
    expect(values(text, "footfall_part_up")).toContain('{part="d1",needed="true"} 1');
    expect(Number(values(text, "footfall_d1_size_bytes")[0])).toBeGreaterThan(1_000);
    expect(values(text, "footfall_worker_requests_total").join()).toMatch(/isolate="[0-9a-f]{8}",status="2xx"} \d+/);
  });

  test("tells of the installation to owners, admins and keys of all sites alone", async () => {
    await ask("/health");
    const stream = await ask(`/api/realtime/issues?site=${ann.site_id}`, { headers: { ...headers, Origin: "" } });
    const seen = async (as: Record<string, string>) => {
      const names = (await metrics("", as)).text.match(/^footfall_(part|d1_size|worker|streams)(?=_)/gm);
      return [...new Set(names)].toSorted();
    };
    const all = ["footfall_d1_size", "footfall_part", "footfall_streams", "footfall_worker"];
    expect(await seen(headers)).toEqual(all);
    expect(await seen(bearer(await makeKey(ann, ["read"], ann.site_id)))).toEqual([]);
    for (const role of ["owner", "admin", "editor", "viewer"] as const) {
      const tenant = await makeTenant(role);
      const as = bearer((await signIn(tenant)).token);
      expect(await seen(as)).toEqual(role === "owner" || role === "admin" ? all : []);
      expect(values((await metrics("", as)).text, "footfall_site_up")).toEqual([`{site="${tenant.site_id}"} 1`]);
    }
    await stream.body?.cancel();
  });
});
