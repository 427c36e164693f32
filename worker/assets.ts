import type { Env } from "./env";
import { fail } from "./reply";

/** Own origin alone. Style attributes are allowed: the dashboard sets bar widths with them. */
const PAGE_POLICY = [
  "default-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** A browser that came by HTTPS once comes by nothing else; over plain HTTP, as locally, it pays no heed. */
export const TRANSPORT = { "Strict-Transport-Security": "max-age=31536000" };

export const PAGE_HEADERS = {
  ...TRANSPORT,
  "Content-Security-Policy": PAGE_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
};

/** Any site may load and check (SRI) tracker and counter, and keeps them for an hour. */
const TRACKER_HEADERS = {
  "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Access-Control-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
};

const TRACKER = /^\/(t|tracker|counter|t-[\w.-]+)\.js$/;
/** Never a page, whatever is asked for below them. */
const NOT_PAGES = /^\/(api|health|events|metrics)(\/|$)/;

/** Whatever no route answers: pages and files of the dashboard, tracker and counter, the demo shop. */
export async function serveAsset(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  const { pathname } = url;
  if (NOT_PAGES.test(pathname)) return notFound();
  const isTracker = TRACKER.test(pathname);
  if (pathname === "/tracker.js") url.pathname = "/t.js";
  const asset = await env.ASSETS.fetch(new Request(url, request));
  if (isFallback(pathname, asset)) return notFound();
  const response = new Response(asset.body, asset);
  // The demo shop is an ordinary web site, with scripts of its own in its pages.
  const headers: Record<string, string> = isTracker
    ? TRACKER_HEADERS
    : pathname.startsWith("/demo/")
      ? {}
      : PAGE_HEADERS;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** The dashboard's page came in place of a file that does not exist. */
function isFallback(pathname: string, asset: Response): boolean {
  const suffix = /\.(\w+)$/.exec(pathname)?.[1];
  const isPage = asset.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  return suffix !== undefined && suffix !== "html" && isPage;
}

const notFound = () => fail("not_found", "There is nothing at this address.");
