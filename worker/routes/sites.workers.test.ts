import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Site } from "../../protocol/management";
import { findSite, findSiteByHost } from "../store/sites";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, signIn } = harness(env, createExecutionContext);

let ann: Tenant;
let as: Record<string, string>;
let n = 0;
/** A host that no other test lists. */
let host = "";
beforeEach(async () => {
  ann = await makeTenant();
  as = bearer((await signIn(ann)).token);
  host = `shop${n++}.test`;
});

const change = (method: string, path: string, body?: object, headers = as) => ask(path, { method, body, headers });

async function siteOf(response: Response): Promise<Site> {
  const { data }: { data: Site } = await response.json();
  return data;
}

const create = (body: object = {}) => change("POST", "/api/sites", { name: "Shop", domains: [host], ...body });

describe("a site", () => {
  test("is made with defaults, read, changed, listed and deleted", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    const site = await siteOf(made);
    expect(site).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{10}$/),
      org_id: ann.org_id,
      name: "Shop",
      domain: host,
      domains: [host],
      group_id: null,
      time_zone: "UTC",
      identity: "daily",
      public_counter: false,
      rate_limit: 100,
      leaves: 1,
      excluded_paths: [],
      excluded_addresses: [],
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const path = `/api/sites/${site.id}`;
    expect(await siteOf(await ask(path, { headers: as }))).toEqual(site);

    const patch = { domains: [`new.${host}`, host], public_counter: true, leaves: 32, excluded_paths: ["/admin/*"] };
    const changed = await siteOf(await change("PATCH", path, patch));
    expect(changed).toEqual({ ...site, ...patch, domain: `new.${host}` });
    expect(await findSite(env, site.id)).toEqual(changed);
    const listed: { data: Site[] } = await (await ask("/api/sites", { headers: as })).json();
    expect(listed.data.map(({ id }) => id).sort()).toEqual([ann.site_id, site.id].sort());

    expect((await change("DELETE", path)).status).toBe(204);
    expect((await ask(path, { headers: as })).status).toBe(404);
    expect(await findSite(env, site.id)).toBeNull();
    expect(await findSiteByHost(env, host)).toBeNull();
    expect((await create()).status).toBe(201);
  });

  test("with one domain may be given by it alone", async () => {
    const site = await siteOf(await create({ domains: undefined, domain: host }));
    expect(site.domains).toEqual([host]);
    const moved = await change("PATCH", `/api/sites/${site.id}`, { domain: `new-${host}` });
    expect(await siteOf(moved)).toMatchObject({ domain: `new-${host}`, domains: [`new-${host}`] });
    const both = await change("PATCH", `/api/sites/${site.id}`, { domain: "else.test", domains: [host] });
    expect((await siteOf(both)).domains).toEqual([host]);
    expect((await create({ domains: undefined, domain: 7 })).status).toBe(400);
  });

  test("an empty change changes nothing", async () => {
    const site = await siteOf(await create());
    expect(await siteOf(await change("PATCH", `/api/sites/${site.id}`, {}))).toEqual(site);
  });

  test("may not list a domain that another site lists, whoever's it is", async () => {
    const bob = bearer((await signIn(await makeTenant())).token);
    const first = await siteOf(await create());
    const same = { name: "Bob's", domains: [host] };
    const refused = await change("POST", "/api/sites", same, bob);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      error: { code: "conflict", fields: { domains: expect.any(String) } },
    });

    const other = await siteOf(await change("POST", "/api/sites", { name: "Bob's", domains: [`*.${host}`] }, bob));
    expect((await change("PATCH", `/api/sites/${other.id}`, { domains: [host] }, bob)).status).toBe(409);
    expect((await change("PATCH", `/api/sites/${first.id}`, { domains: [host, `m.${host}`] })).status).toBe(200);
  });

  test("of two at once with one domain one is made", async () => {
    const statuses = (await Promise.all([create(), create()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409]);
  });

  test.each([
    [{ domains: [] }, "domains"],
    [{ domains: ["https://example.com/"] }, "domains.0"],
    [{ name: " " }, "name"],
    [{ name: "Shop\u0000" }, "name"],
    [{ name: "Shop \u202egnp" }, "name"],
    [{ name: "Shop \ud800" }, "name"],
    [{ excluded_paths: ["/a\u0000"] }, "excluded_paths.0"],
    [{ time_zone: "Mars/Olympus" }, "time_zone"],
    [{ group_id: "unknown" }, "group_id"],
    [{ leaves: 0 }, "leaves"],
    [{ leaves: 33 }, "leaves"],
    [{ leaves: 1.5 }, "leaves"],
    [{ excluded_addresses: ["fridge"] }, "excluded_addresses"],
  ])("with %j is refused for %s", async (body, field) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "invalid", fields: { [field]: expect.any(String) } },
    });
  });
});

