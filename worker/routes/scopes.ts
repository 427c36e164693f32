import type { Context } from "hono";
import type { AppEnv, OrgScope, SiteScope, SitesScope } from "./route";

/** What the guard put there: a route of access `site` is not reached without. */
export function siteScope(c: Context<AppEnv>): SiteScope {
  const scope = c.get("site_scope");
  if (!scope) throw new Error("A site's route ran without its guard.");
  return scope;
}

/** The same for access `org`. */
export function orgScope(c: Context<AppEnv>): OrgScope {
  const scope = c.get("org_scope");
  if (!scope) throw new Error("An organization's route ran without its guard.");
  return scope;
}

/** The same for access `sites`. */
export function sitesScope(c: Context<AppEnv>): SitesScope {
  const scope = c.get("sites_scope");
  if (!scope) throw new Error("A route of several sites ran without its guard.");
  return scope;
}
