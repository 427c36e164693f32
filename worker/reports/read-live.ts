import type { LiveSnapshot } from "../../protocol/live";
import type { DetailedSite, SitesCounted } from "../../protocol/live-messages";
import type { Site } from "../../protocol/management";
import type { SitesScope } from "../routes/route";
import { type ReadSite, readSites, type SitesRead } from "./read-sites";

/** Reads the live picture of each site. Of a single one that was asked for by its id any error is thrown. */
export async function readLive(
  { of, sites }: SitesScope,
  pictureOf: (site: Site) => Promise<LiveSnapshot>,
): Promise<SitesRead<LiveSnapshot>> {
  const asked = sites.map(({ site }) => site);
  if (of.kind !== "site") return readSites(asked, pictureOf);
  const read = await Promise.all(asked.map(async (site) => ({ site, value: await pictureOf(site) })));
  return { read, failed: [], left_out: 0 };
}

/** Which sites the figures are of, and which are missing in them. */
export function sitesReply({ read, failed, left_out }: SitesRead<LiveSnapshot>): SitesCounted {
  return { count: read.length, partial: failed.length + left_out > 0, failed, left_out };
}

/** One site among several, in the order of the sites. */
export function siteRow({ site, value }: ReadSite<LiveSnapshot>): DetailedSite {
  return {
    site: site.id,
    name: site.name,
    now: value.now,
    connections: value.connections,
    total_active: value.active,
    total_today: value.today.page_views,
    last_event_at: value.last_event_at === null ? null : new Date(value.last_event_at).toISOString(),
  };
}
