import type { ReadDetails } from "../../durable-objects/org/read-details";
import { detailedOf } from "../../durable-objects/site/model/outward";
import type { Viewer } from "../../protocol/viewer-request";
import { authorizeSites } from "../auth/authorize-sites";
import { siteFacts } from "../ingest/site-facts";
import { callSite, isUnavailable } from "../ingest/site-stub";
import type { Principal } from "../routes/route";
import { mergePictures } from "./merge-pictures";
import { readLive, siteRow, sitesReply } from "./read-live";

/** Live figures for a socket of an organization, through the same checks and reads as `GET /api/analytics/detailed`. */
export const readDetails: ReadDetails = async (env, viewer, { kind, id }, filter) => {
  const authorized = await authorizeSites(env, readerOf(viewer), { [kind]: id }, "read");
  if (!authorized.ok) return { ok: false, code: "not_allowed" };
  try {
    const sites = await readLive(authorized.scope, (site) =>
      callSite(env, site.id, (stub) => stub.totals(siteFacts(env, site), filter)),
    );
    if (sites.read.length === 0 && sites.failed.length > 0) return { ok: false, code: "unavailable" };
    const pictures = sites.read.map(({ value }) => value);
    const picture = mergePictures(pictures, Date.now());
    const several = { per_site: sites.read.map(siteRow), cut: picture.cut, sites: sitesReply(sites) };
    const generated_at = new Date().toISOString();
    return { ok: true, stats: { ...detailedOf(picture), ...(kind !== "site" && several), generated_at } };
  } catch (error) {
    if (isUnavailable(error)) return { ok: false, code: "unavailable" };
    throw error;
  }
};

/** Whoever has a socket was let in to read, and is looked at again every 30 s: the least that anybody is who may. */
function readerOf({ org_id, grant }: Viewer): Principal {
  if (grant.kind === "key") return { ...grant, org_id, scopes: ["read"] };
  return { kind: "member", user_id: grant.user_id, org_id, role: "viewer", via: "token" };
}
