import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { SiteObject } from "../../durable-objects/site/site-object";
import { SiteStore } from "../../durable-objects/site/store";
import { BODY_BYTES_BROWSER } from "../../protocol/limits";
import { holdClock } from "../hold-clock.fixture";
import { siteStub } from "../ingest/site-stub";
import { forgetSites } from "../store/sites";
import { type Ask, bearer, harness, type Tenant } from "../workers.fixture";

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
  address = `192.0.2.${++n}`;
});

const browser = () => ({
  Origin: origin,
  "User-Agent": FIREFOX,
  "CF-Connecting-IP": address,
  "Content-Type": "text/plain",
});

const view = (more: object = {}) => ({
  event_type: "pageview",
  page_url: `${origin}/a`,
  timestamp: new Date().toISOString(),
  ...more,
});

const track = (body: unknown, headers: Record<string, string> = {}) =>
  ask("/api/v1/track", { method: "POST", body, headers: { ...browser(), ...headers } });

const Reply = z.object({
  message: z.literal("Events tracked successfully"),
  count: z.number(),
  session_id: z.string().nullable(),
  errors: z.array(z.object({ index: z.number(), code: z.string() })).optional(),
});
const reply = async (response: Response) => Reply.parse(await response.json());

const Failure = z.object({
  success: z.literal(false),
  error: z.object({ code: z.string(), message: z.string(), fields: z.record(z.string(), z.string()).optional() }),
});
const failure = async (response: Response) => Failure.parse(await response.json()).error;

const get = async <T extends z.ZodType>(path: string, schema: T) => {
  const response = await ask(path, { headers: reader });
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
};

const Events = z.object({
  data: z.array(
    z.looseObject({ event_id: z.string(), event_type: z.string(), page_url: z.string(), session_id: z.string() }),
  ),
});
const eventsOf = async (session_id: string | null) =>
  (await get(`/api/v1/sessions/${session_id}/events?site=${ann.site_id}`, Events)).data;

const Detailed = z.object({
  data: z.object({
    now: z.number(),
    today: z.object({ page_views: z.number(), visitors: z.number(), events: z.number() }),
    per_country: z.record(z.string(), z.number()),
    per_device: z.record(z.string(), z.number()),
    dropped: z.array(z.object({ reason: z.string(), count: z.number(), example: z.string() })),
  }),
});
const detailed = async () => (await get(`/api/analytics/detailed?site=${ann.site_id}`, Detailed)).data;

