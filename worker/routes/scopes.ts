import type { Context } from "hono";
import type { AppEnv, OrgScope, Principal, SiteScope } from "./route";

/** What the guard has put there; a route mounted with the wrong access fails at its first request, in its test. */

export function siteScope(c: Context<AppEnv>): SiteScope {
  const scope = c.get("site_scope");
  if (!scope) throw new Error("This route needs the access `site`.");
  return scope;
}

export function orgScope(c: Context<AppEnv>): OrgScope {
  const scope = c.get("org_scope");
  if (!scope) throw new Error("This route needs the access `org`.");
  return scope;
}

export function signedIn(c: Context<AppEnv>): Principal {
  const principal = c.get("principal");
  if (!principal) throw new Error("This route needs a principal.");
  return principal;
}
