import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createApp } from "./app";
import type { Env } from "./env";
import type { Action, Route } from "./routes/route";
import { routes } from "./routes/table";
import { bearer, harness, ORIGIN, type Tenant } from "./workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

/** Access by `?site=`, which some routes take beside `?group=` and `?org=`. */
const ofOneSite = ({ kind }: Route["access"]) => kind === "site" || kind === "sites";

/** A path of the route with real-looking parts, for a site. */
function pathOf({ path, access }: Route, site: string): string {
  const filled = path.replace(":site", site).replace(/:\w+/g, "x1");
  return ofOneSite(access) && !path.includes(":site") ? `${filled}?site=${site}` : filled;
}

const guarded = routes.filter(({ access }) => access.kind !== "public");
const name = ({ method, path }: Route) => `${method} ${path}`;
const table = guarded.map((route): [string, Route] => [name(route), route]);
const ofSite = table.filter(([, { access }]) => ofOneSite(access));
const ofSites = table.filter(([, { access }]) => access.kind === "sites");

/** What may not do the action, though it is of the same organization. */
const TOO_LITTLE: Record<Action, "ingest" | "viewer" | "editor" | "admin"> = {
  read: "ingest",
  work: "viewer",
  manage: "editor",
  own: "admin",
};

describe("every route that is not public", () => {
  let ann: Tenant;
  let bob: Tenant;
  const members = new Map<string, string>();
  beforeAll(async () => {
    ann = await makeTenant();
    bob = await makeTenant();
    members.set("ingest", await makeKey(ann, ["ingest"]));
    for (const role of ["viewer", "editor", "admin"] as const) {
      const member = await makeTenant(role);
      await env.DB.prepare("UPDATE memberships SET org_id = ? WHERE user_id = ?")
        .bind(ann.org_id, member.user_id)
        .run();
      members.set(role, (await signIn({ ...member, org_id: ann.org_id })).token);
    }
  });

  test("there are some", () => {
    expect(guarded.length).toBeGreaterThan(20);
  });

  test.each(table)("%s: 401 for nobody, and for a wrong credential", async (_, route) => {
    const path = pathOf(route, ann.site_id);
    for (const headers of [{}, bearer("ff_abc_x"), bearer("a.b.c"), { Cookie: `footfall_session=${"x".repeat(43)}` }]) {
      const response = await ask(path, { method: route.method, headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ success: false, error: { code: "unauthorized" } });
    }
  });

  test.each(table.filter(([, { access }]) => access.kind !== "signed-in"))(
    "%s: 403 for too little",
    async (_, route) => {
      const { access } = route;
      const action = "action" in access ? access.action : "read";
      const headers = bearer(members.get(TOO_LITTLE[action]) ?? "");
      const response = await ask(pathOf(route, ann.site_id), { method: route.method, headers });
      expect(response.status).toBe(403);
    },
  );

  test.each(ofSite)("%s: 404 for another tenant's owner, the same as for no site at all", async (_, route) => {
    const { token } = await signIn(bob);
    const foreign = await ask(pathOf(route, ann.site_id), { method: route.method, headers: bearer(token) });
    const unknown = await ask(pathOf(route, "nosuchsite"), { method: route.method, headers: bearer(token) });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(await foreign.json()).toEqual(await unknown.json());
    const row = await env.DB.prepare("SELECT name, deleted_at FROM sites WHERE id = ?").bind(ann.site_id).first();
    expect(row).toEqual({ name: "Site", deleted_at: null });
  });

  test.each(ofSites)("%s: 404 for another tenant's group and organization, the same as for none", async (_, route) => {
    const { token } = await signIn(bob);
    await env.DB.prepare("INSERT OR IGNORE INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'G', 0)")
      .bind(`g-${ann.org_id}`, ann.org_id)
      .run();
    const replies: unknown[] = [];
    for (const of of [`group=g-${ann.org_id}`, `org=${ann.org_id}`, "group=nosuch", "org=nosuch"]) {
      const response = await ask(`${route.path}?${of}`, { method: route.method, headers: bearer(token) });
      expect(response.status).toBe(404);
      replies.push(await response.json());
    }
    expect(replies).toEqual(Array(4).fill(replies[0]));
  });

  test.each(ofSites)("%s: 403 for too little, by group and organization", async (_, route) => {
    const headers = bearer(members.get("ingest") ?? "");
    for (const of of [`group=g-${ann.org_id}`, `org=${ann.org_id}`]) {
      const response = await ask(`${route.path}?${of}`, { method: route.method, headers });
      expect(response.status).toBe(403);
    }
  });

  test.each(ofSites)("%s: 400 for two of site, group and organization", async (_, route) => {
    const { token } = await signIn(ann);
    const query = `site=${ann.site_id}&org=${ann.org_id}`;
    const response = await ask(`${route.path}?${query}`, { method: route.method, headers: bearer(token) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { fields: { org: expect.any(String) } } });
  });

  test.each(ofSite)("%s: 404 for a key of another site", async (_, route) => {
    const key = await makeKey(ann, ["read", "admin"], bob.site_id);
    const response = await ask(pathOf(route, ann.site_id), { method: route.method, headers: bearer(key) });
    expect(response.status).toBe(404);
  });

  test.each(ofSite.filter(([, { path }]) => !path.includes(":site")))("%s: 400 without a site", async (_, route) => {
    const { token } = await signIn(ann);
    const response = await ask(pathOf(route, ""), { method: route.method, headers: bearer(token) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { fields: { site: expect.any(String) } } });
  });
});

