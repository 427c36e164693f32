import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import type { AlertRule } from "../../protocol/alerts.ts";
import { bundleWorker } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/root.ts";
import type { Server } from "../../scripts/serve.ts";
import { getJson, pageview, postBeacon, signIn } from "../support/api.ts";
import { PATIENCE } from "../support/patience.ts";
import { serveWorker } from "../support/serve-worker.ts";

/** Alerts from outside: a rule is saved, visitors come, and a viewer, the log and somebody's server are told. */

const EMAIL = "owner@example.com";
const PASSWORD = "correct horse battery";
/** The object is put to sleep under this name of its script. */
const SCRIPT = "footfall";

const Logged = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      rule_id: z.string(),
      name: z.string(),
      level: z.string(),
      message: z.string(),
      at: z.string(),
      details: z.looseObject({ visitors_last_minute: z.number() }),
      tries: z.array(z.object({ channel: z.string(), at: z.string(), ok: z.boolean(), result: z.string() })),
      next_try_at: z.string().nullable(),
    }),
  ),
});
const Made = z.object({ data: z.object({ id: z.string(), webhook_secret: z.string().optional() }) });
const Alert = Logged.shape.data.element.partial();
const Picture = z.object({ type: z.literal("snapshot"), data: z.object({ alerts: z.array(Alert) }) });
const AlertFrame = z.object({ type: z.literal("alert"), room: z.string(), data: Alert });

/** Somebody's server: what it was sent, and what it answers, the last answer for ever. */
interface Received {
  path: string;
  signature: string;
  body: string;
}
const received: Received[] = [];
const answers = new Map<string, number[]>();
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const path = request.url ?? "";
  received.push({ path, signature: String(request.headers["footfall-signature"]), body });
  const left = answers.get(path) ?? [200];
  const status = (left.length > 1 ? left.shift() : left[0]) ?? 200;
  response.writeHead(status, status === 302 ? { Location: "/inside" } : {}).end("ok");
});
const sentTo = (path: string) => received.filter((one) => one.path === path);

let state: string;
let server: Server;
let origin: string;
let headers: Record<string, string>;

beforeAll(async () => {
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const address = receiver.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  origin = `http://127.0.0.1:${address.port}`;
  state = await mkdtemp(join(tmpdir(), "footfall-alerts-"));
  server = await serveWorker({
    code: await bundleWorker(join(ROOT, "test", "process", "alerts-worker", "index.ts")),
    port: 0,
    state,
    assets: false,
    vars: { RECEIVER: origin },
    email: EMAIL,
    password: PASSWORD,
  });
  const cookie = await signIn({ url: server.url, email: EMAIL, password: PASSWORD });
  headers = { cookie, origin: server.url, "content-type": "application/json" };
});

afterAll(async () => {
  await server?.close();
  receiver.close();
  await rm(state, { recursive: true, force: true });
});

const send = (method: string, path: string, body?: object) =>
  fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });

/** A site of its own, which pages of this server may send to by its id. */
async function newSite(): Promise<string> {
  const response = await send("POST", "/api/sites", { name: "Shop", domains: [`${randomUUID()}.example`] });
  expect(response.status).toBe(201);
  return Made.parse(await response.json()).data.id;
}

/** A rule; with `path`, its webhook goes to the server of this test, past the check at saving. */
async function addRule(site: string, rule: AlertRule, more: { cooldown_s?: number; path?: string } = {}) {
  const { path, ...rest } = more;
  const webhook_url = path === undefined ? null : "https://hooks.example.com/x";
  const response = await send("POST", "/api/alerts", { site, name: "Rule", rule, webhook_url, ...rest });
  expect(response.status).toBe(201);
  const { id, webhook_secret = "" } = Made.parse(await response.json()).data;
  if (path !== undefined) {
    const db = await server.mf.getD1Database("DB");
    await db.prepare("UPDATE alert_rules SET webhook_url = ? WHERE id = ?").bind(`${origin}${path}`, id).run();
  }
  return { id, secret: webhook_secret };
}

