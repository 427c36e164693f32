import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { SiteStore } from "../../durable-objects/site/store";
import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import { LEAF_REQUESTS_PER_SECOND } from "../../protocol/limits";
import { siteFacts } from "../ingest/site-facts";
import { siteStub } from "../ingest/site-stub";
import { findSite, forgetSites } from "../store/sites";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { makeTenant, makeKey } = harness(env, createExecutionContext);

let ann: Tenant;
beforeEach(async () => {
  ann = await makeTenant();
});

type Ask = () => Promise<GatheredResult>;

/** The same Worker with an eye, or a hand, on its leaves: `ingest` stands for the leaf, which it can ask. */
function watched(ingest: (ask: Ask) => Promise<GatheredResult> = (ask) => ask()) {
  const used: string[] = [];
  const LEAF = new Proxy(env.LEAF, {
    get: (target, key) => {
      if (key !== "getByName") return Reflect.get(target, key).bind(target);
      return (name: string) => ({
        ingest: async (batch: IngestBatch) => {
          used.push(name);
          return ingest(() => target.getByName(name).ingest(batch));
        },
      });
    },
  });
  return { used, ...harness({ ...env, LEAF }, createExecutionContext) };
}
type Asking = Pick<ReturnType<typeof watched>, "ask">;

const view = () => ({ event_type: "pageview", page_url: "/a", timestamp: Date.now(), event_id: crypto.randomUUID() });
const track = async ({ ask }: Asking, body: object) =>
  ask("/api/v1/track", {
    method: "POST",
    body: { site: ann.site_id, events: [view()], ...body },
    headers: bearer(await makeKey(ann, ["ingest"])),
  });

/** Senders whose ids are the same in each run: which leaf takes them is no luck. */
const SESSIONS = Array.from(
  { length: 40 },
  (_, n) => `3f0c9a52-7d1e-4b68-9c4f-0000000000${String(n).padStart(2, "0")}`,
);

const wantLeaves = async (leaves: number) => {
  await env.DB.prepare("UPDATE sites SET leaves = ? WHERE id = ?").bind(leaves, ann.site_id).run();
  forgetSites();
};

async function factsOf(tenant: Tenant) {
  const site = await findSite(env, tenant.site_id);
  if (!site) throw new Error("There is no such site.");
  return siteFacts(env, site);
}

const Status = z.object({
  data: z.object({ sites: z.tuple([z.object({ ingest: z.object({ leaves: z.number(), events: z.number() }) })]) }),
});
async function ingestStatus({ ask }: Asking) {
  const headers = bearer(await makeKey(ann, ["read"]));
  const response = await ask(`/api/status?site=${ann.site_id}`, { headers });
  return Status.parse(await response.json()).data.sites[0].ingest;
}

describe("LEAF-8 requests of a site", () => {
  test("go to its object where it has no leaves", async () => {
    const app = watched();
    expect((await track(app, { session_id: crypto.randomUUID() })).status).toBe(201);
    expect(app.used).toEqual([]);
    expect(await ingestStatus(app)).toEqual({ leaves: 1, events: 1 });
  });

  test("go to as many leaves as its owner wants, all of one sender to the same", async () => {
    await wantLeaves(4);
    const app = watched();
    for (let i = 0; i < 2; i++) {
      const sent = await Promise.all(SESSIONS.map((session_id) => track(app, { session_id })));
      for (const response of sent) expect(await response.json()).toMatchObject({ count: 1 });
    }
    expect(new Set(app.used).size).toBe(4);
    for (const name of app.used) expect(name).toMatch(new RegExp(`^${ann.site_id}/[0-3]$`));
    app.used.length = 0;
    for (let i = 0; i < 5; i++) await track(app, { session_id: SESSIONS[0] });
    expect(new Set(app.used).size).toBe(1);
    expect(await ingestStatus(app)).toEqual({ leaves: 4, events: 85 });
  });

  test("go to more leaves as soon as the object says so, which the status shows", async () => {
    const facts = await factsOf(ann);
    const one = {
      site: facts,
      received_at: Date.now(),
      sender: { kind: "anonymous" },
      address: "192.0.2.1",
      user_agent: "",
      rate: null,
      visible: false,
      ping: true,
      dimensions: NO_DIMENSIONS,
      context: {},
      events: [],
      indexes: [],
      body_hash: "",
    } satisfies IngestBatch;
    const many = Array.from({ length: 2 * LEAF_REQUESTS_PER_SECOND + 1 }, () => one);
    const answers = await siteStub(env, ann.site_id).ingestAll(many);
    expect(answers.at(-1)).toMatchObject({ ok: true, leaves: 3 });
    const app = watched();
    expect((await track(app, { session_id: crypto.randomUUID() })).status).toBe(201);
    expect(app.used).toEqual([]);
    for (const session_id of SESSIONS) await track(app, { session_id });
    expect(new Set(app.used)).toEqual(new Set([0, 1, 2].map((index) => `${ann.site_id}/${index}`)));
    expect(await ingestStatus(app)).toMatchObject({ leaves: 3 });
  });
});