describe("what is not in the table", () => {
  test.each(["/api", "/api/", "/api/nothing", "/api/sites/", "/api/../api/x", "/events/x", "/metrics/x", "/health/x"])(
    "%s is 404 as JSON, by every method",
    async (path) => {
      for (const method of ["GET", "POST", "PUT", "DELETE"]) {
        const response = await ask(path, { method });
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ success: false, error: { code: "not_found" } });
      }
    },
  );

  test.each(["/x.js", "/t-nothing.js", "/assets/gone.css"])("%s, which is no file, is not the page", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  const paths = [...new Set(routes.map(({ path }) => path))];
  test.each(paths)("%s: 405 for another method, with those it takes", async (path) => {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const response = await ask(path.replace(/:\w+/g, "x1"), { method: "PUT" });
    expect(response.status).toBe(405);
    const allow = response.headers.get("Allow")?.split(", ") ?? [];
    expect(allow).toEqual(expect.arrayContaining(methods));
    expect(allow.includes("HEAD")).toBe(allow.includes("GET"));
    expect(await response.json()).toMatchObject({ success: false, error: { code: "method_not_allowed" } });
  });
});

describe("where pages send", () => {
  const paths = [...new Set(routes.filter(({ pages }) => pages).map(({ path }) => path))];

  test("are all routes of beacons", () => {
    expect(paths).toEqual(expect.arrayContaining(["/api/v1/track", "/api/v1/sessions", "/api/events", "/p.gif"]));
  });

  test.each(paths)("%s: 405 can be read by the page that asked", async (path) => {
    const response = await ask(path, { method: "PUT", headers: { Origin: "https://shop.example" } });
    expect(response.status).toBe(405);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://shop.example");
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
  });
});

describe("a reply", () => {
  test("says nothing to other sites and is not kept", async () => {
    const { headers } = await ask("/health");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Strict-Transport-Security")).toBe("max-age=31536000");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("X-Request-Id")).toMatch(/^[\w-]{8,}$/);
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("to HEAD is that to GET without a body", async () => {
    const response = await ask("/health", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  test("of an upgrade passes through untouched, and the socket lives", async () => {
    const tenant = await makeTenant();
    const { cookie } = await signIn(tenant);
    const upgrade = { Upgrade: "websocket", Cookie: cookie, "Sec-WebSocket-Protocol": "footfall.v1" };
    const response = await ask(`/api/realtime/ws?rooms=site:${tenant.site_id}`, { headers: upgrade });
    expect(response.status).toBe(101);
    expect(response.headers.get("X-Request-Id")).toBeNull();
    const socket = response.webSocket;
    const first = new Promise<MessageEvent>((done) => socket?.addEventListener("message", done));
    socket?.accept();
    expect(JSON.parse(String((await first).data))).toMatchObject({ type: expect.any(String) });
    socket?.close(1000);
  });
});

describe("a handler that throws", () => {
  const throwing = (error: Error) => {
    const handler = () => Promise.reject(error);
    const app = createApp([{ method: "GET", path: "/api/broken", access: { kind: "public" }, handler }]);
    return app.fetch(new Request(`${ORIGIN}/api/broken?secret=s3cret`), env, createExecutionContext());
  };

  test("is 500 for the caller, and one line without values for the log", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const error = new Error("Failed query: insert ('s3cret')", { cause: new Error("UNIQUE constraint failed") });
    const response = await throwing(error);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({ success: false, error: { code: "internal", message: expect.any(String) } });
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "error",
      method: "GET",
      route: "/api/broken",
      status: 500,
      error: "Error: UNIQUE constraint failed",
      request_id: response.headers.get("X-Request-Id"),
    });
    expect(text + lines[0]).not.toContain("s3cret");
  });

  test("because there are no tables is 503 with what to do", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await throwing(new Error("D1_ERROR: no such table: sites: SQLITE_ERROR"));
    log.mockRestore();
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).not.toBeNull();
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining("migrations") } });
  });
});

describe("a failure while a beacon is taken", () => {
  test.each([
    ["D1_ERROR: database is locked: SQLITE_BUSY", 503],
    ["something unheard of", 500],
  ])("because of %s is %i, which the page that asked can read", async (message, status) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const prepare = () => {
      throw new Error(message);
    };
    const broken = { ...env, DB: { prepare } as unknown as D1Database };
    const origin = "https://shop.example";
    const headers = { Origin: origin, "Content-Type": "text/plain" };
    const body = JSON.stringify({ site: crypto.randomUUID(), tab: crypto.randomUUID(), events: [{}] });
    const request = new Request(`${ORIGIN}/api/v1/track`, { method: "POST", headers, body });
    const response = await createApp().fetch(request, broken, createExecutionContext());
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(response.status).toBe(status);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(origin);
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    expect(response.headers.has("Retry-After")).toBe(status === 503);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status, error: `Error: ${message}` }]);
  });
});