describe("the site of a host", () => {
  test("is the one that lists it, the closest pattern first, whatever the port", async () => {
    const wide = await siteOf(await create({ domains: [`*.${host}`] }));
    const exact = await siteOf(await create({ domains: [`a.${host}`, `${host}:8080`] }));
    const found = async (name: string) => (await findSiteByHost(env, name))?.id ?? null;
    expect(await found(`a.${host}`)).toBe(exact.id);
    expect(await found(`www.a.${host}:8787`)).toBe(exact.id);
    expect(await found(host)).toBe(exact.id);
    expect(await found(`b.${host}`)).toBe(wide.id);
    expect(await found(`c.b.${host}`)).toBe(wide.id);
    expect(await found(`other${host}`)).toBeNull();
    expect(await found("")).toBeNull();
  });

  test("is found as soon as it is made, though it was asked for before", async () => {
    expect(await findSiteByHost(env, host)).toBeNull();
    const site = await siteOf(await create());
    expect((await findSiteByHost(env, host))?.id).toBe(site.id);
  });
});

describe("own visits", () => {
  const own = (method: string, address: string) =>
    ask(`/api/sites/${ann.site_id}/own-address`, { method, headers: { ...as, "CF-Connecting-IP": address } });
  const told = async (response: Response) => (await siteOf(response)) as unknown;

  test("are left out by address and counted again", async () => {
    const address = "192.0.2.7";
    expect(await told(await own("GET", address))).toEqual({ address, ignored: false });
    for (let i = 0; i < 2; i++) expect(await told(await own("POST", address))).toEqual({ address, ignored: true });
    expect((await findSite(env, ann.site_id))?.excluded_addresses).toEqual([address]);
    expect(await told(await own("GET", "192.0.2.8"))).toMatchObject({ ignored: false });
    expect(await told(await own("DELETE", address))).toEqual({ address, ignored: false });
    expect((await findSite(env, ann.site_id))?.excluded_addresses).toEqual([]);
  });

  test("stay left out where their network is", async () => {
    await change("PATCH", `/api/sites/${ann.site_id}`, { excluded_addresses: ["192.0.2.0/24", "192.0.2.7"] });
    expect(await told(await own("DELETE", "192.0.2.7"))).toEqual({ address: "192.0.2.7", ignored: true });
    expect((await findSite(env, ann.site_id))?.excluded_addresses).toEqual(["192.0.2.0/24"]);
  });
});

describe("a group", () => {
  test("is made, renamed, listed, and leaves its sites behind", async () => {
    const group = await siteOf(await change("POST", "/api/groups", { name: "Brand" }));
    const path = `/api/groups/${group.id}`;
    const site = await siteOf(await create({ group_id: group.id }));
    expect(site.group_id).toBe(group.id);
    expect(await siteOf(await change("PATCH", path, { name: "Label" }))).toEqual({ ...group, name: "Label" });
    expect(await (await ask("/api/groups", { headers: as })).json()).toMatchObject({ data: [{ name: "Label" }] });
    expect((await change("DELETE", path)).status).toBe(204);
    expect((await ask(path, { headers: as })).status).toBe(404);
    expect((await change("DELETE", path)).status).toBe(404);
    expect((await findSite(env, site.id))?.group_id).toBeNull();
  });

  test("of another organization does not exist, and takes no sites", async () => {
    const group = await siteOf(await change("POST", "/api/groups", { name: "Brand" }));
    const bob = bearer((await signIn(await makeTenant())).token);
    const path = `/api/groups/${group.id}`;
    expect((await ask(path, { headers: bob })).status).toBe(404);
    expect((await change("PATCH", path, { name: "Mine" }, bob)).status).toBe(404);
    expect((await change("DELETE", path, undefined, bob)).status).toBe(404);
    const site = { name: "Bob's", domains: [host], group_id: group.id };
    expect((await change("POST", "/api/sites", site, bob)).status).toBe(400);
  });
});
