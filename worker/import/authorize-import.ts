import type { Env } from "../env";
import type { Principal, SiteScope } from "../routes/route";
import { findSite } from "../store/sites";

export type ImportAllowed = { ok: true; scope: SiteScope } | { ok: false; code: "forbidden" | "not_found" };

/** Whether a sender (a key of scope `ingest`, or a member) may add to that site's history: members from editor on. */
export async function authorizeImport(env: Env, principal: Principal, site_id: string): Promise<ImportAllowed> {
  const site = await findSite(env, site_id);
  if (site === null || site.org_id !== principal.org_id) return { ok: false, code: "not_found" };
  if (principal.kind === "key" && principal.site_id !== null && principal.site_id !== site.id) {
    return { ok: false, code: "not_found" };
  }
  if (principal.kind === "member" && principal.role === "viewer") return { ok: false, code: "forbidden" };
  // What the guard does for other routes was checked above, for a scope of keys that it does not know.
  return { ok: true, scope: { site, principal } as SiteScope };
}
