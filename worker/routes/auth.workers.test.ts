import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sign } from "hono/jwt";
import { beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../ingest/hash";
import { addOneTimeToken } from "../store/one-time-tokens";
import { bearer, harness, ORIGIN, PASSWORD, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

let ann: Tenant;
beforeEach(async () => {
  ann = await makeTenant();
});

const login = (email: string, password: string, headers: Record<string, string> = {}) =>
  ask("/api/auth/login", {
    method: "POST",
    body: { email, password },
    headers: { "CF-Connecting-IP": ann.user_id, ...headers },
  });

const me = (headers: Record<string, string>) => ask("/api/auth/me", { headers });
const cookieOf = (response: Response) => response.headers.get("Set-Cookie")?.split(";")[0] ?? "";

/** Writes failures of the caller's address down; resolves to what reads them. */
async function failedBefore(failures: number, address = ann.user_id) {
  const key = `address:${await sha256Hex(address)}`;
  const tries = <T>(act: (sql: SqlStorage) => T) =>
    runInDurableObject(env.ORG.getByName("sign-in"), (_, state) => act(state.storage.sql));
  await tries((sql) => void sql.exec("INSERT INTO tries VALUES (?, ?, ?)", key, failures, Date.now()));
  return () => tries((sql) => sql.exec("SELECT failures FROM tries WHERE key = ?", key).one().failures);
}

describe("signing in by password", () => {
  test("gives a cookie and a token that both say who it is", async () => {
    const response = await login(ann.email.toUpperCase(), PASSWORD);
    expect(response.status).toBe(200);
    expect(response.headers.get("Set-Cookie")).toMatch(
      /^footfall_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/,
    );
    const body: { token: string; data: unknown } = await response.json();
    const user = { userId: ann.user_id, organizationId: ann.org_id, role: "owner" };
    expect(body).toMatchObject({ success: true, user, data: { user, token: body.token } });
    for (const headers of [{ Cookie: cookieOf(response) }, bearer(body.token)]) {
      const reply = await me(headers);
      expect(await reply.json()).toEqual({
        success: true,
        data: {
          user: { ...user, email: ann.email, name: "Ann" },
          organization: { id: ann.org_id, name: "Org" },
        },
      });
    }
  });

  test("stores neither cookie nor password, only hashes", async () => {
    const response = await login(ann.email, PASSWORD);
    const token = cookieOf(response).split("=")[1] ?? "";
    const rows = await env.DB.prepare("SELECT * FROM user_sessions, users").all();
    expect(JSON.stringify(rows.results)).not.toContain(token);
    expect(JSON.stringify(rows.results)).not.toContain(PASSWORD);
  });

  test("answers a wrong password and an unknown account alike", async () => {
    const wrong = await login(ann.email, "not it");
    const unknown = await login("nobody@example.com", PASSWORD);
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  test("of many tries at once five are looked at, then it says how long to wait, for the right password too", async () => {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => login(ann.email, "guess")));
    expect(statuses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = await login(ann.email, PASSWORD, { "CF-Connecting-IP": "elsewhere" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  test("an address that failed at many accounts waits too, and a success of its own does not help", async () => {
    const tries = await failedBefore(19);
    expect((await login(ann.email, PASSWORD)).status).toBe(200);
    expect(await tries()).toBe(19);
    expect((await login("nobody@example.com", "guess")).status).toBe(401);
    expect((await login(ann.email, PASSWORD)).status).toBe(429);
  });

  test("an IPv6 network counts as one address", async () => {
    await failedBefore(19, "2001:db8:0:1");
    const from = (address: string) => login("nobody@example.com", "guess", { "CF-Connecting-IP": address });
    expect((await from("2001:db8:0:1::1")).status).toBe(401);
    expect((await from("2001:db8:0:1::2")).status).toBe(429);
    expect((await from("2001:db8:0:2::1")).status).toBe(401);
  });

  test("failures are remembered through an eviction", async () => {
    for (let i = 0; i < 5; i++) expect((await login(ann.email, "guess")).status).toBe(401);
    await evictDurableObject(env.ORG.getByName("sign-in"));
    const refused = await login(ann.email, PASSWORD);
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([
      429,
      expect.stringMatching(/^([1-9]|1[0-5])$/),
    ]);
  });

  test("an unknown account takes as long as a wrong password", async () => {
    const times = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    // As many tries as one account has, if something else held up the first ones.
    for (let i = 0; i < 5 && !(i > 2 && times.unknown / times.known > 0.6); i++) {
      for (const [who, email] of [
        ["known", ann.email],
        ["unknown", `${ann.user_id}-not@example.com`],
      ] as const) {
        const begun = performance.now();
        await login(email, "guess");
        times[who] = Math.min(times[who], performance.now() - begun);
      }
    }
    expect(times.unknown / times.known).toBeGreaterThan(0.6);
  });

  test("the object keeps no e-mail address and no network address", async () => {
    await login(ann.email, "guess");
    const rows = await runInDurableObject(env.ORG.getByName("sign-in"), (_, state) => [
      ...state.storage.sql.exec("SELECT * FROM tries"),
    ]);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(ann.user_id);
  });

  test.each([
    [{ Origin: "https://evil.example" }, 403],
    [{ Origin: "null" }, 403],
  ])("from a foreign page (%j) it is %i", async (headers, status) => {
    expect((await login(ann.email, PASSWORD, headers)).status).toBe(status);
  });

  test.each([
    ["{", 400, "unreadable"],
    ["{}", 400, "invalid"],
    [JSON.stringify({ email: "x", password: "y" }), 400, "invalid"],
  ])("%s is %i %s", async (text, status, code) => {
    const body = text === "{" ? undefined : JSON.parse(text);
    const response = await ask("/api/auth/login", { method: "POST", ...(body && { body }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, error: { code } });
  });
});

describe("a sign-in link", () => {
  test("works once, also when used twice at once", async () => {
    const token = await addOneTimeToken(env, "sign_in", ann, Date.now() + 60_000);
    const use = () => ask("/api/auth/link", { method: "POST", body: { token } });
    const statuses = (await Promise.all([use(), use()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 401]);
    expect((await use()).status).toBe(401);
  });

  test("twenty wrong ones from an address, at once too, and it waits, before and after an eviction; a right one costs nothing", async () => {
    const use = (token: string, address = ann.user_id) =>
      ask("/api/auth/link", { method: "POST", body: { token }, headers: { "CF-Connecting-IP": address } });
    const right = () => addOneTimeToken(env, "sign_in", ann, Date.now() + 60_000);
    expect((await use(await right())).status).toBe(200);
    const statuses = (await Promise.all(Array.from({ length: 23 }, (_, i) => use(`guess ${i}`)))).map((r) => r.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
    await evictDurableObject(env.ORG.getByName("sign-in"));
    const token = await right();
    const refused = await use(token);
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([
      429,
      expect.stringMatching(/^([1-9]|1[0-5])$/),
    ]);
    expect((await login(ann.email, PASSWORD)).status).toBe(429);
    expect((await use(token, `${ann.user_id} elsewhere`)).status).toBe(200);
  });

  test("not after its time, and a ticket is none", async () => {
    const old = await addOneTimeToken(env, "sign_in", ann, Date.now() - 1);
    const ticket = await addOneTimeToken(env, "ticket", ann, Date.now() + 60_000);
    for (const token of [old, ticket, "unknown"]) {
      expect((await ask("/api/auth/link", { method: "POST", body: { token } })).status).toBe(401);
    }
  });
});

describe("a session", () => {
  test("ends by signing out", async () => {
    const { cookie } = await signIn(ann);
    const out = await ask("/api/auth/logout", { method: "POST", headers: { Cookie: cookie } });
    expect(out.status).toBe(204);
    expect(out.headers.get("Set-Cookie")).toContain("footfall_session=; Path=/; Max-Age=0");
    expect((await me({ Cookie: cookie })).status).toBe(401);
  });

  test.each([
    ["after 30 days", "expires_at = 1"],
    ["after 7 days without use", `last_seen_at = ${Date.now() - 7 * 86_400_000}`],
  ])("ends %s", async (_, change) => {
    const { cookie } = await signIn(ann);
    expect((await me({ Cookie: cookie })).status).toBe(200);
    await env.DB.prepare(`UPDATE user_sessions SET ${change} WHERE user_id = ?`).bind(ann.user_id).run();
    expect((await me({ Cookie: cookie })).status).toBe(401);
  });

  test("writes its last use down at most hourly", async () => {
    const { cookie } = await signIn(ann);
    const seen = async (at: number) => {
      await env.DB.prepare("UPDATE user_sessions SET last_seen_at = ? WHERE user_id = ?").bind(at, ann.user_id).run();
      await me({ Cookie: cookie });
      const row = await env.DB.prepare("SELECT last_seen_at FROM user_sessions WHERE user_id = ?")
        .bind(ann.user_id)
        .first<{ last_seen_at: number }>();
      return row?.last_seen_at;
    };
    const recent = Date.now() - 3_000_000;
    expect(await seen(recent)).toBe(recent);
    const old = Date.now() - 4_000_000;
    expect(await seen(old)).toBeGreaterThan(old);
  });

  test("ends with the membership", async () => {
    const { cookie, token } = await signIn(ann);
    await env.DB.prepare("DELETE FROM memberships WHERE user_id = ?").bind(ann.user_id).run();
    expect((await me({ Cookie: cookie })).status).toBe(401);
    expect((await me(bearer(token))).status).toBe(401);
  });

  test.each([
    [{ Origin: ORIGIN }, 201],
    [{ Origin: "https://evil.example" }, 403],
    [{ Origin: "null" }, 403],
    [{ Origin: "", "Sec-Fetch-Site": "same-origin" }, 201],
    [{ Origin: "", "Sec-Fetch-Site": "cross-site" }, 403],
    [{ Origin: "" }, 403],
  ])("changes by cookie from %j are %i", async (headers, status) => {
    const { cookie, token } = await signIn(ann);
    const body = { name: "Group" };
    const byCookie = await ask("/api/groups", { method: "POST", body, headers: { Cookie: cookie, ...headers } });
    expect(byCookie.status).toBe(status);
    const byToken = await ask("/api/groups", { method: "POST", body, headers: { ...bearer(token), ...headers } });
    expect(byToken.status).toBe(201);
  });
});

describe("a member's token", () => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = () => ({
    userId: ann.user_id,
    organizationId: ann.org_id,
    role: "owner",
    iss: "footfall",
    aud: "footfall-api",
    iat: now,
    exp: now + 60,
  });

  async function ringKey() {
    await signIn(ann);
    const key = await env.DB.prepare("SELECT id, secret FROM jwt_keys").first<{ id: string; secret: string }>();
    return key ?? { id: "", secret: "" };
  }

  /** A token made by hand, with whatever header and signature. */
  async function forge(
    payload: object,
    { secret, kid }: { secret: string; kid: string },
    alg: "HS256" | "HS384" = "HS256",
  ) {
    return sign({ ...payload }, { kty: "oct", k: secret, alg, kid }, alg);
  }

  test("made with the ring's key is good, so the refusals below are for their reason", async () => {
    const { id, secret } = await ringKey();
    expect((await me(bearer(await forge(claims(), { secret, kid: id })))).status).toBe(200);
  });

  test.each([
    ["without exp", { exp: undefined }],
    ["past its time", { exp: now - 1 }],
    ["of another issuer", { iss: "other" }],
    ["for somebody else", { aud: "other" }],
    ["of no member", { userId: "nobody" }],
  ])("%s is refused", async (_, change) => {
    const { id, secret } = await ringKey();
    expect((await me(bearer(await forge({ ...claims(), ...change }, { secret, kid: id })))).status).toBe(401);
  });

  test("of another key, another algorithm or none is refused", async () => {
    const { id, secret } = await ringKey();
    const other = await forge(claims(), { secret: secret.split("").reverse().join(""), kid: id });
    const unknown = await forge(claims(), { secret, kid: "unknown" });
    const stronger = await forge(claims(), { secret, kid: id }, "HS384");
    const part = (value: object) => btoa(JSON.stringify(value)).replace(/=/g, "");
    const none = `${part({ alg: "none", typ: "JWT", kid: id })}.${part(claims())}.`;
    for (const token of [other, unknown, stronger, none, "a.b.c", "", "ff_x"]) {
      expect((await me(bearer(token))).status).toBe(401);
    }
  });

  test("has the role of this moment, not the one it was made with", async () => {
    const { token } = await signIn(ann);
    await env.DB.prepare("UPDATE memberships SET role = 'viewer' WHERE user_id = ?").bind(ann.user_id).run();
    const change = await ask("/api/groups", { method: "POST", body: { name: "G" }, headers: bearer(token) });
    expect(change.status).toBe(403);
  });

  test("that is wrong is not made good by a cookie", async () => {
    const { cookie } = await signIn(ann);
    expect((await me({ ...bearer("nonsense"), Cookie: cookie })).status).toBe(401);
  });
});

describe("a ticket", () => {
  test("is for members alone", async () => {
    const { cookie } = await signIn(ann);
    const asked = (headers: Record<string, string>) => ask("/api/realtime/ticket", { method: "POST", headers });
    const given = await asked({ Cookie: cookie });
    expect(given.status).toBe(201);
    expect(await given.json()).toMatchObject({ data: { ticket: expect.stringMatching(/^[\w-]{43}$/) } });
    expect((await asked({})).status).toBe(401);
    expect((await asked(bearer(await makeKey(ann, ["admin"])))).status).toBe(403);
  });
});
