import { type Context, Hono } from "hono";
import { serveAsset, TRANSPORT } from "./assets";
import { authorizeOrg, authorizeSite } from "./auth/authorize";
import { authorizeSites } from "./auth/authorize-sites";
import { principalOf } from "./auth/principal";
import { isOwnPage } from "./auth/same-origin";
import { rootMessage } from "./failure";
import { readableByPages } from "./ingest/readable-by-pages";
import { type RequestLine, requestId, requestLine } from "./observe/request-log";
import { countRequest } from "./observe/request-meter";
import { fail } from "./reply";
import { failed } from "./routes/failed";
import type { AppEnv, Route } from "./routes/route";
import { routes } from "./routes/table";

type C = Context<AppEnv>;

/** The whole Worker over HTTP: the route table behind its guard, and pages for everything else. */
export function createApp(table: readonly Route[] = routes): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const route of table) app.on(route.method, route.path, (c) => finished(c, route.path, () => guarded(c, route)));
  const forPages = new Set(table.filter(({ pages }) => pages).map(({ path }) => path));
  for (const [path, methods] of methodsByPath(table)) {
    const readable = forPages.has(path) ? readableByPages : (_: Request, response: Response) => response;
    app.all(path, (c) => finished(c, path, () => readable(c.req.raw, wrongMethod(methods))));
  }
  app.notFound((c) => finished(c, null, () => serveAsset(c.req.raw, c.env)));
  return app;
}

/** Default deny: what a route asks for has to be shown before its handler runs. */
async function guarded(c: C, { access, method, handler }: Route): Promise<Response> {
  c.set("principal", null);
  c.set("site_scope", null);
  c.set("sites_scope", null);
  c.set("org_scope", null);
  // Beacons carry the cookies of a dashboard on the same origin, and must not cost a look-up.
  if (access.kind === "public") return handler(c);
  const principal = await principalOf(c.req.raw, c.env, Date.now());
  c.set("principal", principal);
  if (!principal) return fail("unauthorized", "Sign in first.");
  if (principal.kind === "member" && principal.via === "cookie" && method !== "GET" && !isOwnPage(c.req.raw)) {
    return fail("forbidden", "This page may not change anything here.");
  }
  if (access.kind === "org") {
    const allowed = authorizeOrg(principal, access.action);
    if (!allowed.ok) return denied(allowed.code);
    c.set("org_scope", allowed.scope);
  }
  if (access.kind === "site") {
    const id = c.req.param("site") ?? c.req.query("site");
    if (!id) return fail("invalid", "Say which site.", { site: "The id of a site is needed." });
    const allowed = await authorizeSite(c.env, principal, id, access.action);
    if (!allowed.ok) return denied(allowed.code);
    c.set("site_scope", allowed.scope);
  }
  if (access.kind === "sites") {
    const asked = { site: c.req.query("site"), group: c.req.query("group"), org: c.req.query("org") };
    const allowed = await authorizeSites(c.env, principal, asked, access.action);
    if (!allowed.ok && allowed.code === "invalid") return fail("invalid", "Say which sites.", allowed.fields);
    if (!allowed.ok) return denied(allowed.code);
    c.set("sites_scope", allowed.scope);
  }
  return handler(c);
}

function denied(code: "forbidden" | "not_found"): Response {
  return code === "forbidden" ? fail("forbidden", "You may not do this.") : fail("not_found", "There is no such site.");
}

function wrongMethod(methods: readonly string[]): Response {
  return fail("method_not_allowed", "This address does not take that method.", undefined, {
    Allow: methods.join(", "),
  });
}

function methodsByPath(table: readonly Route[]): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { path, method } of table) {
    const methods = paths.get(path) ?? [];
    methods.push(method);
    if (method === "GET") methods.push("HEAD");
    paths.set(path, methods);
  }
  return paths;
}

/** Runs one request to its reply: errors become error bodies, and every reply gets its headers and its line in the log. */
async function finished(c: C, route: string | null, answer: () => Response | Promise<Response>): Promise<Response> {
  c.set("request_id", requestId(c.req.header("CF-Ray")));
  const begun = Date.now();
  let response: Response;
  c.set("error", null);
  try {
    response = await answer();
  } catch (error) {
    response = failed(c, error);
  }
  const now = Date.now();
  countRequest(response.status, now - begun, now);
  logRequest(c, { route, status: response.status, ms: now - begun }, now);
  return withHeaders(response, c.get("request_id"));
}

/** What went wrong is always told, the others where the owner asked for it. */
function logRequest(c: C, line: Pick<RequestLine, "route" | "status" | "ms">, now: number): void {
  const isError = line.status >= 500;
  if (!isError && c.env.LOG_REQUESTS !== "1") return;
  const thrown: unknown = c.get("error");
  const error = thrown === null ? null : rootMessage(thrown);
  const text = requestLine({ request_id: c.get("request_id"), method: c.req.method, ...line, error }, now);
  if (isError) console.error(text);
  else console.log(text);
}

function withHeaders(response: Response, request_id: string): Response {
  // The upgrade's response is the platform's: it fails when a header is touched or it is copied.
  if (response.status === 101) return response;
  try {
    setHeaders(response.headers, request_id);
    return response;
  } catch {
    // A TypeError is how the platform says that the headers, which came from a fetch, cannot be changed in place.
    const copy = new Response(response.body, response);
    setHeaders(copy.headers, request_id);
    return copy;
  }
}

function setHeaders(headers: Headers, request_id: string): void {
  headers.set("X-Request-Id", request_id);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Strict-Transport-Security", TRANSPORT["Strict-Transport-Security"]);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
}
