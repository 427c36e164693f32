import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { until } from "./wait-for.ts";
import { BROWSER, type World } from "./world.ts";

const Refusal = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.string().regex(/^[a-z_]+$/),
    message: z.string().min(1),
    fields: z.record(z.string(), z.string()).optional(),
  }),
  errors: z
    .array(z.strictObject({ index: z.number(), code: z.string(), fields: z.record(z.string(), z.string()) }))
    .optional(),
});
const Tracked = z.strictObject({
  message: z.literal("Events tracked successfully"),
  count: z.number().int(),
  session_id: z.guid().nullable(),
  route: z.string().optional(),
  errors: z
    .array(z.strictObject({ index: z.number(), code: z.string(), fields: z.record(z.string(), z.string()) }))
    .optional(),
});

const now = () => new Date().toISOString();

export function collecting(the: () => World): void {
  const view = (more: object = {}) => ({ event_type: "pageview", page_url: "/a", timestamp: now(), ...more });

  describe("sending events by request", () => {
    test.each(["application/json", "text/plain", "text/plain;charset=UTF-8"])("as %s", async (type) => {
      const { addSite, track } = the();
      const site = await addSite();
      const tab = randomUUID();
      const body = { tab, sent_at: now(), events: [view({ seq: 0 }), view({ seq: 1, event_type: "signup" })] };
      const headers = { "content-type": type };
      const reply = await track(site, body, headers);
      expect(reply.status).toBe(201);
      const tracked = Tracked.parse(reply.body);
      expect(tracked.count).toBe(2);
      const again = await track(site, body, headers);
      expect([again.status, Tracked.parse(again.body).count]).toEqual([201, 0]);
      // A sender that names its session is told it back.
      const session_id = randomUUID();
      const named = Tracked.parse(
        (await track(site, { session_id, events: [view({ page_url: `${site.origin}/a` })] }, headers)).body,
      );
      expect(named).toMatchObject({ count: 1, session_id });
    });

    test.each<[string, unknown, number, string?]>([
      ["no JSON", "{", 400],
      ["nothing", "", 400],
      ["a list", "[]", 400],
      ["a number", "7", 400],
      ["null", "null", 400],
      ["no events", { tab: randomUUID() }, 400, "events"],
      ["an empty list", { tab: randomUUID(), events: [] }, 400, "events"],
      ["events that are no list", { tab: randomUUID(), events: { 0: view() } }, 400, "events"],
      ["more than a hundred", { tab: randomUUID(), events: Array.from({ length: 101 }, () => view()) }, 400, "events"],
      ["nobody who sends", { events: [view()] }, 400],
      ["a session that is no UUID", { session_id: "user-123", events: [view()] }, 400, "session_id"],
      ["a tab that is a number", { tab: 7, events: [view()] }, 400, "tab"],
      ["a site that is a number", { site: 7, tab: randomUUID(), events: [view()] }, 400, "site"],
      ["one event without a page", { tab: randomUUID(), events: [{ event_type: "pageview", timestamp: now() }] }, 400],
      ["one event without a type", { tab: randomUUID(), events: [{ page_url: "/a", timestamp: now() }] }, 400],
      ["one event at no time", { tab: randomUUID(), events: [view({ timestamp: "yesterday" })] }, 400],
      ["one event of 17 KB", { tab: randomUUID(), events: [view({ event_data: { text: "x".repeat(17_000) } })] }, 400],
      ["65 KB from a browser", { tab: randomUUID(), events: [view()], more: "x".repeat(66_000) }, 413],
    ])("%s is refused with a reason, readable by the page", async (_, body, status, field) => {
      const { spare: site, post } = the();
      const given = typeof body === "object" && body !== null && !("site" in body) ? { site: site.id, ...body } : body;
      const reply = await post("/api/v1/track", given, {
        "content-type": "text/plain",
        origin: site.origin,
        "user-agent": BROWSER,
      });
      const refusal = Refusal.parse(reply.body);
      expect([reply.status, refusal.error.code]).toEqual([status, expect.any(String)]);
      if (field !== undefined) expect(Object.keys(refusal.error.fields ?? {})).toContain(field);
      expect(reply.headers.get("access-control-allow-origin")).toBe(site.origin);
    });

    test("one bad event costs only itself, one of more than 16 KB too", async () => {
      const { spare: site, track } = the();
      const events = [
        view(),
        { event_type: 7 },
        view({ page_url: "/b" }),
        view({ event_data: { text: "x".repeat(17_000) } }),
      ];
      const reply = await track(site, { tab: randomUUID(), events });
      const { count, errors = [] } = Tracked.parse(reply.body);
      expect([reply.status, count]).toEqual([201, 2]);
      expect(errors.map(({ index }) => index)).toEqual([1, 3]);
      expect(errors[0]?.fields).toMatchObject({ event_type: expect.any(String), page_url: expect.any(String) });
    });

    test("other types, encodings and methods are told so", async () => {
      const { spare: site, track, call } = the();
      const body = { tab: randomUUID(), events: [view()] };
      expect((await track(site, body, { "content-type": "application/xml" })).status).toBe(415);
      expect((await track(site, body, { "content-encoding": "br" })).status).toBe(415);
      for (const method of ["GET", "PUT", "DELETE"]) {
        const reply = await call("/api/v1/track", { method });
        expect([reply.status, reply.headers.get("allow")]).toEqual([405, expect.stringContaining("POST")]);
      }
      const wrongKey = await track(site, body, { authorization: "Bearer ff_nobody" });
      expect([wrongKey.status, Refusal.parse(wrongKey.body).error.code]).toEqual([401, "unauthorized"]);
    });

    test("a key may send a body of up to 1 MB", async () => {
      const { spare: site, track, key } = the();
      const send = (bytes: number) =>
        track(
          site,
          { session_id: randomUUID(), events: [view()], more: "x".repeat(bytes) },
          { authorization: `Bearer ${key}` },
        );
      expect((await send(100_000)).status).toBe(201);
      const refused = await send(1_050_000);
      expect([refused.status, Refusal.parse(refused.body).error.code]).toEqual([413, "too_large"]);
    });

    test("pages of the site and of partners are kept, of others not; all can read the answer, none with credentials", async () => {
      const { addSite, track, call, asReader } = the();
      const site = await addSite();
      const send = (origin: string) => track(site, { tab: randomUUID(), events: [view()] }, { origin });
      const counted = async () =>
        z
          .object({ data: z.object({ today: z.object({ events: z.number() }) }) })
          .parse((await call(`/api/analytics/detailed?site=${site.id}`, { headers: asReader })).body).data.today.events;
      let kept = 0;
      for (const [origin, reason] of [
        [site.origin, null],
        ["https://partner.example", null],
        ["https://evil.example", "foreign_origin"],
        [`${site.origin}.evil.example`, "foreign_origin"],
        ["null", "foreign_origin"],
      ] as const) {
        const { status, body, headers } = await send(origin);
        kept += reason === null ? 1 : 0;
        expect([origin, status, Tracked.parse(body).count]).toEqual([origin, 201, reason === null ? 1 : 0]);
        expect(headers.get("x-footfall-dropped")).toBe(reason);
        expect(headers.get("access-control-allow-origin")).toBe(origin);
        expect(headers.get("access-control-allow-credentials")).toBeNull();
        expect(headers.get("vary")?.toLowerCase()).toContain("origin");
        const exposed = headers.get("access-control-expose-headers")?.toLowerCase();
        expect(exposed).toContain("x-footfall-dropped");
        expect(exposed).toContain("retry-after");
      }
      expect(await counted()).toBe(kept);
      const unknown = await track({ id: "nosuchsite", origin: site.origin }, { tab: randomUUID(), events: [view()] });
      expect([unknown.status, Tracked.parse(unknown.body).count, unknown.headers.get("x-footfall-dropped")]).toEqual([
        201,
        0,
        "unknown_site",
      ]);
    });

    test("a page asks first where it must, and is let through", async () => {
      for (const path of ["/api/v1/track", "/api/v1/sessions", "/api/events"]) {
        const reply = await the().call(path, {
          method: "OPTIONS",
          headers: {
            origin: "https://any.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
          },
        });
        expect(reply.status).toBeLessThan(300);
        expect(reply.headers.get("access-control-allow-methods")).toContain("POST");
        expect(reply.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("content-type");
        expect(reply.headers.get("access-control-allow-credentials")).toBeNull();
      }
    });

    test("what a browser claims of place and address is ignored, what a key claims is taken", async () => {
      const { addSite, track, call, key, asReader } = the();
      const site = await addSite();
      const events = [view()];
      const claims = {
        country: "Bhutan",
        ip: "203.0.113.9",
        user_agent:
          "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
      };
      const [mine, theirs] = [randomUUID(), randomUUID()];
      await track(site, { session_id: theirs, ...claims, events });
      await track(site, { session_id: mine, ...claims, events }, { authorization: `Bearer ${key}` });
      const sessions = z.object({
        data: z.object({
          sessions: z.array(z.object({ session_id: z.string(), country: z.string(), device: z.string() })),
        }),
      });
      const read = await call(`/api/analytics/sessions?site=${site.id}`, { headers: asReader });
      const shown = (id: string) => sessions.parse(read.body).data.sessions.find(({ session_id }) => session_id === id);
      expect(shown(mine)).toMatchObject({ country: "BT", device: "mobile" });
      expect(shown(theirs)).toMatchObject({ device: "desktop" });
      expect(shown(theirs)?.country).not.toBe("BT");
    });

    test("the simple form: one event and its reply, figures only for who may read them", async () => {
      const { addSite, post, key } = the();
      const site = await addSite();
      const event = {
        site: site.id,
        type: "pageview",
        page: "/products",
        session_id: "user-123",
        timestamp: now(),
        country: "India",
        metadata: { device: "mobile", referrer: "google.com" },
      };
      const page = { origin: site.origin, "user-agent": BROWSER };
      const open = await post("/api/events", event, page);
      expect(open).toMatchObject({ status: 200, body: { success: true, message: "Event processed successfully" } });
      expect(open.body).toEqual({
        success: true,
        message: "Event processed successfully",
        data: { session_id: "user-123" },
      });
      const known = await post(
        "/api/events",
        { ...event, session_id: "user-124" },
        { authorization: `Bearer ${key}`, "user-agent": BROWSER },
      );
      expect(known.body).toEqual({
        success: true,
        message: "Event processed successfully",
        data: {
          session_id: "user-124",
          current_stats: { total_active: 2, total_today: 2, pages_visited: { "/products": 2 } },
        },
      });
      const several = await post("/api/events", { site: site.id, events: [event, { ...event, page: "/b" }] }, page);
      expect(several).toMatchObject({ status: 200, body: { success: true } });
      for (const wrong of [
        { ...event, type: undefined },
        { ...event, page: 7 },
        { ...event, session_id: "x".repeat(129) },
      ]) {
        const reply = await post("/api/events", wrong, page);
        expect([reply.status, Refusal.parse(reply.body).success]).toEqual([400, false]);
      }
    });

    test("a session is opened by hand, and a picture counts a page view", async () => {
      const { addSite, post, call, asReader } = the();
      const site = await addSite();
      const headers = { origin: site.origin, "user-agent": BROWSER };
      const session = {
        site: site.id,
        user_id: "u1",
        page_url: `${site.origin}/a`,
        user_agent: BROWSER,
        device_type: "desktop",
      };
      const made = await post("/api/v1/sessions", session, headers);
      expect(made.status).toBe(201);
      z.strictObject({ session_id: z.guid(), started_at: z.iso.datetime() }).parse(made.body);
      const noPage = await post("/api/v1/sessions", { site: site.id }, headers);
      expect(Refusal.parse(noPage.body).error.fields).toHaveProperty("page_url");
      const pixel = await call(`/p.gif?site=${site.id}&page=${encodeURIComponent(`${site.origin}/pixel`)}`, {
        headers,
      });
      expect([pixel.status, pixel.headers.get("content-type")]).toEqual([200, "image/gif"]);
      const seen = await call(`/api/analytics/summary?site=${site.id}`, { headers: asReader });
      expect(seen.body).toMatchObject({ data: { summary: { pages_visited: { "/pixel": 1 } } } });
    });

    test("a hundred requests of an address a minute, then 429 with the time to wait, whatever address it claims", async () => {
      const { addSite, track, post, key } = the();
      const [site, other] = [await addSite({ rate_limit: undefined }), await addSite()];
      const minute = () => Math.floor(Date.now() / 60_000);
      const begun = minute();
      let passed = 0;
      const send = (more: Record<string, string> = {}) =>
        track(
          site,
          { tab: randomUUID(), events: [view()] },
          {
            "x-forwarded-for": `203.0.113.${passed % 250}`,
            "x-real-ip": `203.0.113.${passed % 250}`,
            "true-client-ip": `203.0.113.${passed % 250}`,
            forwarded: `for=203.0.113.${passed % 250}`,
            ...more,
          },
        );
      let last = await send();
      while (last.status === 201 && passed < 250) {
        passed++;
        last = await send();
      }
      expect([last.status, Refusal.parse(last.body).error.code]).toEqual([429, "rate_limited"]);
      const wait = Number(last.headers.get("retry-after"));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
      expect(last.headers.get("access-control-allow-origin")).toBe(site.origin);
      if (minute() === begun) {
        expect(passed).toBe(100);
        // Another site, another kind of route and a key are not touched by it.
        expect((await track(other, { tab: randomUUID(), events: [view()] })).status).toBe(201);
        expect((await send({ authorization: `Bearer ${key}` })).status).toBe(201);
        const opened = await post(
          "/api/v1/sessions",
          { site: site.id, page_url: "/a" },
          { origin: site.origin, "user-agent": BROWSER },
        );
        expect(opened.status).toBe(201);
      } else expect(passed).toBeLessThanOrEqual(200);
    });

    test("what is left out is told to the site's owner by reason", async () => {
      const { addSite, track, call, asReader } = the();
      const site = await addSite();
      await track(site, { tab: randomUUID(), events: [view()] }, { origin: "https://evil.example" });
      await track(site, { tab: randomUUID(), events: [view()] }, { "user-agent": "curl/8.0" });
      await track(site, { tab: randomUUID(), events: [] });
      const Drops = z.object({
        data: z.object({
          sites: z.array(z.object({ drops: z.array(z.object({ reason: z.string(), count: z.number() })) })),
        }),
      });
      const read = async () =>
        Drops.parse((await call(`/api/status?site=${site.id}`, { headers: asReader })).body).data.sites[0]?.drops.map(
          ({ reason, count }) => `${reason} ${count}`,
        ) ?? [];
      const drops = await until(read, (list) => list.length === 3);
      expect(drops.sort()).toEqual(["bot 1", "foreign_origin 1", "invalid 1"]);
    });
  });
}