describe("LEAF-5 what fails behind a leaf", () => {
  const failed = (more: object): GatheredResult => ({
    ok: false,
    code: "failed",
    message: "Made to fail.",
    retryable: false,
    overloaded: false,
    ...more,
  });

  test("is tried again by the Worker where the platform allows it, and counted once", async () => {
    await wantLeaves(2);
    let calls = 0;
    const app = watched(async (ask) => (++calls < 3 ? failed({ retryable: true }) : ask()));
    const sent = await track(app, { session_id: crypto.randomUUID() });
    expect([sent.status, calls]).toEqual([201, 3]);
    expect(await sent.json()).toMatchObject({ count: 1 });
  });

  test("is counted once also where it had been taken and the answer was lost", async () => {
    await wantLeaves(2);
    let calls = 0;
    const app = watched(async (ask) => {
      const answer = await ask();
      return ++calls < 3 ? failed({ retryable: true }) : answer;
    });
    const { event_id: _id, ...plain } = view();
    const events = [{ ...plain, seq: 0 }, { ...plain, seq: 1 }, view()];
    const sent = await track(app, { tab: crypto.randomUUID(), events });
    expect([sent.status, calls]).toEqual([201, 3]);
    expect((await ingestStatus(app)).events).toBe(3);
    expect(await siteStub(env, ann.site_id).picture(await factsOf(ann), {})).toMatchObject({
      today: { page_views: 3 },
    });
  });

  test("is 500 otherwise, and not tried again", async () => {
    await wantLeaves(2);
    const app = watched(async () => failed({}));
    const sent = await track(app, { session_id: crypto.randomUUID() });
    expect([sent.status, app.used.length]).toEqual([500, 1]);
  });

  test("LEAF-6 is 503 with Retry-After where it is overloaded, not tried again, and the owner is told", async () => {
    await wantLeaves(2);
    const app = watched(async () => failed({ retryable: true, overloaded: true }));
    const sent = await track(app, { session_id: crypto.randomUUID(), events: [view(), view()] });
    expect([sent.status, sent.headers.get("Retry-After"), app.used.length]).toEqual([503, "5", 1]);
    await expect
      .poll(async () => (await siteStub(env, ann.site_id).status()).drops)
      .toMatchObject([{ reason: "unavailable", count: 2 }]);
  });

  test("is 503 where the object's own storage is full, as without leaves, and the next one is taken", async () => {
    await wantLeaves(2);
    const full = vi.spyOn(SiteStore.prototype, "append").mockImplementationOnce(() => {
      throw new Error("database or disk is full: SQLITE_FULL");
    });
    onTestFinished(() => full.mockRestore());
    const [app, session_id] = [watched(), crypto.randomUUID()];
    expect((await track(app, { session_id })).status).toBe(503);
    expect(await (await track(app, { session_id })).json()).toMatchObject({ count: 1 });
    expect(app.used.length).toBe(2);
  });
});

const NO_DIMENSIONS = {
  country: null,
  region: null,
  city: null,
  latitude: null,
  longitude: null,
  device: "",
  browser: "",
  browser_version: "",
  os: "",
  source: "",
  channel: "",
  referrer: "",
  campaign: "",
  medium: "",
  language: "",
};
