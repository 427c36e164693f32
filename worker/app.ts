import { type Context, Hono } from "hono";
import { guard } from "./guard";
import { servePage } from "./pages";
import { fail } from "./reply";
import type { AppEnv } from "./routes/route";
import { routes } from "./routes/table";

/** The Worker's routes behind the guard; what is not among them is a page, or under `/api` a 404. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("request_id", c.req.header("CF-Ray") ?? crypto.randomUUID());
    await next();
  });
  // `/api/sessions/` and `/api/sessions` are told apart nowhere: paths are exact, methods of one path are listed below.
  for (const { method, path, access, handler } of routes) app.on(method, path, guard(access), handler);
  for (const [path, methods] of methodsByPath()) app.all(path, () => wrongMethod(methods));
  app.all("/api/*", () => fail("not_found", "There is no such address."));
  app.get("*", (c) => servePage(c.req.raw, c.env));
  app.notFound(() => fail("not_found", "There is no such address."));
  app.onError((error, c) => failed(error, c));
  return app;
}

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  return methods;
}

function wrongMethod(methods: readonly string[]): Response {
  const allow = [...new Set(methods)].join(", ");
  return fail("method_not_allowed", `This address takes ${allow}.`, undefined, { Allow: allow });
}

/** One line for the owner's log, and a reply that says nothing of the inside. */
function failed(error: Error, c: Context<AppEnv>): Response {
  const request_id = c.get("request_id");
  const line = { level: "error", event: "request_failed", request_id, method: c.req.method, path: c.req.routePath };
  // The cause alone: messages of the query layer hold bound values.
  const cause = error.cause instanceof Error ? error.cause : error;
  console.error(JSON.stringify({ ...line, message: cause.message.slice(0, 300) }));
  if (cause.message.includes("no such table")) {
    return fail("unavailable", "The database has no tables yet. Apply the migrations.", undefined, {
      "Retry-After": "30",
    });
  }
  return fail("internal", `Something went wrong here. The log has it under ${request_id}.`);
}
