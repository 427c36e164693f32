import type { KeyScope, Role } from "../../protocol/management";
import type { Env } from "../env";
import type { Action, OrgScope, Principal, SiteScope } from "../routes/route";
import { findSite } from "../store/sites";

const RANK: Record<Action, number> = { read: 1, work: 2, manage: 3, own: 4 };
const ROLE_MAY: Record<Role, Action> = { viewer: "read", editor: "work", admin: "manage", owner: "own" };
/** Keys that only send events may do nothing here. */
const SCOPE_MAY: Record<KeyScope, Action | null> = { ingest: null, read: "read", admin: "manage" };

/** Whether the role or the scopes reach far enough; which organization or site is another question. */
export function mayDo(principal: Principal, action: Action): boolean {
  const allowed =
    principal.kind === "member"
      ? [ROLE_MAY[principal.role]]
      : principal.scopes.flatMap((scope) => SCOPE_MAY[scope] ?? []);
  return allowed.some((most) => RANK[most] >= RANK[action]);
}

type Authorized<Scope> = { ok: true; scope: Scope } | { ok: false; code: "forbidden" | "not_found" };

/** The site, if the principal may do that there. Another tenant's site is not found, as one that does not exist. */
export async function authorizeSite(
  env: Env,
  principal: Principal,
  site_id: string,
  action: Action,
): Promise<Authorized<SiteScope>> {
  const site = await findSite(env, site_id);
  if (!site || site.org_id !== principal.org_id) return { ok: false, code: "not_found" };
  if (principal.kind === "key" && principal.site_id !== null && principal.site_id !== site.id) {
    return { ok: false, code: "not_found" };
  }
  if (!mayDo(principal, action)) return { ok: false, code: "forbidden" };
  return { ok: true, scope: { site, principal } as SiteScope };
}

/** The principal's organization, if it may do that there. A key of one site may read there: it is shown that site. */
export function authorizeOrg(principal: Principal, action: Action): Authorized<OrgScope> {
  const confined = principal.kind === "key" && principal.site_id !== null && action !== "read";
  if (confined || !mayDo(principal, action)) return { ok: false, code: "forbidden" };
  return { ok: true, scope: { org_id: principal.org_id, principal } as OrgScope };
}