describe("POST /api/v1/track", () => {
  test("COUNT-1 what was answered 201 is read by session at once, before and after the flush", async () => {
    const tab = crypto.randomUUID();
    const events = [view({ seq: 0 }), view({ seq: 1, event_type: "signup", event_data: { plan: "pro" } })];
    const sent = await track({ site: ann.site_id, tab, events });
    expect(sent.status).toBe(201);
    const { count, session_id } = await reply(sent);
    expect(count).toBe(2);
    const before = await eventsOf(session_id);
    expect(before).toMatchObject([
      { event_type: "pageview", page_url: `${origin}/a` },
      { event_type: "custom", name: "signup", event_data: { plan: "pro" } },
    ]);
    await siteStub(env, ann.site_id).flush();
    expect(await eventsOf(session_id)).toEqual(before);
    const Session = z.looseObject({ page_views: z.number(), events: z.number(), fingerprint: z.string() });
    expect(await get(`/api/v1/sessions/${session_id}?site=${ann.site_id}`, Session)).toMatchObject({
      page_views: 1,
      events: 2,
      device_type: "desktop",
      browser: "Firefox",
      os: "Linux",
    });
  });

  test("a session says what the user agent and the hints together tell", async () => {
    const sent = await track(
      { site: ann.site_id, tab: crypto.randomUUID(), events: [view()] },
      {
        "User-Agent":
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Sec-CH-UA": '"Chromium";v="142", "Brave";v="142", "Not_A Brand";v="99"',
        "Sec-CH-UA-Mobile": "?0",
        "Sec-CH-UA-Platform": '"Android"',
      },
    );
    const { session_id } = await reply(sent);
    await siteStub(env, ann.site_id).flush();
    expect(await get(`/api/v1/sessions/${session_id}?site=${ann.site_id}`, z.looseObject({}))).toMatchObject({
      device_type: "tablet",
      browser: "Brave",
      os: "Android",
    });
  });

  test("COUNT-2 a repeat is answered like the first and counted once, also without any id", async () => {
    const session_id = crypto.randomUUID();
    const body = { site: ann.site_id, session_id, events: [view(), view({ event_id: "e" })] };
    expect((await reply(await track(body))).count).toBe(2);
    expect(await reply(await track(body))).toMatchObject({ count: 0, session_id });
    expect(await eventsOf(session_id)).toHaveLength(2);
  });

  test.each([
    ["a session's events with seq and no tab", { session_id: crypto.randomUUID() }, { seq: 1 }, { seq: 2 }],
    [
      "a session's events that differ in their body alone",
      { session_id: crypto.randomUUID() },
      { seq: 1, title: "A" },
      { seq: 1, title: "B" },
    ],
    ["opted-out events with ids", { dnt: true }, { event_id: "a" }, { event_id: "b" }],
    ["opted-out events with seq", { dnt: true, tab: crypto.randomUUID() }, { seq: 1 }, { seq: 2 }],
  ])("COUNT-2 %s are different events", async (_, sender, one, other) => {
    const send = async (event: object) =>
      (await reply(await track({ site: ann.site_id, ...sender, events: [event] }))).count;
    const [first, second] = [view(one), view(other)];
    expect([await send(first), await send(second), await send(first)]).toEqual([1, 1, 0]);
  });

  test("COUNT-2 a repeat is known whatever session it would be put into now", async () => {
    const key = bearer(await makeKey(ann, ["ingest"]));
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const events = [view({ event_id: "g1", timestamp: ago(3) }), view({ event_id: "g2" })];
    const tab = crypto.randomUUID();
    const counts = [];
    for (let i = 0; i < 3; i++) counts.push((await reply(await track({ site: ann.site_id, tab, events }, key))).count);
    expect(counts).toEqual([2, 0, 0]);
  });

  test("BEACON-1 one bad event is named, the others are kept", async () => {
    const session_id = crypto.randomUUID();
    const events = [view(), { event_type: "click" }, "no event", view({ event_id: "b" })];
    const { count, errors } = await reply(await track({ site: ann.site_id, session_id, events }));
    expect(count).toBe(2);
    expect(errors?.map((e) => e.index)).toEqual([1, 2]);
  });

  test("BEACON-2 a browser's word on place, agent and user is ignored; a key's is taken", async () => {
    const claims = {
      country: "DE",
      user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
    };
    await track({ site: ann.site_id, session_id: crypto.randomUUID(), ...claims, user_id: "boss", events: [view()] });
    expect(await detailed()).toMatchObject({ per_country: {}, per_device: { desktop: 1 } });
    const key = bearer(await makeKey(ann, ["ingest"]));
    await track({ site: ann.site_id, session_id: crypto.randomUUID(), ...claims, events: [view()] }, key);
    expect(await detailed()).toMatchObject({ per_country: { DE: 1 }, per_device: { desktop: 1, mobile: 1 } });
  });

  test("VISITOR-1 a first-party id counts only where the owner chose it", async () => {
    const visitor = crypto.randomUUID();
    const from = async (agent: string) => {
      const body = { site: ann.site_id, tab: crypto.randomUUID(), visitor, events: [view({ seq: 0 })] };
      await track(body, { "User-Agent": `${FIREFOX} ${agent}` });
    };
    await from("one");
    await from("two");
    expect((await detailed()).today).toMatchObject({ page_views: 2, visitors: 2 });
    // Another site, because settings are kept for some seconds.
    ann = await makeTenant();
    await env.DB.prepare("UPDATE sites SET identity = 'persistent' WHERE id = ?").bind(ann.site_id).run();
    origin = `https://${ann.site_id}.example`;
    reader = bearer(await makeKey(ann, ["read"]));
    await from("one");
    await from("two");
    expect((await detailed()).today).toMatchObject({ page_views: 2, visitors: 1 });
  });

  test("BEACON-2 claims in a wrong form are ignored and cost nothing", async () => {
    const wrong = { country: 5, ip: 7, user_agent: "x".repeat(2_000), user_id: 7, visitor: "me", context: "wide" };
    const sent = await track({
      site: ann.site_id,
      tab: crypto.randomUUID(),
      ...wrong,
      events: [view({ seq: 0, viewport_x: 10.5 })],
    });
    expect((await reply(sent)).count).toBe(1);
  });

  test("what people type is kept nowhere, whoever sends it", async () => {
    const session_id = crypto.randomUUID();
    const typed = {
      input_value: "SECRET1",
      key_pressed: "SECRET2",
      target_element: '<input type="password" value="SECRET3" placeholder=SECRET4>',
      target_selector: "form > input[value='SECRET5']",
      event_data: { value: "SECRET6", key: "SECRET7" },
    };
    const area = { target_element: "<textarea rows=2>SECRET8</textarea>" };
    const events = [view({ event_type: "input", ...typed }), view({ event_type: "click", ...area })];
    await track({ site: ann.site_id, session_id, events });
    const kept = JSON.stringify(await eventsOf(session_id));
    expect(kept).toContain("***MASKED***");
    expect(kept).not.toContain("SECRET");
  });

  test("BEACON-4 a ping is acknowledged and not stored", async () => {
    const tab = crypto.randomUUID();
    const ping = { event_type: "ping", page_url: `${origin}/a`, timestamp: Date.now() };
    expect(await reply(await track({ site: ann.site_id, tab, events: [ping] }))).toMatchObject({ count: 0 });
    expect(await detailed()).toMatchObject({ now: 0, today: { events: 0 } });
  });

  test("BEACON-6 with Global Privacy Control only page views are counted, without an id", async () => {
    const events = [view(), view({ event_type: "signup" })];
    const sent = await track({ site: ann.site_id, tab: crypto.randomUUID(), events }, { "Sec-GPC": "1" });
    expect(sent.headers.get("X-Footfall-Dropped")).toBe("opt_out");
    expect(await reply(sent)).toMatchObject({ count: 1, session_id: null });
    expect(await detailed()).toMatchObject({ now: 0, today: { page_views: 1, visitors: 0, events: 1 } });
  });

  test.each([
    ["foreign_origin", { Origin: "https://evil.example" }],
    ["foreign_origin", { Origin: "null" }],
    ["bot", { "User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)" }],
  ] satisfies [string, Record<string, string>][])(
    "BEACON-8 %s is dropped with the success reply, and shown to the owner",
    async (reason, headers) => {
      const sent = await track({ site: ann.site_id, tab: crypto.randomUUID(), events: [view({ seq: 0 })] }, headers);
      expect(sent.status).toBe(201);
      expect(sent.headers.get("X-Footfall-Dropped")).toBe(reason);
      expect(sent.headers.get("Access-Control-Allow-Origin")).toBe("Origin" in headers ? headers.Origin : origin);
      expect(await reply(sent)).toMatchObject({ count: 0, session_id: null });
      await expect.poll(async () => (await detailed()).dropped).toMatchObject([{ reason, count: 1 }]);
    },
  );

  test("BEACON-8 an unknown site gets the same reply", async () => {
    const sent = await track({ site: "nobody", tab: crypto.randomUUID(), events: [view()] });
    expect([sent.status, sent.headers.get("X-Footfall-Dropped")]).toEqual([201, "unknown_site"]);
    expect(await reply(sent)).toMatchObject({ count: 0 });
  });

  test("BEACON-8 a session of an unknown site is answered like any, and kept by nobody", async () => {
    const bob = await makeTenant();
    const foreign = bearer(await makeKey(bob, ["ingest"]));
    for (const [site, headers] of [["nobody", {}] as const, [ann.site_id, foreign] as const]) {
      const body = { site, page_url: `${origin}/a` };
      const sent = await ask("/api/v1/sessions", { method: "POST", body, headers: { ...browser(), ...headers } });
      expect([sent.status, sent.headers.get("X-Footfall-Dropped")]).toEqual([201, "unknown_site"]);
      expect(await sent.json()).toEqual({ session_id: expect.any(String), started_at: expect.any(String) });
    }
    expect((await detailed()).today.page_views).toBe(0);
  });

  test("without a named site the page's origin says which it is", async () => {
    expect((await reply(await track({ tab: crypto.randomUUID(), events: [view()] }))).count).toBe(1);
    expect((await detailed()).today.page_views).toBe(1);
  });

  const many = (count: number) => Array.from({ length: count }, (_, seq) => view({ seq }));
  test.each([
    ["no JSON", "{", {}, 400, "unreadable"],
    ["no object", "[]", {}, 400, "invalid"],
    ["no events", { events: [] }, {}, 400, "invalid"],
    ["101 events", { events: many(101) }, {}, 400, "invalid"],
    ["a session that is no UUID", { session_id: "abc", events: [view()] }, {}, 400, "invalid"],
    ["nobody", { tab: undefined, events: [view()] }, {}, 400, "invalid"],
    ["only bad events", { events: [{ event_type: "x" }] }, {}, 400, "invalid"],
    [
      "a form",
      { events: [view()] },
      { "Content-Type": "application/x-www-form-urlencoded" },
      415,
      "unsupported_media_type",
    ],
    ["gzip", { events: [view()] }, { "Content-Encoding": "gzip" }, 415, "unsupported_media_type"],
    ["64 KB and more", { events: [view({ title: "x".repeat(BODY_BYTES_BROWSER) })] }, {}, 413, "too_large"],
    ["a wrong key", { events: [view()] }, { Authorization: "Bearer ff_x_nothing" }, 401, "unauthorized"],
  ])("%s is refused with %i", async (_, body, headers, status, code) => {
    const whole = typeof body === "string" ? body : { site: ann.site_id, tab: crypto.randomUUID(), ...body };
    const init: Ask = { method: "POST", headers: { ...browser(), ...headers } };
    const sent =
      typeof whole === "string"
        ? await ask("/api/v1/track", { ...init, raw: whole })
        : await ask("/api/v1/track", { ...init, body: whole });
    expect(sent.status).toBe(status);
    expect((await failure(sent)).code).toBe(code);
    expect(sent.headers.get("Access-Control-Allow-Origin")).toBe(origin);
    expect(sent.headers.get("Set-Cookie")).toBeNull();
  });

  test("another method is 405 with what is allowed, and a preflight is answered", async () => {
    const put = await ask("/api/v1/track", { method: "PUT", headers: browser() });
    expect([put.status, put.headers.get("Allow")?.includes("POST")]).toEqual([405, true]);
    const asked = await ask("/api/v1/track", { method: "OPTIONS", headers: browser() });
    expect([asked.status, asked.headers.get("Access-Control-Allow-Origin")]).toEqual([204, origin]);
    expect(asked.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  });

  test("an address beyond the site's limit is asked to come later; another is not", async () => {
    holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 2 WHERE id = ?").bind(ann.site_id).run();
    const send = (from: string) =>
      track({ site: ann.site_id, tab: crypto.randomUUID(), events: [view({ seq: 0 })] }, { "CF-Connecting-IP": from });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send(address)).status);
    expect(statuses).toEqual([201, 201, 429]);
    const late = await send(address);
    expect(Number(late.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await send("198.51.100.1")).status).toBe(201);
  });
});

