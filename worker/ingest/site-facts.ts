import type { SiteFacts } from "../../protocol/ingest";
import { SESSION_TIMEOUT } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import type { Env } from "../env";

/** The part of a site's settings that its object is told with every call. */
export function siteFacts(env: Env, site: Site): SiteFacts {
  const minutes = Number(env.SESSION_TIMEOUT_MINUTES);
  return {
    site_id: site.id,
    org_id: site.org_id,
    time_zone: site.time_zone,
    session_timeout_ms: minutes > 0 ? minutes * 60_000 : SESSION_TIMEOUT,
    rate_limit: site.rate_limit,
    leaves: site.leaves,
  };
}
