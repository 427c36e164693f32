import type { Env } from "./env";

/** Static files: the tracker for other sites' pages, the dashboard and the demo for our own. */

const TRACKER = /^\/(?:t|tracker|t-[a-z]+)\.js$/;

const PAGE_HEADERS: readonly (readonly [string, string])[] = [
  [
    "Content-Security-Policy",
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  ],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Frame-Options", "DENY"],
];

export async function servePage(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  if (TRACKER.test(url.pathname)) return serveTracker(request, env, url);
  const file = await env.ASSETS.fetch(request);
  const response = new Response(file.body, file);
  // The demo shop is an ordinary web site: it links outside and runs its own scripts.
  if (url.pathname.startsWith("/demo")) return response;
  for (const [name, value] of PAGE_HEADERS) response.headers.set(name, value);
  return response;
}

async function serveTracker(request: Request, env: Env, url: URL): Promise<Response> {
  if (url.pathname === "/tracker.js") url.pathname = "/t.js";
  const file = await env.ASSETS.fetch(new Request(url, { headers: request.headers, method: request.method }));
  const response = new Response(file.body, file);
  // A missing file comes as the dashboard's page, which must not run as a script.
  if (!(file.headers.get("Content-Type") ?? "").includes("javascript") && file.status !== 304) {
    return new Response("There is no such script.", { status: 404 });
  }
  response.headers.set("Cache-Control", "public, max-age=3600, stale-while-revalidate=86400");
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}
