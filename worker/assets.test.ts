import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PAGE_HEADERS, serveAsset } from "./assets";
import type { Env } from "./env";

const FILES: Record<string, string> = {
  "/": "text/html; charset=utf-8",
  "/demo/": "text/html; charset=utf-8",
  "/favicon.svg": "image/svg+xml",
  "/t.js": "text/javascript",
  "/t-clicks.js": "text/javascript",
  "/counter.js": "text/javascript",
};

/** As the platform's: a file, or the dashboard's page in its place. */
const ASSETS = {
  fetch: async (request: Request) => {
    const { pathname } = new URL(request.url);
    const type = FILES[pathname];
    const headers = { "Content-Type": type ?? "text/html", ETag: '"1"', "Cache-Control": "public, max-age=0" };
    if (request.headers.get("If-None-Match") === '"1"') return new Response(null, { status: 304, headers });
    return new Response(type ? pathname : "/", { headers });
  },
};

const get = (path: string, headers: Record<string, string> = {}) =>
  serveAsset(new Request(`https://stats.example${path}`, { headers }), { ASSETS } as unknown as Env);

describe("the tracker", () => {
  test.each([
    ["/t.js", "/t.js"],
    ["/tracker.js", "/t.js"],
    ["/t-clicks.js", "/t-clicks.js"],
    ["/counter.js", "/counter.js"],
  ])("%s is the file %s, for any site", async (path, file) => {
    const response = await get(path);
    const { status, headers } = response;
    expect([status, await response.text()]).toEqual([200, file]);
    expect(headers.get("Cache-Control")).toBe("public, max-age=3600, stale-while-revalidate=86400");
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.get("ETag")).toBe('"1"');
  });

  test("is not sent again to a browser that has it", async () => {
    const response = await get("/tracker.js", { "If-None-Match": '"1"' });
    expect(response.status).toBe(304);
    expect(response.headers.get("Cache-Control")).toContain("max-age=3600");
  });

  test("that is not built is 404, not the page", async () => {
    expect((await get("/t-replay.js")).status).toBe(404);
  });
});

describe("a page", () => {
  test.each(["/", "/sites/abc", "/favicon.svg"])("%s may load from its own origin alone", async (path) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'self'");
    expect(headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("of the demo shop keeps its own scripts", async () => {
    expect((await get("/demo/")).headers.get("Content-Security-Policy")).toBeNull();
  });
});

test.each(["/api", "/api/x", "/events", "/metrics", "/health/x", "/x.js", "/badge.svg", "/counter.json"])(
  "%s is never the page",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ success: false, error: { code: "not_found" } });
  },
);

test("the file server sends pages with the same headers as the Worker", () => {
  const file = readFileSync(fileURLToPath(new URL("../dashboard/public/_headers", import.meta.url).href), "utf8");
  const rules = file.split(/^(?=\/)/m).find((part) => part.startsWith("/*\n")) ?? "";
  const sent = Object.fromEntries(
    [...rules.matchAll(/^ {2}([\w-]+): (.*)$/gm)].map(([, name = "", value]) => [name, value]),
  );
  expect(sent).toEqual(PAGE_HEADERS);
});