let browsers = 100;
/** So many new visitors open a page. */
async function visit(site: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:${++browsers}.0) Gecko/20100101 Firefox/${browsers}.0`;
    const beacon = { site, session_id: randomUUID(), events: [pageview(server)] };
    const { status, dropped } = await postBeacon(server, beacon, { "user-agent": agent, ...(await asServer()) });
    expect([status, dropped]).toEqual([201, null]);
  }
}

let key = "";
/** A key of scope ingest: its events count for every site of the organization. */
async function asServer(): Promise<Record<string, string>> {
  if (key === "") {
    const response = await send("POST", "/api/keys", { name: "Test", scopes: ["ingest"] });
    const { data } = z.object({ data: z.object({ token: z.string() }) }).parse(await response.json());
    key = data.token;
  }
  return { authorization: `Bearer ${key}` };
}

async function logOf(site: string) {
  return (await getJson(server, `/api/alerts/log?site=${site}`, Logged, headers)).data;
}

/** A viewer of the site's room, and the alerts that it was told, with when. */
async function watch(site: string, resume?: number) {
  let seq = 0;
  const shown: z.infer<typeof Alert>[] = [];
  const told: { at: number; frame: z.infer<typeof AlertFrame> }[] = [];
  const url = `${server.url.replace("http", "ws")}/api/realtime/ws?rooms=site:${site}${resume === undefined ? "" : `&resume=site:${site}:${resume}`}`;
  // Node's takes headers, which a browser's does not.
  const socket: WebSocket = Reflect.construct(WebSocket, [url, { protocols: "footfall.v1", headers }]);
  socket.addEventListener("message", ({ data }) => {
    const message: unknown = JSON.parse(String(data));
    seq = z.object({ seq: z.number() }).safeParse(message).data?.seq ?? seq;
    const frame = AlertFrame.safeParse(message);
    if (frame.success) told.push({ at: performance.now(), frame: frame.data });
    const picture = Picture.safeParse(message);
    if (picture.success) shown.push(...picture.data.data.alerts);
  });
  await once(socket, "message");
  return { told, shown, seq: () => seq, [Symbol.dispose]: () => socket.close() };
}

const above = (limit: number): AlertRule => ({ metric: "visitors", above: limit, window: "60s" });

describe.concurrent("alerts", () => {
  test("ALERT 4, 5: the eleventh visitor of a minute is told to viewers within the second, and logged once", async () => {
    const site = await newSite();
    using viewer = await watch(site);
    await visit(site, 10);
    expect(viewer.told).toEqual([]);
    const begun = performance.now();
    await visit(site, 1);
    await vi.waitFor(() => expect(viewer.told).toHaveLength(1), { timeout: PATIENCE, interval: 5 });
    expect((viewer.told[0]?.at ?? Number.POSITIVE_INFINITY) - begun).toBeLessThan(5_000);
    await visit(site, 3);
    const expected = {
      rule_id: "default",
      level: "info",
      message: "High visitor activity detected!",
      details: { metric: "visitors", visitors_last_minute: 11, value: 11, limit: 10 },
    };
    expect(viewer.told).toMatchObject([{ frame: { room: `site:${site}`, data: expected } }]);
    await vi.waitFor(async () => expect(await logOf(site)).toMatchObject([expected]), { timeout: PATIENCE });
    const Detailed = z.object({ data: z.object({ alerts: z.array(z.looseObject({ id: z.string() })) }) });
    const detailed = await getJson(server, `/api/analytics/detailed?site=${site}`, Detailed, headers);
    expect(detailed.data.alerts).toMatchObject([{ ...expected, site }]);
  });

  test("ALERT 5, VIEWER 12: a viewer who was away for a moment is told of it when it is back, once", async () => {
    const site = await newSite();
    await addRule(site, above(1));
    let seen = 0;
    {
      using viewer = await watch(site);
      await visit(site, 1);
      await vi.waitFor(() => expect(viewer.seq()).toBeGreaterThan(0), { timeout: PATIENCE });
      seen = viewer.seq();
    }
    await visit(site, 2);
    using back = await watch(site, seen);
    // By the frames that were missed, or in the picture where that is shorter.
    const known = () => [...back.told.map(({ frame }) => frame.data), ...back.shown];
    await vi.waitFor(() => expect(known()).toMatchObject([{ details: { value: 2, limit: 1 } }]), { timeout: PATIENCE });
    const until = back.seq();
    await visit(site, 1);
    await vi.waitFor(() => expect(back.seq()).toBeGreaterThan(until), { timeout: PATIENCE });
    expect(known()).toHaveLength(1);
  });

  test("ALERT 6: somebody's server gets it once, signed, also when the object sleeps within the cooldown", async () => {
    const site = await newSite();
    const { secret, id } = await addRule(site, above(2), { path: "/good" });
    await visit(site, 3);
    await vi.waitFor(() => expect(sentTo("/good")).toHaveLength(1), { timeout: PATIENCE });
    const [{ signature, body } = { signature: "", body: "" }] = sentTo("/good");
    const [, t = "", v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    expect(v1).toBe(createHmac("sha256", secret).update(`${t}.${body}`).digest("hex"));
    expect(Math.abs(Date.now() / 1_000 - Number(t))).toBeLessThan(60);
    const [logged] = await logOf(site);
    expect(JSON.parse(body)).toMatchObject({ type: "alert", id: logged?.id, site: { id: site }, rule: { id } });

    await server.mf.unsafeEvictDurableObject(SCRIPT, "SiteObject", { name: site, webSockets: "hibernate" });
    await visit(site, 2);
    const told = [{ tries: [{ channel: "webhook", ok: true, result: "200" }] }];
    await vi.waitFor(async () => expect(await logOf(site)).toMatchObject(told), { timeout: PATIENCE });
    expect(sentTo("/good")).toHaveLength(1);
  });

  test("ALERT 6: a server that fails is tried again soon, and the log has each outcome", async () => {
    const site = await newSite();
    answers.set("/failing", [503, 500, 204]);
    await addRule(site, above(0), { path: "/failing" });
    await visit(site, 1);
    const tries = [{ result: "503" }, { result: "500" }, { result: "204", ok: true }];
    await vi.waitFor(async () => expect((await logOf(site))[0]?.tries).toMatchObject(tries), { timeout: PATIENCE });
    const [alert] = await logOf(site);
    expect(alert?.next_try_at).toBeNull();
    expect(sentTo("/failing")).toHaveLength(3);
    expect(new Set(sentTo("/failing").map(({ body }) => body)).size).toBe(1);
    const [first = 0, second = 0, third = 0] = (alert?.tries ?? []).map(({ at }) => Date.parse(at));
    expect(second - first).toBeGreaterThan(990);
    expect(third - second).toBeGreaterThan(4_990);
  });

  test("ALERT 7: a redirect is not followed, and local addresses are refused at saving and at sending", async () => {
    const site = await newSite();
    answers.set("/moved", [302]);
    await addRule(site, above(0), { path: "/moved" });
    const refused = await addRule(site, { metric: "event", event: "pageview" }, { path: "/other" });
    const db = await server.mf.getD1Database("DB");
    const elsewhere = origin.replace("127.0.0.1", "localhost");
    await db.prepare("UPDATE alert_rules SET webhook_url = ? WHERE id = ?").bind(elsewhere, refused.id).run();
    await visit(site, 1);
    await vi.waitFor(
      async () => {
        const log = await logOf(site);
        expect(log.find(({ rule_id }) => rule_id === refused.id)?.tries).toMatchObject([{ ok: false }]);
        const moved = log.find(({ rule_id }) => rule_id !== refused.id);
        expect(moved?.tries[0]).toMatchObject({ ok: false, result: "302: redirects are not followed" });
      },
      { timeout: PATIENCE },
    );
    expect(sentTo("/inside")).toEqual([]);
    expect(sentTo("/")).toEqual([]);
    for (const webhook_url of [`${origin}/good`, elsewhere, server.url, "http://[::ffff:7f00:1]/"]) {
      const response = await send("POST", "/api/alerts", { site, name: "x", rule: above(1), webhook_url });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { fields: { webhook_url: expect.any(String) } } });
    }
  });

  test("ALERT 3: silence is told by the alarm, to a viewer and a server, without anybody coming by", async () => {
    const site = await newSite();
    using viewer = await watch(site);
    await visit(site, 1);
    await addRule(site, { metric: "silence", above: 10 }, { path: "/silence", cooldown_s: 1 });
    const message = expect.stringMatching(/^No event for [1-9]\d sec/);
    await vi.waitFor(
      () => {
        expect(sentTo("/silence")).toHaveLength(1);
        expect(viewer.told).toMatchObject([{ frame: { data: { message } } }]);
      },
      { timeout: PATIENCE, interval: 100 },
    );
  });
});
