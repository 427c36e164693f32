import { createExecutionContext, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { KEY_RATE_LIMIT, SITE_RATE_LIMIT } from "../../protocol/limits";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ADDRESS = "192.0.2.1";

let ann: Tenant;
let second = 0;

beforeEach(async () => {
  ann = await makeTenant();
  // A minute of its own for each test, which does not end during the test.
  second = (second || Math.floor(Date.now() / 60_000) * 60_000 + 15_000) + 120_000;
  vi.useFakeTimers({ toFake: ["Date"], now: second });
});
afterEach(() => void vi.useRealTimers());

const limitTo = (limit: number) =>
  env.DB.prepare("UPDATE sites SET rate_limit = ? WHERE id = ?").bind(limit, ann.site_id).run();

interface From {
  address?: string;
  site?: Tenant;
  headers?: Record<string, string>;
}

/** A request of one of the routes; a beacon holds one event. */
async function send(route: "track" | "events" | "pixel" | "sessions", { address, site, headers }: From = {}) {
  const { site_id } = site ?? ann;
  const page = `https://${site_id}.example/a`;
  const sent = {
    Origin: `https://${site_id}.example`,
    "User-Agent": FIREFOX,
    "CF-Connecting-IP": address ?? ADDRESS,
    ...headers,
  };
  const post = (path: string, body: object) =>
    ask(path, { method: "POST", body: { site: site_id, ...body }, headers: sent });
  if (route === "track") {
    const event = { event_type: "pageview", page_url: page, timestamp: Date.now() };
    return post("/api/v1/track", { session_id: crypto.randomUUID(), events: [event] });
  }
  if (route === "events") return post("/api/events", { type: "pageview", page, session_id: crypto.randomUUID() });
  if (route === "sessions") return post("/api/v1/sessions", { page_url: page });
  return ask(`/p.gif?site=${site_id}&page=/a`, { headers: sent });
}

const statuses = async (count: number, act: () => Promise<Response>) => {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await act()).status);
  return all;
};

const Detailed = z.object({
  data: z.object({
    today: z.object({ page_views: z.number() }),
    dropped: z.array(z.object({ reason: z.string(), count: z.number(), example: z.string() })),
  }),
});
async function detailed() {
  const headers = bearer(await makeKey(ann, ["read"]));
  const response = await ask(`/api/analytics/detailed?site=${ann.site_id}`, { headers });
  return Detailed.parse(await response.json()).data;
}
const pageViews = async () => (await detailed()).today.page_views;
const dropped = async () => (await detailed()).dropped;

