import type { Context, MiddlewareHandler } from "hono";
import { authorizeOrg, authorizeSite } from "./auth/authorize";
import { isOwnPage, principalOf } from "./auth/principal";
import { fail } from "./reply";
import type { Access, AppEnv } from "./routes/route";

/** The one guard of all routes: default deny. Puts principal and scope where the handler finds them. */
export function guard(access: Access): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const refused = await check(c, access);
    if (refused) return refused;
    await next();
  };
}

async function check(c: Context<AppEnv>, access: Access): Promise<Response | null> {
  // Public routes look at credentials themselves where they care; most beacons carry none.
  if (access.kind === "public") return null;
  const principal = await principalOf(c.env, c.req.raw, Date.now());
  if (!principal) return fail("unauthorized", "Sign in, or send a valid key.");
  c.set("principal", principal);
  const changes = c.req.method !== "GET" && c.req.method !== "HEAD";
  if (changes && principal.kind === "member" && principal.via === "cookie" && !isOwnPage(c.req.raw)) {
    return fail("forbidden", "This page may not change anything here.");
  }
  switch (access.kind) {
    case "signed-in":
      return null;
    case "org": {
      const allowed = authorizeOrg(principal, access.action);
      if (!allowed.ok) return refuse(allowed.code);
      c.set("org_scope", allowed.scope);
      return null;
    }
    case "site": {
      const id = c.req.param("site") ?? c.req.query("site");
      if (id === undefined || id === "") return fail("invalid", "Say which site.", { site: "`site` is needed." });
      const allowed = await authorizeSite(c.env, principal, id, access.action);
      if (!allowed.ok) return refuse(allowed.code);
      c.set("site_scope", allowed.scope);
      return null;
    }
    default:
      return access satisfies never;
  }
}

function refuse(code: "forbidden" | "not_found"): Response {
  return code === "forbidden"
    ? fail("forbidden", "Your role or key does not allow this.")
    : fail("not_found", "There is no such site.");
}