describe("POST /api/events", () => {
  const simple = (more: object = {}) => ({
    type: "pageview",
    page: "/pricing",
    session_id: "visit-1",
    timestamp: new Date().toISOString(),
    country: "DE",
    metadata: { device: "mobile", referrer: "https://news.ycombinator.com/" },
    ...more,
  });
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    ask("/api/events", { method: "POST", body, headers: { ...browser(), ...headers } });

  test("one event is processed, and its session can be read back", async () => {
    const sent = await send({ site: ann.site_id, ...simple() });
    expect(sent.status).toBe(200);
    expect(await sent.json()).toEqual({
      success: true,
      message: "Event processed successfully",
      data: { session_id: "visit-1" },
    });
    expect(await eventsOf("visit-1")).toMatchObject([{ page_url: `${origin}/pricing` }]);
  });

  test("the current stats are for callers who may read", async () => {
    const key = bearer(await makeKey(ann, ["ingest", "read"]));
    const sent = await send({ site: ann.site_id, ...simple() }, key);
    expect(await sent.json()).toMatchObject({
      data: { current_stats: { total_active: 1, total_today: 1, pages_visited: { "/pricing": 1 } } },
    });
    expect((await detailed()).per_country).toEqual({ DE: 1 });
  });

  test("the body of the source document is taken as it stands", async () => {
    const body = {
      type: "pageview",
      page: "/products",
      session_id: "user-123",
      timestamp: new Date().toISOString(),
      country: "India",
      metadata: { device: "mobile", referrer: "google.com" },
    };
    expect((await send({ site: ann.site_id, ...body })).status).toBe(200);
    const key = bearer(await makeKey(ann, ["ingest"]));
    expect((await send({ site: ann.site_id, ...body, session_id: "user-124" }, key)).status).toBe(200);
    expect((await detailed()).per_country).toEqual({ IN: 1 });
  });

  test("a name of which nothing can be kept is refused, a cleaned one is answered as it is kept", async () => {
    const refused = await send({ site: ann.site_id, ...simple({ session_id: "\u0000" }) });
    expect([refused.status, (await failure(refused)).fields?.session_id]).toEqual([400, expect.any(String)]);
    const sent = await send({ site: ann.site_id, ...simple({ session_id: "a\u0000b" }) });
    expect(await sent.json()).toMatchObject({ data: { session_id: "ab" } });
    expect(await eventsOf("ab")).toHaveLength(1);
  });

  test("no sender can write under the rows of those who opted out", async () => {
    for (const session_id of ["-", "_"]) await send({ site: ann.site_id, ...simple({ session_id }) });
    await track({ site: ann.site_id, dnt: true, events: [view()] });
    await siteStub(env, ann.site_id).flush();
    const all = await get(`/api/events?site=${ann.site_id}`, Events);
    expect(all.data).toHaveLength(3);
  });

  test("a request spends one of the address's requests, however many sessions are in it", async () => {
    holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    const events = Array.from({ length: 20 }, (_, i) => simple({ session_id: `v${i}` }));
    expect(await (await send({ site: ann.site_id, events })).json()).toMatchObject({ data: { count: 20 } });
    expect((await send({ site: ann.site_id, events })).status).toBe(429);
  });

  test("several events of several sessions in one body, one of them bad", async () => {
    const events = [simple(), simple({ session_id: "visit-2" }), { type: "pageview" }];
    const sent = await send({ site: ann.site_id, events });
    expect(await sent.json()).toMatchObject({ data: { count: 2 }, errors: [{ index: 2 }] });
    expect((await detailed()).now).toBe(2);
  });
});