describe("RATE-1 browsers", () => {
  test("a hundred requests a minute pass, the next one is told how many seconds are left, and is not kept", async () => {
    expect(await statuses(SITE_RATE_LIMIT, () => send("track"))).toEqual(Array(SITE_RATE_LIMIT).fill(201));
    const refused = await send("track");
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "45"]);
    expect(await refused.json()).toMatchObject({ success: false, error: { code: "rate_limited" } });
    expect(refused.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    expect(await pageViews()).toBe(SITE_RATE_LIMIT);
    vi.setSystemTime(second + 45_000);
    expect((await send("track")).status).toBe(201);
  });

  test("another address, kind of route, site and sender are not touched by it", async () => {
    await limitTo(1);
    const bob = await makeTenant();
    const key = bearer(await makeKey(ann, ["ingest"]));
    expect(await statuses(2, () => send("track"))).toEqual([201, 429]);
    expect((await send("track", { address: "192.0.2.2" })).status).toBe(201);
    expect((await send("track", { site: bob })).status).toBe(201);
    expect((await send("track", { headers: key })).status).toBe(201);
    expect(await statuses(2, () => send("sessions"))).toEqual([201, 429]);
  });

  test("beacons, simple events and pixels count together", async () => {
    await limitTo(3);
    await send("pixel");
    expect([(await send("track")).status, (await send("events")).status]).toEqual([201, 200]);
    expect([(await send("track")).status, (await send("events")).status]).toEqual([429, 429]);
    expect(await pageViews()).toBe(3);
    await send("pixel");
    expect(await pageViews()).toBe(3);
  });

  test("an IPv6 /64 counts as one address, the next one as another", async () => {
    await limitTo(2);
    const from = async (address: string) => (await send("track", { address })).status;
    expect(await from("2001:db8:0:1::1")).toBe(201);
    expect(await from("2001:db8:0:1:aaaa:bbbb:cccc:dddd")).toBe(201);
    expect(await from("2001:db8:0:1::2")).toBe(429);
    expect(await from("2001:db8:0:2::1")).toBe(201);
  });

  test("events of several senders, of which the first is dropped, still count as one request", async () => {
    await limitTo(1);
    await env.DB.prepare("UPDATE sites SET excluded_paths = '[\"/secret\"]' WHERE id = ?").bind(ann.site_id).run();
    const events = ["/secret", "/a"].map((page, i) => ({ type: "pageview", page, session_id: `v${i}` }));
    const headers = { Origin: "", "User-Agent": FIREFOX, "CF-Connecting-IP": ADDRESS };
    const both = () => ask("/api/events", { method: "POST", body: { site: ann.site_id, events }, headers });
    expect([(await both()).status, (await both()).status]).toEqual([200, 429]);
  });

  test("a count that is lost by eviction is forgiven, and counting goes on", async () => {
    await limitTo(2);
    expect(await statuses(3, () => send("track"))).toEqual([201, 201, 429]);
    await evictDurableObject(env.SITE.getByName(ann.site_id));
    expect(await statuses(3, () => send("track"))).toEqual([201, 201, 429]);
    expect(await pageViews()).toBe(4);
  });
});

describe("RATE-2 keys and members", () => {
  const ping = (headers: Record<string, string>, site = ann) =>
    ask("/api/v1/track", {
      method: "POST",
      body: {
        site: site.site_id,
        tab: "6d9cf1bb-6b4a-4d5a-8f0e-6a1b7a1f0f10",
        events: [{ event_type: "ping", page_url: "/", timestamp: Date.now() }],
      },
      headers,
    });

  /** Spends all but one request of a second, and answers the statuses of the next two. */
  async function spend(headers: Record<string, string>): Promise<number[]> {
    for (let i = 0; i < KEY_RATE_LIMIT - 1; i += 37) {
      const some = Array.from({ length: Math.min(37, KEY_RATE_LIMIT - 1 - i) }, () => ping(headers));
      for (const { status } of await Promise.all(some)) expect(status).toBe(201);
    }
    return statuses(2, () => ping(headers));
  }

  test("a key may send a thousand requests a second to a site; another key, site or second is not touched", async () => {
    await limitTo(1);
    const [key, other] = [bearer(await makeKey(ann, ["ingest"])), bearer(await makeKey(ann, ["ingest"]))];
    expect(await spend(key)).toEqual([201, 429]);
    expect((await ping(key)).headers.get("Retry-After")).toBe("1");
    expect((await ping(other)).status).toBe(201);
    const sibling = await makeTenant();
    await env.DB.prepare("UPDATE sites SET org_id = ? WHERE id = ?").bind(ann.org_id, sibling.site_id).run();
    expect((await ping(key, sibling)).status).toBe(201);
    vi.setSystemTime(second + 1_000);
    expect((await ping(key)).status).toBe(201);
  });

  test("imports count with what else the key sends to the site", async () => {
    const key = bearer(await makeKey(ann, ["ingest"]));
    const chunk = { chunk: "a".repeat(64), lines: 1, rows: [] };
    const add = () => ask(`/api/v1/import?site=${ann.site_id}`, { method: "POST", body: chunk, headers: key });
    expect((await add()).status).toBe(200);
    expect(await spend(key)).toEqual([429, 429]);
    const refused = await add();
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
    expect((await ask(`/api/v1/import?site=${ann.site_id}`, { headers: key })).status).toBe(429);
    vi.setSystemTime(second + 1_000);
    expect((await ask(`/api/v1/import?site=${ann.site_id}`, { headers: key })).status).toBe(200);
  });

  test("a member counts as one, whatever the token", async () => {
    const [one, two] = [await signIn(ann), await signIn(ann)];
    expect(await spend(bearer(one.token))).toEqual([201, 429]);
    expect((await ping(bearer(two.token))).status).toBe(429);
  });
});

