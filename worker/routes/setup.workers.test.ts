import { createExecutionContext } from "cloudflare:test";
import { env as bound } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { harness } from "../workers.fixture";

const SETUP_TOKEN = "the-token-of-the-deploy";
const env = { ...bound, SETUP_TOKEN };
const { ask, makeTenant } = harness(env, createExecutionContext);

const request = {
  setup_token: SETUP_TOKEN,
  organization: "Bakery",
  email: "Ann@example.com",
  password: "a good password",
};
const setUp = (change: object = {}, headers: Record<string, string> = {}) =>
  ask("/api/setup", { method: "POST", body: { ...request, ...change }, headers });
const needed = async () => (await ask("/api/setup")).json();

beforeEach(async () => {
  const tables = ["user_sessions", "memberships", "sites", "users", "organizations"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

describe("setting up", () => {
  test("makes the first owner, signs in, and is then gone", async () => {
    expect(await needed()).toEqual({ success: true, data: { needed: true } });
    const response = await setUp();
    expect(response.status).toBe(200);
    const cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
    const me = await ask("/api/auth/me", { headers: { Cookie: cookie } });
    expect(await me.json()).toMatchObject({
      data: { user: { role: "owner", email: "Ann@example.com" }, organization: { name: "Bakery" } },
    });
    expect(await needed()).toEqual({ success: true, data: { needed: false } });
    expect((await setUp({ email: "bob@example.com" })).status).toBe(404);
    const login = { email: "ann@example.com", password: request.password };
    expect((await ask("/api/auth/login", { method: "POST", body: login })).status).toBe(200);
  });

  test("twice at once makes one owner", async () => {
    const replies = await Promise.all([setUp(), setUp({ email: "bob@example.com", organization: "Other" })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 404]);
    for (const table of ["users", "organizations", "memberships"]) {
      expect(await env.DB.prepare(`SELECT COUNT(*) AS n FROM ${table}`).first("n")).toBe(1);
    }
  });

  test("is not there once anybody has an account", async () => {
    await makeTenant();
    expect((await setUp()).status).toBe(404);
  });

  test.each([
    ["a wrong token", { setup_token: "wrong" }, {}, 403],
    ["a short password", { password: "short" }, {}, 400],
    ["a foreign page", {}, { Origin: "https://evil.example" }, 403],
  ])("from %s is refused and makes nobody", async (_, change, headers, status) => {
    expect((await setUp(change, headers)).status).toBe(status);
    expect(await needed()).toMatchObject({ data: { needed: true } });
  });

  test("after twenty wrong tokens an address waits, with the right one too", async () => {
    const from = (setup_token: string, address: string) => setUp({ setup_token }, { "CF-Connecting-IP": address });
    const statuses = await Promise.all(Array.from({ length: 21 }, () => from("guess", "192.0.2.9")));
    expect(statuses.map(({ status }) => status).sort()).toEqual([...Array(20).fill(403), 429]);
    const refused = await from(SETUP_TOKEN, "192.0.2.9");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await needed()).toMatchObject({ data: { needed: true } });
    expect((await from(SETUP_TOKEN, "192.0.2.10")).status).toBe(200);
  });

  test("needs the secret to be there", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const plain = harness(bound, createExecutionContext);
    const response = await plain.ask("/api/setup", { method: "POST", body: { ...request, setup_token: "undefined" } });
    log.mockRestore();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining("SETUP_TOKEN") } });
  });
});
