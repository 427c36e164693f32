import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Alert, AlertInput } from "../../../protocol/alerts";
import type { SiteEvent } from "../../../protocol/event";
import type { Frame } from "../../../protocol/frame";
import type { IngestBatch, SiteFacts } from "../../../protocol/ingest";
import { UPGRADE_HEADER, type Upgrade } from "../../../protocol/viewer-request";
import { bearer, harness } from "../../../worker/workers.fixture";
import { SiteStore } from "../store";
import { typedStub } from "../stub";

const { ask, makeTenant, signIn } = harness(env, createExecutionContext);

type Rule = Partial<AlertInput> & Pick<AlertInput, "rule">;

/** A site of its own for every test, with its owner. */
async function freshSite() {
  const tenant = await makeTenant();
  const headers = bearer((await signIn(tenant)).token);
  const facts: SiteFacts = {
    site_id: tenant.site_id,
    org_id: tenant.org_id,
    time_zone: "UTC",
    session_timeout_ms: 1_800_000,
    rate_limit: 1_000_000,
    leaves: 1,
  };
  const object = env.SITE.getByName(tenant.site_id);
  const stub = typedStub(object);

  /** `count` new visitors with one event each at `at`. */
  let visitors = 0;
  async function visit(count: number, at = Date.now(), event: Partial<SiteEvent> = {}) {
    for (let i = 0; i < count; i++) await stub.ingest(batchOf(facts, `tab-${++visitors}`, at, event));
  }

  async function addRule(rule: Rule): Promise<string> {
    const body = { site: tenant.site_id, name: "Rule", ...rule };
    const response = await ask("/api/alerts", { method: "POST", headers, body });
    expect(response.status).toBe(201);
    const { data }: { data: { id: string } } = await response.json();
    return data.id;
  }

  const logged = async () => {
    const { results } = await env.DB.prepare("SELECT rule_id, message FROM alert_log WHERE site_id = ? ORDER BY at")
      .bind(tenant.site_id)
      .all<{ rule_id: string; message: string }>();
    return results;
  };
  /** The log once it has `count` alerts: they are handed in beside the reply. */
  const loggedAre = async (count: number) => {
    await vi.waitFor(async () => expect(await logged()).toHaveLength(count), { timeout: 60_000 });
    return logged();
  };
  const recent = async () => (await stub.picture(facts, {})).alerts ?? [];
  return { ...tenant, headers, facts, object, stub, visit, addRule, logged, loggedAre, recent };
}

function batchOf(site: SiteFacts, tab: string, at: number, event: Partial<SiteEvent>): IngestBatch {
  return {
    site,
    received_at: at,
    sender: { kind: "visitor", tab },
    address: "192.0.2.1",
    user_agent: `Browser of ${tab}`,
    rate: null,
    visible: true,
    ping: false,
    dimensions: {
      country: null,
      region: null,
      city: null,
      latitude: null,
      longitude: null,
      device: "desktop",
      browser: "Firefox",
      browser_version: "140",
      os: "Linux",
      source: "Direct",
      channel: "Direct",
      referrer: "",
      campaign: "",
      medium: "",
      language: "en",
    },
    context: {},
    events: [{ at, type: "pageview", page_url: "https://shop.example/", path: "/", seq: 0, ...event }],
    indexes: [0],
    body_hash: "",
  };
}

/** A viewer's socket at the object, and the alerts it was told. */
async function watch({ facts, object }: Pick<Site, "facts" | "object">) {
  const viewer = {
    user_id: "u",
    org_id: facts.org_id,
    grant: { kind: "member" as const, user_id: "u", until: null },
    rooms: [`site:${facts.site_id}`],
  };
  const upgrade: Upgrade = { kind: "viewer", viewer, site: facts };
  const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify(upgrade) };
  const { webSocket } = await object.fetch("https://object/", { headers });
  if (!webSocket) throw new Error("Not upgraded.");
  const alerts: Extract<Frame, { type: "alert" }>[] = [];
  webSocket.accept();
  webSocket.addEventListener("message", ({ data }) => {
    const frame: Frame = JSON.parse(String(data));
    if (frame.type === "alert") alerts.push(frame);
  });
  return alerts;
}

