import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { openStream } from "./stream.ts";
import type { World } from "./world.ts";

const READ = "/api/analytics/summary?site=demo";
const Issued = z.object({ data: z.object({ ticket: z.string() }) });
const Key = z.object({ data: z.object({ token: z.string() }) });

const decoded = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? "", "base64url").toString());

/** A token with other claims under the signature of the first, or under none. */
const forged = (token: string, header: object, claims: object) => {
  const [, , signature] = token.split(".");
  return [...[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")), signature].join(
    ".",
  );
};

export function signingIn(the: () => World): void {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const key = async (more: object) =>
    Key.parse((await the().post("/api/keys", { name: "Of a test", ...more }, the().asOwner)).body).data.token;
  const ticketOf = async () => Issued.parse((await the().post("/api/realtime/ticket", "", the().asOwner)).body).data;

  describe("signing in", () => {
    test("gives a cookie that no script reads and a token with who, where and as what", () => {
      const { login, token } = the();
      expect(login.status).toBe(200);
      const [cookie = "", ...others] = login.headers.getSetCookie();
      expect(others).toEqual([]);
      expect(cookie).toMatch(/^footfall_session=[^;]{20,};/);
      expect(cookie.split("; ")).toEqual(expect.arrayContaining(["HttpOnly", "SameSite=Lax", "Path=/"]));
      const [header, claims] = token.split(".");
      expect(decoded(header)).toMatchObject({ alg: "HS256" });
      expect(decoded(claims)).toMatchObject({
        userId: the().user,
        organizationId: the().org,
        role: "owner",
        exp: expect.any(Number),
      });
    });

    test("a token as bearer reads; one that was changed, unsigned or cut is 401, also beside a good cookie", async () => {
      const { call, token, cookie } = the();
      expect((await call(READ, { headers: bearer(token) })).status).toBe(200);
      const [header = "", claims = "", signature = ""] = token.split(".");
      const as = z.record(z.string(), z.unknown());
      const wrong = [
        "",
        "nonsense",
        `${header}.${claims}.`,
        `${header}.${claims}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
        forged(token, as.parse(decoded(header)), { ...as.parse(decoded(claims)), role: "admin" }),
        `${forged(token, { ...as.parse(decoded(header)), alg: "none" }, as.parse(decoded(claims)))
          .split(".", 2)
          .join(".")}.`,
        `ff_${randomUUID()}`,
      ];
      for (const one of wrong) {
        const { status, body } = await call(READ, { headers: { ...bearer(one), cookie } });
        expect([one, status]).toEqual([one, 401]);
        expect(body).toMatchObject({ success: false, error: { code: "unauthorized", message: expect.any(String) } });
      }
    });

    test.each([
      READ,
      "/api/analytics/sessions?site=demo",
      "/api/analytics/detailed?site=demo",
      "/api/aggregates?site=demo",
      "/api/events?site=demo",
      "/api/v1/sessions?site=demo",
      "/api/status?site=demo",
      "/api/realtime/stats?site=demo",
      "/api/realtime/issues?site=demo",
      "/api/realtime/heatmap?site=demo",
      "/metrics",
      "/api/auth/me",
      "/api/sites",
      "/api/keys",
    ])("nobody reads %s without it, on a machine of one's own either, and no address says who asks", async (path) => {
      const { call, token, url } = the();
      expect((await call(path)).status).toBe(401);
      expect((await call(path, { headers: { origin: url, "x-forwarded-for": "127.0.0.1" } })).status).toBe(401);
      const mark = path.includes("?") ? "&" : "?";
      for (const name of ["token", "access_token", "auth.token", "key", "authorization"]) {
        expect((await call(`${path}${mark}${name}=${token}`)).status).toBe(401);
      }
    });

    test("a key reads what it is for: not without the scope, not another site, not a site of others", async () => {
      const { call, addSite, key: reads } = the();
      const site = await addSite();
      expect((await call(READ, { headers: bearer(reads) })).status).toBe(200);
      const sends = await key({ scopes: ["ingest"] });
      expect(await call(READ, { headers: bearer(sends) })).toMatchObject({
        status: 403,
        body: { success: false, error: { code: "forbidden" } },
      });
      const ofOne = await key({ scopes: ["read"], site_id: site.id });
      expect((await call(`/api/analytics/summary?site=${site.id}`, { headers: bearer(ofOne) })).status).toBe(200);
      for (const path of [READ, `${READ}-of-others`]) {
        expect(await call(path, { headers: bearer(ofOne) })).toMatchObject({
          status: 404,
          body: { success: false, error: { code: "not_found" } },
        });
      }
      for (const kind of ["stats", "issues", "heatmap"]) {
        const stream = (of: string, token: string) =>
          call(`/api/realtime/${kind}?${of}`, { headers: bearer(token) }).then(({ status }) => status);
        expect([await stream("site=demo", sends), await stream("site=demo", ofOne)]).toEqual([403, 404]);
        expect(await stream("site=of-others", reads)).toBe(404);
        expect(await stream("org=of-others", reads)).toBe(404);
      }
    });

    test("wrong sign-ins say what is wrong and not which half", async () => {
      const { post, url, email } = the();
      const login = (body: unknown) => post("/api/auth/login", body, { origin: url });
      const [unknown, mistyped] = [
        await login({ email: `${randomUUID()}@example.com`, password: "wrong" }),
        await login({ email, password: "wrong" }),
      ];
      expect(unknown).toMatchObject({ status: 401, body: { success: false, error: { code: "unauthorized" } } });
      expect(mistyped.body).toEqual(unknown.body);
      expect((await login("{")).status).toBe(400);
      expect(await login({ email: "nobody", password: 7 })).toMatchObject({
        status: 400,
        body: { error: { fields: { email: expect.any(String), password: expect.any(String) } } },
      });
      expect(unknown.headers.getSetCookie()).toEqual([]);
    });

    test("a page of another origin neither signs in nor changes anything with the cookie", async () => {
      const { post, email, password, cookie } = the();
      const origin = "https://evil.example";
      expect((await post("/api/auth/login", { email, password }, { origin })).status).toBe(403);
      expect((await post("/api/sites", { name: "Evil", domains: ["evil.example"] }, { origin, cookie })).status).toBe(
        403,
      );
      expect((await post("/api/realtime/ticket", "", { origin, cookie })).status).toBe(403);
    });

    test("signing out ends the session and closes nobody else's", async () => {
      const { post, call, url, email, password, asOwner } = the();
      const other = await post("/api/auth/login", { email, password }, { origin: url });
      const cookie = other.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      expect((await call("/api/auth/me", { headers: { cookie } })).status).toBe(200);
      expect((await post("/api/auth/logout", "", { cookie, origin: url })).status).toBe(204);
      expect((await call("/api/auth/me", { headers: { cookie } })).status).toBe(401);
      expect((await call("/api/auth/me", { headers: asOwner })).status).toBe(200);
    });

    test("the link that a start prints signs in once", async () => {
      const { post, url, signInLink } = the();
      const use = () => post("/api/auth/link", { token: signInLink.split("#signin=")[1] }, { origin: url });
      expect((await use()).status).toBe(200);
      expect(await use()).toMatchObject({ status: 401, body: { error: { message: expect.any(String) } } });
    });
  });

  describe("who opens a viewer's socket", () => {
    const path = "rooms=site:demo";
    const nobody = { headers: { cookie: "" } };

    test("a cookie, a token, a key, or a ticket beside the protocol, which is answered", async () => {
      const { view, token, key: reads } = the();
      const ticket = await ticketOf();
      const sockets = [
        view(path),
        view(path, { headers: { cookie: "", ...bearer(token) } }),
        view(path, { headers: { cookie: "", ...bearer(reads) } }),
        view(path, { protocols: ["footfall.v1", ticket.ticket], ...nobody }),
      ];
      for (const socket of sockets) {
        expect(await socket.opened).toBe("footfall.v1");
        expect((await socket.next("hello")).data).toMatchObject({ rooms: ["site:demo"], org_id: the().org });
      }
      // One that offers no protocol is answered with none.
      const plain = view(path, { protocols: [] });
      expect(await plain.opened).toBe("");
      await plain.next("snapshot");
    });

    test("a ticket opens one socket", async () => {
      const { ticket } = await ticketOf();
      const use = () => the().view(path, { protocols: ["footfall.v1", ticket], ...nobody });
      await use().next("snapshot");
      expect((await use().closed).code).toBe(4401);
      const two = (await ticketOf()).ticket;
      const both = [0, 1].map(() => the().view(path, { protocols: ["footfall.v1", two], ...nobody }));
      const ends = both.map((socket) => Promise.race([socket.closed, socket.next("hello")]));
      const codes = (await Promise.all(ends)).map((end) => ("code" in end ? end.code : "open"));
      expect(codes.sort()).toEqual([4401, "open"]);
    });

    test("what stands in the address opens nothing", async () => {
      const { token, key: reads, view } = the();
      const { ticket } = await ticketOf();
      for (const [name, value] of [
        ["token", token],
        ["access_token", token],
        ["auth.token", token],
        ["ticket", ticket],
        ["key", reads],
      ] as const) {
        const socket = view(`${path}&${name}=${value}`, nobody);
        expect([name, (await socket.closed).code]).toEqual([name, 4401]);
        expect(socket.heard).toEqual([]);
      }
      // It was not used up by that.
      await view(path, { protocols: ["footfall.v1", ticket], ...nobody }).next("snapshot");
    });

    test.each<[string, number, Parameters<World["view"]>[1], string?]>([
      ["nobody", 4401, nobody],
      ["a token that is none", 4401, { headers: { authorization: "Bearer no.to.ken" } }],
      ["a ticket that nobody made", 4401, { protocols: ["footfall.v1", "a-ticket"] }],
      ["a page of another origin, with the cookie", 4403, { headers: { origin: "https://evil.example" } }],
      ["a page without an origin of its own", 4403, { headers: { origin: "null" } }],
      ["a page of the same host and another port", 4403, { headers: { origin: "http://127.0.0.1:1" } }],
      ["a site of others", 4403, {}, "rooms=site:of-others"],
      ["an organization of others", 4403, {}, "rooms=org:of-others"],
      ["a room that no room can be", 4403, {}, "rooms=kitchen:1"],
      ["one of several that is not allowed", 4403, {}, "rooms=site:demo,site:of-others"],
      ["another version of the protocol", 4409, { protocols: ["footfall.v2"] }],
      ["another protocol", 4409, { protocols: ["mqtt"] }],
    ])("%s is closed with %i and a reason", async (_, code, opening, query = path) => {
      const socket = the().view(query, opening);
      const end = await socket.closed;
      expect(end.code).toBe(code);
      expect(end.reason).not.toBe("");
      expect(socket.heard).toEqual([]);
    });

    test("a page of this very origin may, with any letter case of the upgrade, and plain HTTP is told what is needed", async () => {
      const { view, upgrade, call, url, cookie, asOwner } = the();
      await view(path, { headers: { origin: url } }).next("snapshot");
      expect((await upgrade(`/api/realtime/ws?${path}`, { ...asOwner, upgrade: "WebSocket" })).status).toBe(101);
      expect(await call(`/api/realtime/ws?${path}`, { headers: { cookie } })).toMatchObject({
        status: 400,
        body: { success: false, error: { code: "invalid" } },
      });
    });
  });

  test("a stream takes the same who, and tells pages of other origins nothing", async () => {
    const { url, token, cookie, key: reads } = the();
    const address = `${url}/api/realtime/stats?site=demo`;
    for (const headers of [{ cookie }, bearer(token), bearer(reads)]) {
      const stream = await openStream(address, headers);
      expect(stream.status).toBe(200);
      expect((await stream.next()).data).toMatchObject({ type: "snapshot" });
      stream.close();
    }
    const foreign = await openStream(address, { cookie, origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
}
