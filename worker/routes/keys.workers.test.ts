import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ingestPrincipal } from "../auth/ingest-principal";
import { bearer, harness, ORIGIN, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

let ann: Tenant;
let as: Record<string, string>;
beforeEach(async () => {
  ann = await makeTenant();
  as = bearer((await signIn(ann)).token);
});

async function create(body: object) {
  const response = await ask("/api/keys", {
    method: "POST",
    body: { name: "Server", scopes: ["read"], ...body },
    headers: as,
  });
  const { data }: { data: { id: string; token: string } } = await response.json();
  return { status: response.status, data };
}

const row = (id: string) =>
  env.DB.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id).first<{ last_used_at: number | null }>();

describe("a key", () => {
  test("is shown once, stored as a hash, listed, renamed and revoked", async () => {
    const { status, data } = await create({});
    expect(status).toBe(201);
    expect(data.token).toMatch(new RegExp(`^ff_${data.id}_[\\w-]{43}$`));
    expect(JSON.stringify(await row(data.id))).not.toContain(data.token);
    const sites = () => ask("/api/sites", { headers: bearer(data.token) });
    expect((await sites()).status).toBe(200);

    const path = `/api/keys/${data.id}`;
    const renamed = await ask(path, { method: "PATCH", body: { name: "Shop" }, headers: as });
    expect(await renamed.json()).toMatchObject({ data: { id: data.id, name: "Shop" } });
    const listed: { data: object[] } = await (await ask("/api/keys", { headers: as })).json();
    expect(listed.data).toEqual([
      {
        id: data.id,
        name: "Shop",
        scopes: ["read"],
        site_id: null,
        created_at: expect.any(String),
        last_used_at: expect.any(String),
      },
    ]);

    expect((await ask(path, { method: "DELETE", headers: as })).status).toBe(204);
    expect((await sites()).status).toBe(401);
    for (const method of ["GET", "DELETE"]) expect((await ask(path, { method, headers: as })).status).toBe(404);
    expect(await (await ask("/api/keys", { headers: as })).json()).toMatchObject({ data: [] });
  });

  test("of another organization does not exist", async () => {
    const { data } = await create({});
    const bob = bearer((await signIn(await makeTenant())).token);
    const path = `/api/keys/${data.id}`;
    expect((await ask(path, { headers: bob })).status).toBe(404);
    expect((await ask(path, { method: "PATCH", body: { name: "x" }, headers: bob })).status).toBe(404);
    expect((await ask(path, { method: "DELETE", headers: bob })).status).toBe(404);
    expect((await ask("/api/sites", { headers: bearer(data.token) })).status).toBe(200);
  });

  test("cannot be made for a site of others", async () => {
    const bob = await makeTenant();
    expect((await create({ site_id: bob.site_id })).status).toBe(400);
    expect((await create({ site_id: ann.site_id })).status).toBe(201);
  });

  test("writes its use down at most once a minute", async () => {
    const { data } = await create({});
    const use = () => ask("/api/sites", { headers: bearer(data.token) });
    await use();
    const first = await row(data.id);
    expect(first?.last_used_at).toBeGreaterThan(Date.now() - 60_000);
    await env.DB.prepare("UPDATE api_keys SET last_used_at = 5 WHERE id = ?").bind(data.id).run();
    await use();
    expect((await row(data.id))?.last_used_at).toBe(5);
  });
});

describe("scopes", () => {
  test.each([
    [["ingest"], 403, 403],
    [["read"], 200, 403],
    [["admin"], 200, 201],
    [["ingest", "read"], 200, 403],
  ] as const)("%j may read: %i, manage: %i", async (scopes, read, manage) => {
    const headers = bearer(await makeKey(ann, [...scopes]));
    expect((await ask(`/api/sites/${ann.site_id}`, { headers })).status).toBe(read);
    expect((await ask("/api/groups", { method: "POST", body: { name: "G" }, headers })).status).toBe(manage);
  });

  test("of one site end there", async () => {
    const other = await ask("/api/sites", {
      method: "POST",
      body: { name: "Other", domains: [`other-${ann.site_id}.example`] },
      headers: as,
    });
    const { data }: { data: { id: string } } = await other.json();
    const headers = bearer(await makeKey(ann, ["read", "admin"], ann.site_id));
    expect((await ask(`/api/sites/${ann.site_id}`, { headers })).status).toBe(200);
    expect((await ask(`/api/sites/${data.id}`, { headers })).status).toBe(404);
    expect(await (await ask("/api/sites", { headers })).json()).toMatchObject({ data: [{ id: ann.site_id }] });
    expect((await ask("/api/keys", { method: "POST", body: { name: "K", scopes: ["admin"] }, headers })).status).toBe(
      403,
    );
  });
});

describe("who sends events", () => {
  const sender = (headers: Record<string, string>) =>
    ingestPrincipal(new Request(ORIGIN, { headers }), env, Date.now());

  test("is a key of scope ingest, or a member by token", async () => {
    const key = await makeKey(ann, ["ingest"], ann.site_id);
    expect(await sender(bearer(key))).toMatchObject({ kind: "key", org_id: ann.org_id, site_id: ann.site_id });
    expect(await sender(as)).toMatchObject({ kind: "member", org_id: ann.org_id, via: "token" });
  });

  test("is nobody by cookie or another scheme", async () => {
    const { cookie } = await signIn(ann);
    expect(await sender({ Cookie: cookie })).toBeNull();
    expect(await sender({ Authorization: "Basic eDp5" })).toBeNull();
    expect(await sender({})).toBeNull();
  });

  test("is refused with a key that is unknown or not for sending", async () => {
    expect(await sender(bearer(await makeKey(ann, ["read", "admin"])))).toBe("forbidden");
    expect(await sender(bearer("ff_x"))).toBe("unauthorized");
    expect(await sender(bearer(""))).toBe("unauthorized");
  });
});
