import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import type { AuditEntry } from "../../protocol/audit";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

let ann: Tenant;
let as: Record<string, string>;
beforeEach(async () => {
  ann = await makeTenant();
  as = bearer((await signIn(ann)).token);
});

const add = (tenant: Tenant, at: number, id: string, more: { site_id?: string; user_id?: string } = {}) =>
  env.DB.prepare(
    `INSERT INTO audit (org_id, at, id, site_id, user_id, action, details)
     VALUES (?, ?, ?, ?, ?, 'filter_applied', '{"filterType":"country","value":"AT"}')`,
  ).bind(tenant.org_id, at, id, more.site_id ?? tenant.site_id, more.user_id ?? tenant.user_id);

interface Page {
  data: AuditEntry[];
  next_before: string | null;
}

async function read(query = "", headers = as): Promise<Page> {
  const response = await ask(`/api/audit${query}`, { headers });
  expect(response.status).toBe(200);
  const page: Page = await response.json();
  return page;
}
const ids = ({ data }: Page) => data.map(({ id }) => id);

test("the audit log is empty at first", async () => {
  expect(await read()).toEqual({ success: true, data: [], next_before: null });
});

test("VIEWER-10 it says who did what where and when, also of who and what is gone", async () => {
  const key = await makeKey(ann, ["read"]);
  const key_id = key.split("_")[1] ?? "";
  await env.DB.batch([
    add(ann, 1_000, "a"),
    add(ann, 2_000, "b", { site_id: "", user_id: key_id }),
    add(ann, 3_000, "c", { site_id: "elsewhere", user_id: "nobody" }),
  ]);
  const did = { action: "filter_applied", details: { filterType: "country", value: "AT" } };
  expect((await read()).data).toEqual([
    {
      id: "c",
      at: "1970-01-01T00:00:03.000Z",
      by: { id: "nobody", kind: "unknown", name: null },
      site: { id: "elsewhere", name: null },
      ...did,
    },
    { id: "b", at: "1970-01-01T00:00:02.000Z", by: { id: key_id, kind: "key", name: "Key" }, site: null, ...did },
    {
      id: "a",
      at: "1970-01-01T00:00:01.000Z",
      by: { id: ann.user_id, kind: "member", name: ann.email },
      site: { id: ann.site_id, name: "Site" },
      ...did,
    },
  ]);
});

test("VIEWER-10 it comes newest first, page by page, none twice and none left out, also of one moment", async () => {
  const times = [1_000, 2_000, 2_000, 2_000, 3_000, 4_000, 5_000];
  await env.DB.batch(times.map((at, i) => add(ann, at, `r${i}`, { site_id: i === 4 ? "" : ann.site_id })));
  const all = async (query: string) => {
    const found: string[] = [];
    let before: string | null = null;
    do {
      const page: Page = await read(`?limit=2${query}${before ? `&before=${encodeURIComponent(before)}` : ""}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      found.push(...ids(page));
      before = page.next_before;
    } while (before);
    return found;
  };
  expect(await all("")).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
  expect(await all(`&site=${ann.site_id}`)).toEqual(["r6", "r5", "r3", "r2", "r1", "r0"]);
  // What a program knows is a time.
  expect(ids(await read("?before=1970-01-01T00:00:02.000Z"))).toEqual(["r0"]);
  expect(ids(await read("?before=1970-01-01T00:00:02.001Z"))).toEqual(["r3", "r2", "r1", "r0"]);
});

test("a page of one site reads about as many rows as it has lines, however many other sites have", async () => {
  await env.DB.batch([
    ...Array.from({ length: 300 }, (_, i) => add(ann, 2_000 + i, `o${i}`, { site_id: "elsewhere" })),
    add(ann, 1_000, "own"),
  ]);
  const all = vi.spyOn(Object.getPrototypeOf(env.DB.prepare("SELECT 1")), "all");
  onTestFinished(() => all.mockRestore());
  expect(ids(await read(`?site=${ann.site_id}`))).toEqual(["own"]);
  const Result = z.object({ meta: z.object({ rows_read: z.number() }) });
  const results = await Promise.all(all.mock.results.map(({ value }) => value));
  const rows = results.map((result) => Result.parse(result).meta.rows_read);
  expect(rows.length).toBeGreaterThan(0);
  expect(Math.max(...rows)).toBeLessThan(50);
});

test("VIEWER-10 it is for owners and admins of the organization alone", async () => {
  const bob = await makeTenant();
  await env.DB.batch([add(ann, 1_000, "own"), add(bob, 1_000, "foreign")]);
  const roleOf = async (role: string) => {
    await env.DB.prepare("UPDATE memberships SET role = ? WHERE user_id = ?").bind(role, ann.user_id).run();
    return bearer((await signIn(ann)).token);
  };
  for (const role of ["owner", "admin"]) expect(ids(await read("", await roleOf(role)))).toEqual(["own"]);
  expect(ids(await read("", bearer(await makeKey(ann, ["admin"]))))).toEqual(["own"]);
  const refused = [
    await roleOf("viewer"),
    await roleOf("editor"),
    bearer(await makeKey(ann, ["read", "ingest"])),
    bearer(await makeKey(ann, ["admin"], ann.site_id)),
  ];
  for (const headers of refused) expect((await ask("/api/audit", { headers })).status).toBe(403);
  expect((await ask("/api/audit")).status).toBe(401);
});

test.each([
  ["site=nowhere", 404],
  ["limit=0", 400],
  ["limit=201", 400],
  ["limit=x", 400],
  ["before=x", 400],
  ["before=,a", 400],
  ["before=1970-01-01", 400],
])("%s is refused", async (query, status) => {
  expect((await ask(`/api/audit?${query}`, { headers: as })).status).toBe(status);
});

test("another organization's site is not found", async () => {
  const bob = await makeTenant();
  expect((await ask(`/api/audit?site=${bob.site_id}`, { headers: as })).status).toBe(404);
});