type Site = Awaited<ReturnType<typeof freshSite>>;
let site: Site;
beforeEach(async () => {
  site = await freshSite();
});

/** Runs alarms until `check` holds: the platform runs an overdue one by itself, perhaps just now. */
const afterAlarm = (check: () => Promise<void>) =>
  vi.waitFor(
    async () => {
      await runDurableObjectAlarm(site.object);
      await check();
    },
    { timeout: 60_000 },
  );

const above = (limit: number): AlertInput["rule"] => ({ metric: "visitors", above: limit, window: "60s" });

describe("ALERT 4: a site without rules", () => {
  test("raises one alert at the eleventh visitor of a minute: told, logged once, and in live reads", async () => {
    const told = await watch(site);
    await site.visit(10);
    expect(await site.recent()).toEqual([]);
    await site.visit(5);
    const expected: Alert = {
      id: expect.stringMatching(/^\d+-default$/),
      rule_id: "default",
      name: "Many visitors",
      level: "info",
      message: "High visitor activity detected!",
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      details: { metric: "visitors", visitors_last_minute: 11, value: 11, limit: 10 },
    };
    expect(await site.recent()).toEqual([expected]);
    await vi.waitFor(() => expect(told).toEqual([{ type: "alert", room: `site:${site.site_id}`, data: expected }]), {
      timeout: 60_000,
    });
    expect(await site.loggedAre(1)).toEqual([{ rule_id: "default", message: "High visitor activity detected!" }]);
    const detailed = await ask(`/api/analytics/detailed?site=${site.site_id}`, { headers: site.headers });
    expect(await detailed.json()).toMatchObject({ data: { alerts: [{ ...expected, site: site.site_id }] } });
  });

  test("does not count visitors of the minute before, or events that came late", async () => {
    const now = Date.now();
    await site.visit(10, now - 61_000);
    await site.visit(10, now);
    await site.visit(10, now, { at: now - 600_000 });
    expect(await site.recent()).toEqual([]);
    await site.visit(1, now);
    expect(await site.recent()).toHaveLength(1);
  });

  test("has its own rule instead, once there is one", async () => {
    await site.addRule({ rule: above(3), enabled: false });
    await site.visit(12);
    expect(await site.recent()).toEqual([]);
  });
});

