import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { matchesPath } from "../enrich/path-match";
import type { Access } from "./route";

// The one module of the platform that the routes reach: nothing of it runs here.
vi.mock("cloudflare:workers", () => ({ DurableObject: class {} }));
const { routes } = await import("./table");

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const TOML = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const workerFirst = [...(/run_worker_first = \[([^\]]*)\]/.exec(TOML)?.[1]?.matchAll(/"([^"]+)"/g) ?? [])].map(
  ([, path]) => path ?? "",
);

describe("wrangler.toml's run_worker_first", () => {
  test("has entries", () => {
    expect(workerFirst.length).toBeGreaterThan(5);
  });

  // A path that is missing there is answered with the dashboard's page.
  test.each([...new Set(routes.map(({ path }) => path))])("covers %s", (path) => {
    expect(workerFirst.some((pattern) => matchesPath(pattern, path))).toBe(true);
  });

  test.each(["/t.js", "/tracker.js", "/t-replay.js", "/counter.js"])("covers the script %s", (path) => {
    expect(workerFirst.some((pattern) => matchesPath(pattern, path))).toBe(true);
  });
});

describe("the route table", () => {
  test("has no route twice", () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  /** Every other route asks who is there. Adding one here is a decision. */
  test("is public only where it has to be", () => {
    const open = routes.filter(({ access }) => access.kind === "public").map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      "GET /api/realtime/ws",
      "GET /api/setup",
      "GET /api/v1/import",
      "GET /api/v1/live",
      "GET /badge.svg",
      "GET /counter.json",
      "GET /events",
      "GET /health",
      "GET /health/ready",
      "GET /p.gif",
      "OPTIONS /api/events",
      "OPTIONS /api/v1/sessions",
      "OPTIONS /api/v1/track",
      "POST /api/auth/link",
      "POST /api/auth/login",
      "POST /api/auth/logout",
      "POST /api/events",
      "POST /api/setup",
      "POST /api/v1/import",
      "POST /api/v1/sessions",
      "POST /api/v1/track",
      "POST /events",
    ]);
  });
});

test("docs/api.md has every route with who may ask there, and no other", () => {
  const who = (access: Access) =>
    access.kind === "public" ? "anybody" : access.kind === "signed-in" ? "signed in" : access.action;
  const told = readFileSync(join(ROOT, "docs", "api.md"), "utf8").matchAll(/^\| `([A-Z]+ \/\S*)` \| ([a-z ]+) \|/gm);
  const known = routes.filter(({ method }) => method !== "OPTIONS");
  expect([...told].map(([, route, asks]) => `${route}: ${asks}`).sort()).toEqual(
    known.map(({ method, path, access }) => `${method} ${path}: ${who(access)}`).sort(),
  );
});
