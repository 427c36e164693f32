import type { Env } from "../env";
import type { Action, OrgScope, Principal, SiteScope, SitesScope } from "../routes/route";
import { findGroup } from "../store/groups";
import { listSites } from "../store/sites";
import { authorizeOrg, authorizeSite } from "./authorize";

/** Of which sites a request is: by `site=`, `group=` or `org=`, exactly one of them. Empty ones count as not given. */
export interface SitesAsked {
  site?: string | undefined;
  group?: string | undefined;
  org?: string | undefined;
}

type AuthorizedSites =
  | { ok: true; scope: SitesScope }
  | { ok: false; code: "forbidden" | "not_found" }
  | { ok: false; code: "invalid"; fields: Record<string, string> };

/** The sites asked for, if the principal may do that at them. A key of one site is shown that site alone. */
export async function authorizeSites(
  env: Env,
  principal: Principal,
  asked: SitesAsked,
  action: Action,
): Promise<AuthorizedSites> {
  const given = (["site", "group", "org"] as const).filter((kind) => asked[kind]);
  const [kind] = given;
  const id = kind && asked[kind];
  if (kind === undefined || !id) {
    return { ok: false, code: "invalid", fields: { site: "The id of a site is needed, or `group` or `org`." } };
  }
  if (given.length > 1) {
    const fields = Object.fromEntries(given.slice(1).map((other) => [other, `Not together with \`${kind}\`.`]));
    return { ok: false, code: "invalid", fields };
  }
  if (kind === "site") {
    const one = await authorizeSite(env, principal, id, action);
    return one.ok ? { ok: true, scope: sitesScope({ kind, id }, principal, [one.scope]) } : one;
  }
  if (kind === "org" && id !== principal.org_id) return { ok: false, code: "not_found" };
  const org = authorizeOrg(principal, action);
  if (!org.ok) return org;
  if (kind === "org") return { ok: true, scope: sitesScope({ kind, id }, principal, await sitesOf(env, org.scope)) };
  if (!(await findGroup(env, org.scope, id))) return { ok: false, code: "not_found" };
  const sites = (await sitesOf(env, org.scope)).filter(({ site }) => site.group_id === id);
  const confined = principal.kind === "key" && principal.site_id !== null;
  if (confined && sites.length === 0) return { ok: false, code: "not_found" };
  return { ok: true, scope: sitesScope({ kind, id }, principal, sites) };
}

/** What the principal may do in its organization it may do at each of its sites. */
async function sitesOf(env: Env, scope: OrgScope): Promise<SiteScope[]> {
  const sites = await listSites(env, scope);
  return sites.map((site) => ({ site, principal: scope.principal }) as SiteScope);
}

function sitesScope(of: SitesScope["of"], principal: Principal, sites: readonly SiteScope[]): SitesScope {
  return { of, principal, sites } as SitesScope;
}
