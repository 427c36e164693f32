import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { HEARTBEAT } from "../../protocol/limits";
import { counterPage, counts, type OpenedCounter } from "../counter/counter-page.fixture";
import { holdClock } from "../hold-clock.fixture";
import { siteStub } from "../ingest/site-stub";
import { forgetSites } from "../store/sites";
import { harness, ORIGIN, type Tenant } from "../workers.fixture";

const { ask, makeTenant } = harness(env, createExecutionContext);

/** Longer than anything takes that comes. */
const WAIT = { timeout: 60_000 };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let ann: Tenant;
let page: string;
let open: ReturnType<typeof counterPage>["open"];
let leave: ReturnType<typeof counterPage>["leave"];
beforeEach(async () => {
  ann = await makeTenant();
  ({ open, leave, page } = counterPage(ask, ann));
  await turn(1);
});

async function turn(on: 0 | 1): Promise<void> {
  await env.DB.prepare("UPDATE sites SET public_counter = ?, rate_limit = 100000 WHERE id = ?")
    .bind(on, ann.site_id)
    .run();
  forgetSites();
}

const socketsOf = (site_id: string) =>
  runInDurableObject(env.SITE.getByName(site_id), (_, state) => state.getWebSockets("counter").length);

describe("COUNTER-2 counts", () => {
  test("one stream, several tabs, several browsers, and their ends, told to everybody", async () => {
    const one = await open();
    await one.next(counts(1, 1));
    const tab = await open({ cookie: one.cookie });
    await Promise.all([one, tab].map((stream) => stream.next(counts(2, 1))));
    const other = await open();
    await Promise.all([one, tab, other].map((stream) => stream.next(counts(3, 2))));
    await tab.stop();
    await Promise.all([one, other].map((stream) => stream.next(counts(2, 2))));
    await one.stop();
    await other.next(counts(1, 1));
    await other.stop();
    await vi.waitFor(async () => expect(await socketsOf(ann.site_id)).toBe(0), WAIT);
    expect(await siteStub(env, ann.site_id).counterCounts()).toEqual({ totalConnections: 0, uniqueVisitors: 0 });
  });

  test("the text is what the page's parser expects, and nothing more", async () => {
    const response = await ask(`/events?site=${ann.site_id}`, { headers: { Origin: page } });
    const reader = response.body?.getReader();
    let text = "";
    while (!text.includes("data:")) text += new TextDecoder().decode((await reader?.read())?.value);
    expect(text).toMatch(
      /^retry: 3000\n\ndata: \{"totalConnections":1,"uniqueVisitors":1,"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}\n\n$/,
    );
    await reader?.cancel();
  });

  test("a page that says goodbye is gone at once, and again changes nothing", async () => {
    const [stays, goes] = [await open(), await open()];
    await stays.next(counts(2, 2));
    expect((await leave(goes.stream)).status).toBe(204);
    await stays.next(counts(1, 1));
    await goes.ended;
    expect((await leave(goes.stream)).status).toBe(204);
    expect((await leave("not-an-id")).status).toBe(400);
    expect(await siteStub(env, ann.site_id).counterCounts()).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
  });

  test("a stream that comes back before its death was noticed is counted once", async () => {
    const first = await open();
    await first.next(counts(1, 1));
    const again = await open({ cookie: first.cookie, stream: first.stream });
    await again.next(counts(1, 1));
    await first.ended;
    expect(await siteStub(env, ann.site_id).counterCounts()).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
  });

  test("COUNTER-6 streams stay open and exact while the object is evicted, and go on", async () => {
    const object = env.SITE.getByName(ann.site_id);
    const boots = () => runInDurableObject(object, (instance) => instance);
    const one = await open();
    const tab = await open({ cookie: one.cookie });
    const other = await open();
    await Promise.all([one, tab, other].map((stream) => stream.next(counts(3, 2))));
    const before = await boots();
    await evictDurableObject(object);
    const late = await open();
    await Promise.all([one, tab, other, late].map((stream) => stream.next(counts(4, 3))));
    expect(await boots()).not.toBe(before);
    await evictDurableObject(object);
    // Woken by nothing but the end of a stream.
    await tab.stop();
    await Promise.all([one, other, late].map((stream) => stream.next(counts(3, 3))));
    await evictDurableObject(object);
    await leave(other.stream);
    await Promise.all([one, late].map((stream) => stream.next(counts(2, 2))));
    expect(await siteStub(env, ann.site_id).counterCounts()).toEqual({ totalConnections: 2, uniqueVisitors: 2 });
  });

  test("COUNTER-4 what changes fast is merged, and ends exact", async () => {
    const stays = await open();
    await stays.next(counts(1, 1));
    const many = await Promise.all(Array.from({ length: 60 }, () => open()));
    await stays.next(counts(61, 61));
    await Promise.all(many.map(({ stop }) => stop()));
    await stays.next(counts(1, 1), 1);
    // A message for each that came and went would be 121; ten a second are far fewer on any machine that is fast enough to matter.
    expect(stays.messages.length).toBeLessThan(121);
  });
});

describe("COUNTER-1 who may have it", () => {
  test("nobody until the owner turns it on, and nobody soon after it is turned off", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const stream = await open();
      await stream.next(counts(1, 1));
      await turn(0);
      for (const path of ["/events", "/counter.json"]) {
        const refused = await ask(`${path}?site=${ann.site_id}`, { headers: { Origin: page } });
        expect([path, refused.status]).toEqual([path, 404]);
        expect(await refused.json()).toMatchObject({ success: false, error: { code: "not_found" } });
        expect(refused.headers.get("Access-Control-Allow-Origin")).toBe(page);
      }
      vi.advanceTimersByTime(HEARTBEAT);
      await stream.ended;
      expect(stream.comments).toEqual(["heartbeat"]);
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(async () => expect(await socketsOf(ann.site_id)).toBe(0), WAIT);
  });

  test("a heartbeat comes every 15 s, which is no message, and a stream that ended has no timer", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const idle = vi.getTimerCount();
      const stream = await open();
      await stream.next(counts(1, 1));
      expect(vi.getTimerCount()).toBe(idle + 1);
      for (let i = 1; i <= 3; i++) {
        vi.advanceTimersByTime(HEARTBEAT);
        await vi.waitFor(() => expect(stream.comments).toEqual(Array(i).fill("heartbeat")), WAIT);
      }
      expect(stream.messages).toHaveLength(1);
      await stream.stop();
      expect(vi.getTimerCount()).toBe(idle);
    } finally {
      vi.useRealTimers();
    }
  });

  test("the site's own pages, with credentials; other pages are told why not", async () => {
    const stream = await open();
    expect(stream.response.headers.get("Access-Control-Allow-Origin")).toBe(page);
    expect(stream.response.headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(stream.response.headers.get("Vary")).toContain("Origin");
    expect(stream.response.headers.get("Content-Type")).toMatch(/^text\/event-stream/);
    await stream.stop();
    for (const path of ["/events", "/counter.json"]) {
      const refused = await ask(`${path}?site=${ann.site_id}`, { headers: { Origin: "https://else.example" } });
      expect([path, refused.status]).toEqual([path, 403]);
      expect(refused.headers.get("Access-Control-Allow-Credentials")).toBeNull();
      expect(await refused.json()).toMatchObject({ error: { code: "forbidden" } });
    }
    expect((await ask("/events", { headers: { Origin: "" } })).status).toBe(400);
    expect((await ask(`/events?site=${ann.site_id}&stream=1`, { headers: { Origin: page } })).status).toBe(400);
  });

  test("the site is that of the page where it is not named", async () => {
    const response = await ask("/events", { headers: { Origin: page } });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test("who only asks for the head joins nothing", async () => {
    const response = await ask(`/events?site=${ann.site_id}`, { method: "HEAD", headers: { Origin: page } });
    expect([response.status, response.body]).toEqual([200, null]);
    expect(await socketsOf(ann.site_id)).toBe(0);
  });
});

describe("COUNTER-3 the cookie", () => {
  test("is a signed UUID for 30 days, read first and used when present", async () => {
    const first = await open();
    const set = first.response.headers.get("Set-Cookie") ?? "";
    expect(set).toContain("; HttpOnly");
    expect(set).toContain("; Max-Age=2592000");
    expect(set).toContain("; SameSite=None; Secure; Partitioned");
    expect(/^visitorId=([^.]+)\./.exec(set)?.[1]).toMatch(UUID);
    const second = await open({ cookie: `a=b; ${first.cookie}; c=d` });
    expect(second.response.headers.get("Set-Cookie")).toBeNull();
    await second.next(counts(2, 1));
  });

  test("of a page of the same site is Lax", async () => {
    for (const [Origin, site] of [
      ["", "same-origin"],
      [page, "same-site"],
      [ORIGIN, ""],
    ] as const) {
      const { response, stop } = await open({ headers: { Origin, "Sec-Fetch-Site": site } });
      expect(response.headers.get("Set-Cookie")).toMatch(/; SameSite=Lax; Secure$/);
      await stop();
    }
  });

  test.each([
    ["forged", (value: string) => value.replace(/[0-9a-f]/, (digit) => (digit === "0" ? "1" : "0"))],
    ["cut", (value: string) => value.slice(0, -1)],
    ["without a signature", (value: string) => value.split(".")[0] ?? ""],
  ])("that is %s is replaced", async (_, change) => {
    const good = await open();
    const [name, value = ""] = good.cookie.split("=");
    const bad = await open({ cookie: `${name}=${change(value)}` });
    expect(bad.response.headers.get("Set-Cookie")).toMatch(/^visitorId=/);
    await bad.next(counts(2, 2));
  });

  test("is not set for a browser that asks not to be followed, nor for a page that may not", async () => {
    for (const headers of [{ "Sec-GPC": "1" }, { DNT: "1" }]) {
      const { response } = await open({ headers });
      expect(response.headers.get("Set-Cookie")).toBeNull();
    }
    const path = `/events?site=${ann.site_id}&cookie=off`;
    const response = await ask(path, { headers: { Origin: page } });
    expect(response.headers.get("Set-Cookie")).toBeNull();
    await response.body?.cancel();
  });
});

describe("COUNTER-5 how many", () => {
  test("an address that opens too many is 429, with Retry-After", async () => {
    holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    for (let i = 0; i < 10; i++) await (await open()).stop();
    const refused = await ask(`/events?site=${ann.site_id}`, { headers: { Origin: page } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(refused.headers.get("Access-Control-Expose-Headers")).toBe("Retry-After");
  });

  test("an address that has too many open is 429 in any minute, others are not, and neither is one that comes back", async () => {
    const pass = holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    const at = (address: string) => ({ headers: { "CF-Connecting-IP": address } });
    const streams: OpenedCounter[] = [];
    // One household has a whole network of IPv6.
    for (let n = 0; n < 10; n++) streams.push(await open(at(`2001:db8:0:1::${n}`)));
    pass(60_000);
    await expect(open(at("2001:db8:0:1::99"))).rejects.toThrow("429");
    await evictDurableObject(env.SITE.getByName(ann.site_id));
    const headers = { Origin: page, "CF-Connecting-IP": "2001:db8:0:1::98" };
    const refused = await ask(`/events?site=${ann.site_id}`, { headers });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "30"]);
    await open(at("2001:db8:0:2::1"));
    const again = await open({ stream: streams[3]?.stream ?? "", ...at("2001:db8:0:1::97") });
    await streams[3]?.ended;
    await again.next(counts(11, 11));
    // Whoever leaves makes room.
    await leave(again.stream);
    await again.ended;
    const next = await open(at("2001:db8:0:1::96"));
    await next.next(counts(11, 11));
    await expect(open(at("2001:db8:0:1::95"))).rejects.toThrow("429");
  });

  test("an address that says goodbye too often is 429, and what it says then changes nothing", async () => {
    const pass = holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    const stream = await open();
    await stream.next(counts(1, 1));
    for (let n = 0; n < 10; n++) expect((await leave(crypto.randomUUID())).status).toBe(204);
    const refused = await leave(stream.stream);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await siteStub(env, ann.site_id).counterCounts()).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
    pass(60_000);
    expect((await leave(stream.stream)).status).toBe(204);
    await stream.ended;
  });
});

