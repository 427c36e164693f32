import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { SiteStore } from "../../durable-objects/site/store";
import { BODY_BYTES_BROWSER, EVENT_BYTES, OUTBOX_BYTES, SNAPSHOT_INTERVAL_QUIET } from "../../protocol/limits";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey } = harness(env, createExecutionContext);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/** What somebody sent by mistake, and nobody may read in a tally. */
const SECRET = "ann@example.com";

let ann: Tenant;
beforeEach(async () => {
  ann = await makeTenant();
});

const browser = () => ({ Origin: `https://${ann.site_id}.example`, "User-Agent": FIREFOX });
const view = (more: object = {}) => ({ event_type: "pageview", page_url: "/a", timestamp: Date.now(), ...more });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: "POST",
    ...(typeof body === "string" ? { raw: body } : { body }),
    headers: { ...browser(), ...headers },
  });
const track = (body: object, headers: Record<string, string> = {}) =>
  post("/api/v1/track", { site: ann.site_id, session_id: crypto.randomUUID(), ...body }, headers);

const Dropped = z.array(z.object({ reason: z.string(), count: z.number(), example: z.string() }));
const Detailed = z.object({ data: z.object({ dropped: Dropped }) });
async function leftOut(tenant = ann) {
  const headers = bearer(await makeKey(tenant, ["read"]));
  const response = await ask(`/api/analytics/detailed?site=${tenant.site_id}`, { headers });
  return Detailed.parse(await response.json()).data.dropped;
}
const toldTo = (tenant = ann) => expect.poll(() => leftOut(tenant));