describe("GET /health/ready", () => {
  const assets = (status: number) => ({ fetch: async () => new Response(null, { status }) }) as unknown as Fetcher;
  const whole: Env = { ...env, ASSETS: assets(200) };
  const readiness = async (of: Env) => {
    const response = await createApp().fetch(new Request(`${ORIGIN}/health/ready`), of, createExecutionContext());
    return { status: response.status, body: await response.json() };
  };
  const failing = (message: string) => () => {
    throw new Error(message);
  };

  test("is 200 with the state of every part when what is needed answers", async () => {
    expect(await readiness({ ...whole })).toEqual({
      status: 200,
      body: {
        status: "ready",
        database: "ready",
        parts: {
          d1: { state: "ready", ms: expect.any(Number) },
          objects: { state: "ready", ms: expect.any(Number) },
          assets: { state: "ready", ms: expect.any(Number) },
          r2: { state: "ready", ms: expect.any(Number) },
          analytics_engine: { state: "configured" },
        },
      },
    });
  });

  test.each([
    ["D1_ERROR: no such table: sites", "migrations missing"],
    ["D1_ERROR: Network connection lost.", "unreachable"],
  ])("is 503 when D1 says %s", async (message, state) => {
    const broken = { ...whole, DB: { prepare: failing(message) } as unknown as D1Database };
    expect(await readiness(broken)).toMatchObject({
      status: 503,
      body: { status: "not ready", database: state, parts: { d1: { state }, objects: { state: "ready" } } },
    });
  });

  test("is 503 when no object answers, and when the assets are missing", async () => {
    const ORG = { getByName: failing("overloaded") } as unknown as Env["ORG"];
    const parts = (body: unknown) => ({ status: 503, body: { status: "not ready", parts: body } });
    expect(await readiness({ ...whole, ORG })).toMatchObject(parts({ objects: { state: "unreachable" } }));
    const missing = { ...whole, ASSETS: assets(404) };
    expect(await readiness(missing)).toMatchObject(parts({ assets: { state: "missing" } }));
  });

  test("is 200 without R2 and Analytics Engine, and with an R2 that is away", async () => {
    const { BUCKET: _bucket, AE: _dataset, ...without } = whole;
    expect(await readiness(without)).toMatchObject({
      status: 200,
      body: { parts: { r2: { state: "not configured" }, analytics_engine: { state: "not configured" } } },
    });
    const BUCKET = { head: failing("R2 is away") } as unknown as R2Bucket;
    expect(await readiness({ ...whole, BUCKET })).toMatchObject({
      status: 200,
      body: { status: "ready", parts: { r2: { state: "unreachable" } } },
    });
  });

  test("asks no part twice within two seconds", async () => {
    let asked = 0;
    const prepare = (sql: string) => {
      asked++;
      return env.DB.prepare(sql);
    };
    const counting = { ...whole, DB: { prepare } as unknown as D1Database };
    await readiness(counting);
    await readiness(counting);
    expect(asked).toBe(1);
  });
});

describe("the log of requests", () => {
  /** The lines of one request, with what it says of whoever asks. */
  async function logged(path: string, more: Partial<Env>) {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const headers = {
      "User-Agent": "Sneaky/1.0",
      "CF-Connecting-IP": "203.0.113.77",
      Referer: "https://else.example/",
    };
    const request = new Request(ORIGIN + path, { headers });
    const response = await createApp().fetch(request, { ...env, ...more }, createExecutionContext());
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    return { lines, response };
  }

  test("has one line of JSON for each, and nothing of who asked or for what", async () => {
    const { lines, response } = await logged("/api/v1/sessions/s3cret-session?token=s3cret", { LOG_REQUESTS: "1" });
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? "");
    expect(line).toEqual({
      level: "info",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      message: expect.stringMatching(/^\[[^\]]+Z\] 401 - \d+ms GET \/api\/v1\/sessions\/:id$/),
      request_id: response.headers.get("X-Request-Id"),
      method: "GET",
      route: "/api/v1/sessions/:id",
      status: 401,
      ms: expect.any(Number),
    });
    expect(lines[0]).not.toMatch(/s3cret|Sneaky|203\.0\.113|else\.example/);
  });

  test("has no line unless the owner asked for them", async () => {
    expect((await logged("/health", {})).lines).toEqual([]);
  });

  test("takes the platform's id of a request, and no other text", async () => {
    const idOf = async (ray: string) =>
      (await ask("/health", { headers: { "CF-Ray": ray } })).headers.get("X-Request-Id");
    expect(await idOf("8f2a1b3c4d5e6f70-VIE")).toBe("8f2a1b3c4d5e6f70-VIE");
    expect(await idOf(`x${"y".repeat(100)}`)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
