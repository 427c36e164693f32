import { ROLES } from "../../protocol/management";
import type { Env } from "../env";
import type { Action, OrgScope, Principal, SiteScope } from "../routes/route";
import { findSite } from "../store/sites";

export type Allowed<T> = { ok: true; scope: T } | { ok: false; code: "forbidden" | "not_found" };

/** The least role that an action takes. */
const ROLE_FOR = { read: "viewer", work: "editor", manage: "admin", own: "owner" } as const satisfies Record<
  Action,
  string
>;

/** True if this principal may do that in its own organization. */
export function may(principal: Principal, action: Action): boolean {
  if (principal.kind === "member") return ROLES.indexOf(principal.role) >= ROLES.indexOf(ROLE_FOR[action]);
  if (action === "own") return false;
  if (principal.scopes.includes("admin")) return true;
  return action === "read" && principal.scopes.includes("read");
}

/** Another tenant's site does not exist for this principal: 404, as for an unknown one. */
export async function authorizeSite(
  env: Env,
  principal: Principal,
  site_id: string,
  action: Action,
): Promise<Allowed<SiteScope>> {
  const site = await findSite(env, site_id);
  if (!site || site.org_id !== principal.org_id) return { ok: false, code: "not_found" };
  if (principal.kind === "key" && principal.site_id !== null && principal.site_id !== site.id) {
    return { ok: false, code: "not_found" };
  }
  if (!may(principal, action)) return { ok: false, code: "forbidden" };
  // The one place where a scope is made: having passed the checks above is what the brand says.
  return { ok: true, scope: { site, principal } as SiteScope };
}

export function authorizeOrg(principal: Principal, action: Action): Allowed<OrgScope> {
  const ofOneSite = principal.kind === "key" && principal.site_id !== null;
  if (!may(principal, action) || (ofOneSite && action !== "read")) return { ok: false, code: "forbidden" };
  // As above.
  return { ok: true, scope: { org_id: principal.org_id, principal } as OrgScope };
}