describe("BEACON-9 what is refused is counted by reason for the site's owner:", () => {
  test.each([
    ["no JSON", "/api/v1/track", `{"a": "${SECRET}`, "unreadable", "The body is not JSON."],
    ["too much", "/api/v1/track", " ".repeat(BODY_BYTES_BROWSER + 1), "too_large", "a request of more than 64 KB"],
    ["a wrong envelope", "/api/v1/track", { events: SECRET, tab: SECRET }, "invalid", /^tab: Invalid UUID$/],
    ["nobody", "/api/v1/track", { events: [view()] }, "invalid", /^session_id: /],
    [
      "a session of no page",
      "/api/v1/sessions",
      { page_url: `mailto:${SECRET}` },
      "invalid",
      /^page_url: Not an address/,
    ],
    ["a bad simple event", "/api/events", { type: SECRET }, "invalid", /^page: /],
  ])("%s to %s, the site by its page", async (_, path, body, reason, example) => {
    const sent = await post(path, body);
    expect(sent.status).toBeGreaterThanOrEqual(400);
    await toldTo().toEqual([expect.objectContaining({ reason, count: 1, example: expect.stringMatching(example) })]);
    expect(JSON.stringify(await leftOut())).not.toContain(SECRET);
  });

  test("a wrong envelope that names its site, from a server", async () => {
    const key = bearer(await makeKey(ann, ["ingest"]));
    const sent = await track({ events: "none" }, { ...key, Origin: "" });
    expect(sent.status).toBe(400);
    await toldTo().toMatchObject([{ reason: "invalid", count: 1, example: expect.stringMatching(/^events: /) }]);
  });

  test("single events of a batch, while the others are kept", async () => {
    const large = view({ event_data: { text: "x".repeat(EVENT_BYTES) } });
    const sent = await track({ events: [view({ event_id: "a" }), view({ timestamp: SECRET }), SECRET, large] });
    expect(sent.status).toBe(201);
    await toldTo().toHaveLength(2);
    expect(await leftOut()).toMatchObject([
      { reason: "invalid", count: 2 },
      { reason: "too_large", count: 1, example: "an event of more than 16 KB" },
    ]);
    expect(JSON.stringify(await leftOut())).not.toContain(SECRET);
  });

  test("a pixel of no page", async () => {
    const sent = await ask(`/p.gif?site=${ann.site_id}&page=mailto:${SECRET}`, { headers: browser() });
    expect(sent.status).toBe(200);
    await toldTo().toMatchObject([{ reason: "invalid", count: 1, example: "page_url: Not an address of a page" }]);
  });

  test("requests beyond the rate, by the object itself", async () => {
    await env.DB.prepare("UPDATE sites SET rate_limit = 1 WHERE id = ?").bind(ann.site_id).run();
    const events = [view({ event_id: "a" }), view({ event_id: "b" })];
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await track({ events })).status);
    const limited = statuses.filter((status) => status === 429).length;
    // A minute may end in between.
    expect(limited).toBeGreaterThanOrEqual(2);
    expect(await leftOut()).toMatchObject([{ reason: "rate_limited", count: 2 * limited, example: "address" }]);
    const object = env.SITE.getByName(ann.site_id);
    const before = await leftOut();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + SNAPSHOT_INTERVAL_QUIET });
    onTestFinished(() => void vi.useRealTimers());
    expect(await runDurableObjectAlarm(object)).toBe(true);
    await evictDurableObject(object);
    expect(await leftOut()).toEqual(before);
  });

  test("what came while too much waited for D1, by the object itself", async () => {
    const unflushed = vi
      .spyOn(SiteStore.prototype, "unflushed")
      .mockReturnValue({ rows: 1, events: 1, bytes: OUTBOX_BYTES + 1 });
    onTestFinished(() => unflushed.mockRestore());
    const sent = await track({ events: [view(), view()] });
    expect([sent.status, sent.headers.get("Retry-After")]).toEqual([503, "30"]);
    expect(await leftOut()).toMatchObject([{ reason: "unavailable", count: 2 }]);
  });

  test("what came while the object could not be reached, as soon as it can", async () => {
    const busy = Object.assign(new Error("Object is overloaded."), { overloaded: true });
    let failures = 0;
    const SITE = new Proxy(env.SITE, {
      get: (target, name) => {
        if (name !== "getByName" || failures >= 2) return Reflect.get(target, name).bind(target);
        return () => {
          failures++;
          throw busy;
        };
      },
    });
    const away = harness({ ...env, SITE }, createExecutionContext);
    const sent = await away.ask("/api/v1/track", {
      method: "POST",
      body: { site: ann.site_id, session_id: crypto.randomUUID(), events: [view(), view()] },
      headers: browser(),
    });
    expect(sent.status).toBe(503);
    // The first try to tell it fails as well.
    await expect.poll(() => failures).toBe(2);
    await expect.poll(() => leftOut()).toMatchObject([{ reason: "unavailable", count: 2 }]);
  });

  test("but not for a site of which the sender is no part, or that does not exist", async () => {
    const bob = await makeTenant();
    const foreign = bearer(await makeKey(bob, ["ingest"]));
    await track({ events: "none" }, { ...foreign, Origin: "" });
    await post("/api/v1/track", { site: "nobody", events: "none" }, { Origin: "https://nobody.example" });
    // Told last, so that what would be told of the others is there before.
    await track({ events: [view({ page_url: 7 })] });
    await toldTo().toMatchObject([{ reason: "invalid", count: 1, example: expect.stringMatching(/^page_url/) }]);
  });
});

test("BEACON-9 a flood of bad requests is told in few calls and writes nothing", async () => {
  // The flush of the first event is due in an hour: it would write.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  let calls = 0;
  const SITE = new Proxy(env.SITE, {
    get: (target, name) => {
      const member = Reflect.get(target, name).bind(target);
      if (name !== "getByName") return member;
      return (id: string) => {
        calls++;
        return member(id);
      };
    },
  });
  const counted = harness({ ...env, SITE }, createExecutionContext);
  await track({ events: [view({ event_id: "first" })] });
  const changes = () =>
    runInDurableObject(
      env.SITE.getByName(ann.site_id),
      (_, state) => state.storage.sql.exec("SELECT total_changes() AS n").one().n,
    );
  const before = await changes();
  const bad = () =>
    counted.ask("/api/v1/track", { method: "POST", body: { site: ann.site_id, events: "none" }, headers: browser() });
  for (let i = 0; i < 500; i += 50) await Promise.all(Array.from({ length: 50 }, bad));
  await expect.poll(() => leftOut()).toMatchObject([{ reason: "invalid", count: 500 }]);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(100);
  expect(await changes()).toBe(before);
});