describe("POST /api/events of many sessions", () => {
  const SESSIONS = 100;
  const timestamp = new Date().toISOString();
  const many = (page = (i: number) => `/${i % 3}`) =>
    Array.from({ length: SESSIONS }, (_, i) => ({
      type: "pageview",
      page: page(i),
      session_id: `many-${i}`,
      timestamp,
    }));
  const Sent = z.object({ data: z.object({ count: z.number() }) });
  const send = (events: object[], headers: Record<string, string> = {}) =>
    ask("/api/events", { method: "POST", body: { site: ann.site_id, events }, headers: { ...browser(), ...headers } });
  const countOf = async (response: Response) => Sent.parse(await response.json()).data.count;
  const pageViews = async () => (await detailed()).today.page_views;

  test("is one call to the site's object, also where it has leaves", async () => {
    const one = vi.spyOn(SiteObject.prototype, "ingest");
    const all = vi.spyOn(SiteObject.prototype, "ingestAll");
    onTestFinished(() => void [one, all].map((spy) => spy.mockRestore()));
    expect(await countOf(await send(many()))).toBe(SESSIONS);
    await env.DB.prepare("UPDATE sites SET leaves = 4 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    expect(await countOf(await send(many(() => "/more")))).toBe(SESSIONS);
    expect(all.mock.calls.map(([batches]) => batches.length)).toEqual([SESSIONS, SESSIONS]);
    expect(one).not.toHaveBeenCalled();
  });

  test.each([{}, { DNT: "1" }])("counts a repeat of the same request once, with headers %j", async (headers) => {
    const events = many();
    expect([await countOf(await send(events, headers)), await countOf(await send(events, headers))]).toEqual([
      SESSIONS,
      0,
    ]);
    expect(await pageViews()).toBe(SESSIONS);
  });

  test("keeps nothing of a request that comes too often", async () => {
    holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    forgetSites();
    expect((await send(many())).status).toBe(200);
    const refused = await send(many(() => "/other"));
    expect([refused.status, Number(refused.headers.get("Retry-After")) > 0]).toEqual([429, true]);
    expect(await pageViews()).toBe(SESSIONS);
    expect((await detailed()).dropped).toMatchObject([{ reason: "rate_limited", count: SESSIONS }]);
  });

  test.each([
    ["Made to fail.", 500, null],
    ["database or disk is full: SQLITE_FULL", 503, "5"],
  ])(
    "of which one sender's cannot be kept for %j is no success, costs the others nothing and can be sent again",
    async (message, status, wait) => {
      const { append } = SiteStore.prototype;
      const full = vi.spyOn(SiteStore.prototype, "append").mockImplementation(function (this: SiteStore, ...args) {
        const [, , entries] = args;
        if (entries.some((entry) => entry.events.some(({ path }) => path === "/bad"))) throw new Error(message);
        return append.apply(this, args);
      });
      onTestFinished(() => full.mockRestore());
      const events = many((i) => (i === 1 ? "/bad" : "/good"));
      const failed = await send(events);
      expect([failed.status, failed.headers.get("Retry-After")]).toEqual([status, wait]);
      expect(await pageViews()).toBe(SESSIONS - 1);
      full.mockRestore();
      expect(await countOf(await send(events))).toBe(1);
      expect(await pageViews()).toBe(SESSIONS);
    },
  );
});

describe("POST /api/v1/sessions", () => {
  test("opens a session that later events go on", async () => {
    const body = { site: ann.site_id, page_url: `${origin}/start`, user_id: "u1", browser: "Claimed", os: "Claimed" };
    const sent = await ask("/api/v1/sessions", { method: "POST", body, headers: browser() });
    expect(sent.status).toBe(201);
    const { session_id } = z.object({ session_id: z.uuid(), started_at: z.iso.datetime() }).parse(await sent.json());
    await track({ site: ann.site_id, session_id, events: [view({ event_id: "e1" })] });
    const Session = z.looseObject({ page_views: z.number() });
    expect(await get(`/api/v1/sessions/${session_id}?site=${ann.site_id}`, Session)).toMatchObject({
      page_views: 1,
      browser: "Firefox",
      user_id: null,
    });
  });
});

describe("POST /api/v1/sessions, guarded", () => {
  const open = (headers: Record<string, string> = {}) =>
    ask("/api/v1/sessions", {
      method: "POST",
      body: { site: ann.site_id, page_url: `${origin}/start` },
      headers: { ...browser(), ...headers },
    });

  test("an opted-out visitor gets a session that nobody keeps", async () => {
    const sent = await open({ "Sec-GPC": "1" });
    expect([sent.status, sent.headers.get("X-Footfall-Dropped")]).toEqual([201, "opt_out"]);
    const { session_id } = z.object({ session_id: z.uuid() }).parse(await sent.json());
    expect((await ask(`/api/v1/sessions/${session_id}?site=${ann.site_id}`, { headers: reader })).status).toBe(404);
  });

  test("it counts against the address's requests", async () => {
    holdClock();
    await env.DB.prepare("UPDATE sites SET rate_limit = 2 WHERE id = ?").bind(ann.site_id).run();
    expect([(await open()).status, (await open()).status, (await open()).status]).toEqual([201, 201, 429]);
  });
});

describe("GET /p.gif", () => {
  test("counts a page view, and is a picture whatever happens", async () => {
    for (const site of [ann.site_id, "nobody"]) {
      const sent = await ask(`/p.gif?site=${site}&page=/plain`, {
        headers: { ...browser(), Origin: "", Referer: `${origin}/plain` },
      });
      expect([sent.status, sent.headers.get("Content-Type")]).toEqual([200, "image/gif"]);
    }
    expect((await detailed()).today.page_views).toBe(1);
  });

  test("counts nobody who only asks for its headers", async () => {
    const path = `/p.gif?site=${ann.site_id}&page=/plain`;
    const sent = await ask(path, { method: "HEAD", headers: { ...browser(), Origin: "", Referer: `${origin}/plain` } });
    expect([sent.status, sent.headers.get("Content-Type")]).toEqual([200, "image/gif"]);
    expect((await detailed()).today.page_views).toBe(0);
  });
});

describe("reading back", () => {
  test.each([
    "/api/analytics/summary?country=&page=",
    "/api/analytics/sessions?country=&page=&device=&limit=",
    "/api/v1/sessions?limit=&offset=&country=&from=&to=&sort=",
    "/api/events?from=&to=&session_id=&type=&limit=&cursor=",
    "/api/aggregates?window=",
    "/api/v1/stats/aggregate?period=&from=&to=&metrics=&filters=",
  ])("%s is read as without the parameters that say nothing", async (path) => {
    // No window may close between the two reads.
    const time = vi.spyOn(Date, "now").mockReturnValue(Date.now());
    onTestFinished(() => time.mockRestore());
    await track({ site: ann.site_id, tab: crypto.randomUUID(), events: [view({ seq: 0 })] });
    const reply = (address: string) => get(`${address}site=${ann.site_id}`, z.looseObject({}));
    const without = (read: object) => JSON.stringify(read).replace(/"(generated_at|at)":"[^"]*"/g, "");
    const [bare = ""] = path.split("?");
    expect(without(await reply(`${path}&`))).toBe(without(await reply(`${bare}?`)));
  });

  test("GET /api/events gives each event once over pages, stored and waiting ones alike", async () => {
    const key = bearer(await makeKey(ann, ["ingest"]));
    const sendMany = async (from: number, to: number) => {
      for (let i = from; i < to; i += 10) {
        const events = Array.from({ length: 10 }, (_, j) =>
          view({ event_id: `e${i + j}`, page_url: `${origin}/p${i + j}` }),
        );
        await track({ site: ann.site_id, session_id: crypto.randomUUID(), events }, key);
      }
    };
    await sendMany(0, 30);
    await siteStub(env, ann.site_id).flush();
    await sendMany(30, 50);
    const Page = Events.extend({ next_cursor: z.string().nullable() });
    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const from: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: z.infer<typeof Page> = await get(`/api/events?site=${ann.site_id}&limit=7${from}`, Page);
      ids.push(...page.data.map((e) => e.event_id));
      cursor = page.next_cursor;
      expect(ids.length).toBeLessThanOrEqual(50);
    }
    expect(ids.toSorted()).toEqual(Array.from({ length: 50 }, (_, i) => `e${i}`).toSorted());
  });

  test("GET /api/events pages through events of one moment, with names of any script, before and after the flush", async () => {
    const timestamp = new Date().toISOString();
    const key = bearer(await makeKey(ann, ["ingest"]));
    // By bytes, as the database sorts, the last one stands behind the one before it; by UTF-16 units before it.
    const names = ["\u017e\u00fc", "\u043a\u043b\u044e\u0447", "a", "\uff5e", "\u{1f600}"];
    for (const session_id of names) {
      const events = Array.from({ length: 20 }, (_, i) => ({
        type: "pageview",
        page: `/p${i}`,
        session_id,
        timestamp,
      }));
      await ask("/api/events", {
        method: "POST",
        body: { site: ann.site_id, events },
        headers: { ...browser(), ...key },
      });
    }
    const Page = Events.extend({ next_cursor: z.string().nullable() });
    const walk = async () => {
      const ids: string[] = [];
      for (let cursor = ""; ; ) {
        const page: z.infer<typeof Page> = await get(`/api/events?site=${ann.site_id}&limit=7${cursor}`, Page);
        ids.push(...page.data.map((e) => e.event_id));
        if (page.next_cursor === null) return ids;
        cursor = `&cursor=${page.next_cursor}`;
      }
    };
    const before = await walk();
    expect([before.length, new Set(before).size]).toEqual([100, 100]);
    await siteStub(env, ann.site_id).flush();
    expect(await walk()).toEqual(before);
  });

  test("GET /api/events finds what happened long before it was sent", async () => {
    const key = bearer(await makeKey(ann, ["ingest"]));
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
    await track(
      { site: ann.site_id, session_id: crypto.randomUUID(), events: [view({ timestamp: day(60), event_id: "old" })] },
      key,
    );
    await siteStub(env, ann.site_id).flush();
    const { data } = await get(`/api/events?site=${ann.site_id}&from=${day(61)}&to=${day(59)}`, Events);
    expect(data.map((e) => e.event_id)).toEqual(["old"]);
  });

  test("GET /api/v1/sessions lists stored and live ones, newest first, each once", async () => {
    const open = async () =>
      (
        await reply(
          await track({ site: ann.site_id, session_id: crypto.randomUUID(), events: [view({ event_id: "e" })] }),
        )
      ).session_id;
    const first = await open();
    await siteStub(env, ann.site_id).flush();
    const second = await open();
    const List = z.object({ data: z.array(z.looseObject({ session_id: z.string() })), total: z.number() });
    const { data, total } = await get(`/api/v1/sessions?site=${ann.site_id}`, List);
    expect(total).toBe(2);
    expect(data.map((s) => s.session_id).toSorted()).toEqual([first, second].toSorted());
  });

  test("another tenant's session is not there", async () => {
    const session_id = crypto.randomUUID();
    await track({ site: ann.site_id, session_id, events: [view({ event_id: "e" })] });
    const bob = await makeTenant();
    const stranger = bearer(await makeKey(bob, ["read"]));
    const foreign = await ask(`/api/v1/sessions/${session_id}/events?site=${ann.site_id}`, { headers: stranger });
    expect(foreign.status).toBe(404);
    const own = await ask(`/api/v1/sessions/${session_id}/events?site=${bob.site_id}`, { headers: stranger });
    expect(own.status).toBe(404);
  });
});