test("COUNTER-5 a flood of one address, also of goodbyes, does not reach the object", async () => {
  holdClock();
  await env.DB.prepare("UPDATE sites SET rate_limit = 2 WHERE id = ?").bind(ann.site_id).run();
  forgetSites();
  const asked: string[] = [];
  const limited = { ...env, DAMPER: { limit: async ({ key }: { key: string }) => ({ success: asked.push(key) < 2 }) } };
  const { ask } = harness(limited, createExecutionContext);
  const path = `/events?site=${ann.site_id}&stream=${crypto.randomUUID()}`;
  const leaving = () => ask(path, { method: "POST", headers: { Origin: page, "CF-Connecting-IP": "192.0.2.9" } });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await leaving()).status);
  expect(statuses).toEqual([204, 204, 204, 429, 429]);
  const opening = await ask(path, { headers: { Origin: page, "CF-Connecting-IP": "192.0.2.9" } });
  expect([opening.status, Number(opening.headers.get("Retry-After")) > 0]).toEqual([429, true]);
});

describe("COUNTER-7 counter.json and the badge", () => {
  const json = () => ask(`/counter.json?site=${ann.site_id}`, { headers: { Origin: page } });

  test("say what the streams say, and ask the object once for all who read at once", async () => {
    const stream = await open();
    await stream.next(counts(1, 1));
    const replies = await Promise.all(Array.from({ length: 40 }, json));
    const said = await Promise.all(replies.map((reply) => reply.text()));
    expect(counts(1, 1)(JSON.parse(said[0] ?? ""))).toBe(true);
    // The time is that of the one call.
    expect(new Set(said).size).toBe(1);
    expect(replies[0]?.headers.get("Cache-Control")).toBe("public, max-age=2");
    const badge = await ask(`/badge.svg?site=${ann.site_id}`);
    expect(badge.headers.get("Content-Type")).toMatch(/^image\/svg\+xml/);
    expect(badge.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(await badge.text()).toContain("visitors now: 1");
  });

  test.each(["nosuchsite", "off"])("a badge of a site that is %s is neutral", async (which) => {
    if (which === "off") await turn(0);
    const badge = await ask(`/badge.svg?site=${which === "off" ? ann.site_id : which}`);
    expect(badge.status).toBe(200);
    expect(await badge.text()).toContain("no counter");
  });
});