describe("ALERT 2: a rule of the site", () => {
  test("holds at once after it was saved, changed, paused and deleted", async () => {
    const id = await site.addRule({ rule: above(1), cooldown_s: 1 });
    const now = Date.now();
    await site.visit(2, now);
    expect(await site.recent()).toHaveLength(1);
    const change = (method: string, body?: object) => ask(`/api/alerts/${id}`, { method, headers: site.headers, body });
    await change("PATCH", { rule: above(99) });
    await site.visit(1, now + 2_000);
    expect(await site.recent()).toHaveLength(1);
    await change("PATCH", { rule: above(1) });
    await site.visit(1, now + 4_000);
    expect(await site.recent()).toHaveLength(2);
    await change("PATCH", { enabled: false });
    await site.visit(1, now + 6_000);
    expect(await site.recent()).toHaveLength(2);
    await change("PATCH", { enabled: true });
    await site.visit(1, now + 8_000);
    expect(await site.recent()).toHaveLength(3);
    expect((await change("DELETE")).status).toBe(204);
    await site.visit(1, now + 10_000);
    expect(await site.recent()).toHaveLength(3);
    await site.loggedAre(3);
  });

  test("counts the visitors who came while no rule was in force", async () => {
    const id = await site.addRule({ rule: above(6) });
    await site.visit(3);
    const enable = (enabled: boolean) =>
      ask(`/api/alerts/${id}`, { method: "PATCH", headers: site.headers, body: { enabled } });
    await enable(false);
    await site.visit(3);
    await enable(true);
    await site.visit(1);
    expect((await site.recent())[0]?.details.visitors_last_minute).toBe(7);
  });

  test("is quiet for its cooldown, also when the object slept in between", async () => {
    await site.addRule({ rule: above(0), cooldown_s: 60 });
    const now = Date.now();
    await site.visit(1, now);
    await evictDurableObject(site.object);
    await site.visit(1, now + 30_000);
    await evictDurableObject(site.object);
    await site.visit(1, now + 59_999);
    expect(await site.recent()).toHaveLength(1);
    await site.visit(1, now + 60_000);
    expect(await site.recent()).toHaveLength(2);
    await site.loggedAre(2);
  });

  test("counts the visitors of before the object slept", async () => {
    await site.addRule({ rule: above(5) });
    await site.visit(5);
    await evictDurableObject(site.object);
    await site.visit(1);
    expect((await site.recent())[0]?.details.visitors_last_minute).toBe(6);
  });

  test("on an event raises when it comes", async () => {
    await site.addRule({ rule: { metric: "event", event: "signup" }, level: "critical" });
    await site.visit(3);
    await site.visit(1, Date.now(), { type: "custom", name: "signup", path: "/join" });
    expect(await site.recent()).toMatchObject([
      { level: "critical", message: '"signup" happened on /join.', details: { event: "signup", page: "/join" } },
    ]);
  });

  test("on errors raises above its share", async () => {
    await site.addRule({ rule: { metric: "error_rate", above: 0.4, window: "60s" } });
    await site.visit(3);
    await site.visit(2, Date.now(), { type: "error", name: "x is not a function" });
    expect(await site.recent()).toEqual([]);
    await site.visit(1, Date.now(), { type: "error", name: "x is not a function" });
    expect(await site.recent()).toMatchObject([{ message: "50 % of events were errors, more than 40 %." }]);
  });

  test("on a spike is held against the same hour of other weeks", async () => {
    const now = Date.now();
    const WEEK = 7 * 86_400_000;
    const of = (at: number) => {
      const iso = new Date(at).toISOString();
      return [Number(iso.slice(0, 10).replaceAll("-", "")), Number(iso.slice(11, 13))] as const;
    };
    const add = env.DB.prepare(
      "INSERT INTO rollups (site_id, dimension, day, hour, value, page_views) VALUES (?, 'total', ?, ?, '', ?)",
    );
    await env.DB.batch([
      add.bind(site.site_id, ...of(now - WEEK), 20),
      add.bind(site.site_id, ...of(now - 2 * WEEK), 4),
      add.bind(site.site_id, ...of(now - 5 * WEEK), 100_000),
      add.bind(site.site_id, ...of(now - WEEK - 2 * 3_600_000), 100_000),
    ]);
    await site.addRule({ rule: { metric: "spike", above: 2 } });
    await site.addRule({ rule: above(500), enabled: false });
    // The average is read beside the first visit that asks for it.
    await vi.waitFor(
      async () => {
        await site.visit(10, now);
        expect(await site.recent()).toHaveLength(1);
      },
      { timeout: 60_000 },
    );
    const [alert] = await site.recent();
    expect(alert?.details).toMatchObject({ baseline: 12, limit: 2 });
    expect(alert?.details.value).toBeGreaterThan(24);
    expect(alert?.details.value).toBeLessThan(100);
  });

  test("costs no row of the object while it raises nothing", async () => {
    await site.addRule({ rule: above(500) });
    await site.visit(1);
    const writes = await runInDurableObject(site.object, (_, { storage }) => {
      const calls: string[] = [];
      const exec = storage.sql.exec.bind(storage.sql);
      vi.spyOn(storage.sql, "exec").mockImplementation((sql: string, ...values: SqlStorageValue[]) => {
        if (!/^\s*SELECT/i.test(sql)) calls.push(sql);
        return exec(sql, ...values);
      });
      return calls;
    });
    await site.visit(5);
    expect(writes.filter((sql) => !sql.includes("INTO batches"))).toEqual([]);
  });
});