describe("RATE-5 the platform's limiter", () => {
  /** The app with a limiter that answers `success`; both it and the site's object write down that they were asked. */
  function damped(success: boolean) {
    const asked: string[] = [];
    const DAMPER: RateLimit = {
      limit: async ({ key }) => {
        asked.push(key);
        return { success };
      },
    };
    let calls = 0;
    const SITE = new Proxy(env.SITE, {
      get: (target, name) => {
        if (name === "getByName") calls++;
        return Reflect.get(target, name).bind(target);
      },
    });
    const send = async (headers: Record<string, string> = {}, address = ADDRESS) => {
      const before = calls;
      const events = [{ event_type: "pageview", page_url: "/a", timestamp: Date.now() }];
      const response = await harness({ ...env, SITE, DAMPER }, createExecutionContext).ask("/api/v1/track", {
        method: "POST",
        body: { site: ann.site_id, session_id: crypto.randomUUID(), events },
        headers: { Origin: "", "User-Agent": FIREFOX, "CF-Connecting-IP": address, ...headers },
      });
      return { status: response.status, wait: response.headers.get("Retry-After"), reached: calls > before };
    };
    return { asked, send };
  }

  test("keeps a flood from the object, and the owner sees it; who is within the limit does not wait for it", async () => {
    await limitTo(2);
    const { asked, send } = damped(false);
    const passed = { status: 201, wait: null, reached: true };
    expect([await send(), await send()]).toEqual([passed, passed]);
    expect(asked).toEqual([]);
    const stopped = { status: 429, wait: "45", reached: false };
    expect([await send(), await send()]).toEqual([stopped, stopped]);
    expect(asked).toHaveLength(2);
    expect(asked.join()).not.toContain(ADDRESS);
    expect(await send({}, "192.0.2.2")).toEqual(passed);
    expect(await send(bearer(await makeKey(ann, ["ingest"])))).toEqual(passed);
    expect(asked).toHaveLength(2);
    await expect.poll(dropped).toMatchObject([{ reason: "rate_limited", count: 2, example: "address" }]);
  });

  test("leaves the decision to the object where it lets a request through", async () => {
    await limitTo(1);
    const { asked, send } = damped(true);
    await send();
    expect(await send()).toEqual({ status: 429, wait: "45", reached: true });
    expect(asked).toHaveLength(1);
  });

  test("is bound, and lets a first request through", async () => {
    expect(await env.DAMPER?.limit({ key: crypto.randomUUID() })).toEqual({ success: true });
  });

  test("is not needed", async () => {
    await limitTo(1);
    const { DAMPER: _, ...without } = env;
    const plain = harness(without, createExecutionContext);
    const open = () =>
      plain.ask("/api/v1/sessions", {
        method: "POST",
        body: { site: ann.site_id, page_url: "/a" },
        headers: { Origin: "", "User-Agent": FIREFOX, "CF-Connecting-IP": ADDRESS },
      });
    expect(await statuses(2, open)).toEqual([201, 429]);
  });
});

describe("a key", () => {
  test.each([
    ["without scope ingest", ["read", "admin"], 403, "forbidden"],
    ["of scope ingest", ["ingest"], 201, undefined],
  ] as const)("%s gets %s", async (_, scopes, status, code) => {
    const headers = bearer(await makeKey(ann, [...scopes]));
    for (const route of ["track", "sessions"] as const) {
      const response = await send(route, { headers });
      expect(response.status).toBe(status);
      const Body = z.object({ error: z.object({ code: z.string() }).optional() });
      expect(Body.parse(await response.json()).error?.code).toBe(code);
    }
  });

  test("that nobody made gets 401", async () => {
    const headers = bearer(`ff_x_${"a".repeat(43)}`);
    expect((await send("track", { headers })).status).toBe(401);
  });
});
