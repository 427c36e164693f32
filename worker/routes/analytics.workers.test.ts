import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { randomId } from "../store/random-id";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

const Window = z.object({ at: z.string(), events: z.number(), users: z.number() });
const Reply = z.object({
  data: z.looseObject({
    summary: z
      .object({ total_active: z.number(), total_today: z.number(), pages_visited: z.record(z.string(), z.number()) })
      .optional(),
    sessions: z.array(z.looseObject({ site: z.string(), country: z.string().nullable() })).optional(),
    total_count: z.number().optional(),
    per_site: z.array(z.looseObject({ site: z.string(), total_active: z.number() })).optional(),
    current: Window.optional(),
    closed: z.array(Window).optional(),
    sites: z
      .object({ count: z.number(), partial: z.boolean(), failed: z.array(z.unknown()), left_out: z.number() })
      .optional(),
  }),
});

let ann: Tenant;
let headers: Record<string, string>;
/** Of ann's organization: the group and its two sites, and one site beside it. */
let group: string;
let shop: string;
let blog: string;
let wiki: string;

async function read(path: string, as = headers) {
  const response = await ask(path, { headers: as });
  expect(response.status).toBe(200);
  return Reply.parse(await response.json()).data;
}

async function addSite(group_id: string | null): Promise<string> {
  const id = randomId();
  await env.DB.prepare(
    "INSERT INTO sites (id, org_id, group_id, name, domain, domains, created_at) VALUES (?, ?, ?, 'S', ?, ?, 1)",
  )
    .bind(id, ann.org_id, group_id, `${id}.example`, JSON.stringify([`${id}.example`]))
    .run();
  return id;
}

async function visit(site: string, country: string, pages: string[]) {
  const session_id = crypto.randomUUID();
  const events = pages.map((page) => ({
    event_id: crypto.randomUUID(),
    event_type: "pageview",
    page_url: `https://${site}.example${page}`,
    timestamp: Date.now(),
  }));
  const body = { site, session_id, country, events };
  const sent = await ask("/api/v1/track", { method: "POST", body, headers: bearer(await makeKey(ann, ["ingest"])) });
  expect(sent.status).toBe(201);
}

beforeAll(async () => {
  ann = await makeTenant();
  headers = bearer((await signIn(ann)).token);
  group = randomId();
  await env.DB.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'G', 0)")
    .bind(group, ann.org_id)
    .run();
  [shop, blog, wiki] = [await addSite(group), await addSite(group), await addSite(null)];
  await visit(shop, "AT", ["/", "/a"]);
  await visit(shop, "DE", ["/a"]);
  await visit(blog, "AT", ["/a"]);
  await visit(wiki, "AT", ["/w"]);
});

describe("live reads of several sites", () => {
  test.each([
    ["site", () => shop, { total_active: 2, total_today: 3 }],
    ["group", () => group, { total_active: 3, total_today: 4 }],
    ["org", () => ann.org_id, { total_active: 4, total_today: 5 }],
  ])("the summary by %s", async (kind, id, totals) => {
    const { summary, sites } = await read(`/api/analytics/summary?${kind}=${id()}`);
    expect(summary).toMatchObject(totals);
    if (kind === "site") expect(sites).toBeUndefined();
    else expect(sites).toMatchObject({ partial: false, failed: [], left_out: 0 });
  });

  test("sessions of a group are newest first with their site, cut to the limit and counted whole", async () => {
    const { sessions, total_count } = await read(`/api/analytics/sessions?group=${group}&limit=2`);
    expect(sessions?.map(({ site }) => site)).toEqual([blog, shop]);
    expect(total_count).toBe(3);
  });

  test("details of a group tell of each site", async () => {
    const { per_site, sites } = await read(`/api/analytics/detailed?group=${group}`);
    expect(per_site?.map(({ site, total_active }) => [site, total_active])).toEqual(
      [
        [shop, 2],
        [blog, 1],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    expect(sites?.count).toBe(2);
  });

  test("windows of an organization are sums", async () => {
    const { current, closed } = await read(`/api/aggregates?org=${ann.org_id}&window=60s`);
    const points = [...(closed ?? []), ...(current ? [current] : [])];
    expect(points.reduce((sum, { events }) => sum + events, 0)).toBe(5);
    expect(points.reduce((sum, { users }) => sum + users, 0)).toBeGreaterThanOrEqual(4);
  });

  test("a group without sites is empty, and says so", async () => {
    const empty = randomId();
    await env.DB.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'E', 0)")
      .bind(empty, ann.org_id)
      .run();
    const { summary, sites } = await read(`/api/analytics/summary?group=${empty}`);
    expect(summary).toEqual({ total_active: 0, total_today: 0, pages_visited: {} });
    expect(sites).toMatchObject({ count: 0, partial: false });
  });

  test("a key of one site reads that site of its organization and group, and no other group", async () => {
    const key = bearer(await makeKey(ann, ["read"], blog));
    expect((await read(`/api/analytics/summary?org=${ann.org_id}`, key)).summary?.total_active).toBe(1);
    expect((await read(`/api/analytics/summary?group=${group}`, key)).summary?.total_active).toBe(1);
    const other = bearer(await makeKey(ann, ["read"], wiki));
    expect((await ask(`/api/analytics/summary?group=${group}`, { headers: other })).status).toBe(404);
  });
});

describe("filters", () => {
  test.each([
    ["country=AT", 2],
    ["country=DE", 1],
    ["page=/a", 3],
    ["page=/a&country=AT", 2],
    ["device=nothing", 0],
    ["source=nowhere", 0],
    ["country=", 3],
  ])("%s of the group's sessions are %i", async (filter, count) => {
    const { sessions, total_count } = await read(`/api/analytics/sessions?group=${group}&${filter}`);
    expect([sessions?.length, total_count]).toEqual([count, count]);
  });

  test.each([
    ["country=AT", 3, 4],
    ["country=DE", 1, 1],
    ["country=AT&page=/a", 2, 2],
    ["page=/nothing", 0, 0],
    ["device=nothing", 0, 0],
  ])(
    "today's page views and the windows of %s are %i of the group, %i of the organization",
    async (filter, of_group, of_org) => {
      for (const [sites, count] of [
        [`group=${group}`, of_group],
        [`org=${ann.org_id}`, of_org],
      ] as const) {
        expect((await read(`/api/analytics/summary?${sites}&${filter}`)).summary?.total_today).toBe(count);
        const { current, closed } = await read(`/api/aggregates?${sites}&window=60s&${filter}`);
        const points = [...(closed ?? []), ...(current ? [current] : [])];
        expect(points.reduce((sum, { events }) => sum + events, 0)).toBe(count);
      }
    },
  );

  test.each([
    ["summary?limit=0", "limit"],
    ["sessions?limit=x", "limit"],
    [`detailed?page=${"x".repeat(3_000)}`, "page"],
    ["summary?window=2s", "window"],
    ["summary?contry=AT", "contry"],
  ])("%s is wrong, and the reply names the field", async (path, field) => {
    const response = await ask(`/api/analytics/${path}&site=${shop}`, { headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "invalid", fields: { [field]: expect.any(String) } },
    });
  });
});