describe("ALERT 3: what only time tells", () => {
  test("silence is raised by the alarm, once, and after the next visit again", async () => {
    await site.addRule({ rule: { metric: "silence", above: 10 }, cooldown_s: 1 });
    await env.DB.prepare("UPDATE alert_rules SET created_at = 0 WHERE site_id = ?").bind(site.site_id).run();
    await site.stub.alertRulesChanged(site.facts);
    await site.visit(1, Date.now() - 11_000);
    await afterAlarm(async () =>
      expect(await site.recent()).toMatchObject([
        { message: expect.stringMatching(/^No event for (1[1-9]|[2-9]\d) seconds.$/) },
      ]),
    );
    await evictDurableObject(site.object);
    await runDurableObjectAlarm(site.object);
    expect(await site.recent()).toHaveLength(1);
    await site.loggedAre(1);
  });

  test("the alarm is set to the end of the silence that is waited for", async () => {
    await site.addRule({ rule: { metric: "silence", above: 40 } });
    await env.DB.prepare("UPDATE alert_rules SET created_at = 0 WHERE site_id = ?").bind(site.site_id).run();
    await site.stub.alertRulesChanged(site.facts);
    const at = Date.now() - 5_000;
    await site.visit(1, at);
    await runDurableObjectAlarm(site.object);
    const alarm = await runInDurableObject(site.object, (_, { storage }) => storage.getAlarm());
    expect((alarm ?? 0) - at).toBeGreaterThan(38_900);
    expect((alarm ?? 0) - at).toBeLessThan(41_500);
  });

  test("a fall is raised when visitors that were there are gone", async () => {
    await site.addRule({ rule: { metric: "visitors", below: 1, window: "60s" } });
    // One visit: an alarm that the platform runs in between, with its own clock, must not take others out of the minute.
    await site.visit(1, Date.now() - 62_000);
    await evictDurableObject(site.object);
    const fallen = [{ message: "0 visitors in the last minute, fewer than 1." }];
    await afterAlarm(async () => expect(await site.recent()).toMatchObject(fallen));
  });
});

describe("ALERT 5: the log", () => {
  /** What the object still has to hand in. */
  const waiting = async (): Promise<Alert[]> => {
    const text = await runInDurableObject(site.object, (_, { storage }) => new SiteStore(storage.sql).meta("alerts"));
    return JSON.parse(text ?? "").waiting;
  };

  /** The desk cannot be reached from this object, until its memory is gone. */
  function breakDesk(object: Site["object"]) {
    return runInDurableObject(object, (_, ctx) => {
      const broken = { take: () => Promise.reject(new Error("D1_ERROR: Network connection lost.")) };
      Object.defineProperty(ctx, "exports", { value: { AlertDesk: broken }, configurable: true });
    });
  }

  test("gets an alert that could not be handed in, however long that lasts", async () => {
    await site.visit(1);
    await breakDesk(site.object);
    await site.addRule({ rule: above(2) });
    await site.visit(3);
    expect(await site.recent()).toHaveLength(1);
    await runDurableObjectAlarm(site.object);
    expect(await site.logged()).toEqual([]);
    // Memory is gone, and with it what was broken.
    await evictDurableObject(site.object);
    await runDurableObjectAlarm(site.object);
    expect(await site.loggedAre(1)).toMatchObject([{ message: "3 visitors in the last minute, more than 2." }]);
    const waiting = await runInDurableObject(site.object, (_, { storage }) =>
      new SiteStore(storage.sql).meta("alerts"),
    );
    expect(JSON.parse(waiting ?? "").waiting).toEqual([]);
  });

  test("has an alert once that is handed in twice", async () => {
    await site.addRule({ rule: above(0) });
    await site.visit(1);
    await site.loggedAre(1);
    await runInDurableObject(site.object, (_, { storage }) => {
      const store = new SiteStore(storage.sql);
      const kept = JSON.parse(store.meta("alerts") ?? "");
      store.setMeta("alerts", JSON.stringify({ ...kept, waiting: kept.recent }));
    });
    await evictDurableObject(site.object);
    expect(await waiting()).toHaveLength(1);
    await afterAlarm(async () => expect(await waiting()).toEqual([]));
    expect(await site.logged()).toHaveLength(1);
  });

  test("gets nothing of a site that was deleted", async () => {
    await site.addRule({ rule: above(2) });
    await site.visit(2);
    await env.DB.prepare("UPDATE sites SET deleted_at = 1 WHERE id = ?").bind(site.site_id).run();
    await site.visit(1);
    expect(await site.recent()).toHaveLength(1);
    await afterAlarm(async () => expect(await waiting()).toEqual([]));
    expect(await site.logged()).toEqual([]);
  });
});
