import { localHour } from "../../durable-objects/site/model/local-time";
import type { Dimensions } from "../../protocol/ingest";
import type { Site } from "../../protocol/management";
import { sourceOf } from "../enrich/channel";
import { cutText } from "../enrich/clean-text";
import { deviceOf } from "../enrich/device";
import { cleanUrl } from "../enrich/page-address";
import { matchesPath } from "../enrich/path-match";
import { matchesAddress } from "../ingest/address-match";
import type { ImportRow } from "./import-request";
import { importVisitorId } from "./visitor-id";

/** A logged page view as it may be stored: address and user agent are gone. */
export interface PageView {
  at: number;
  /** YYYYMMDD in the site's time zone. */
  day: number;
  hour: number;
  visitor_id: string;
  page_url: string;
  path: string;
  dimensions: Dimensions;
}

const NAME = 100;

/** Reads the rows of one site; null for what its settings exclude. */
export function pageViewReader(site: Site, salt: string): (row: ImportRow) => PageView | null {
  return (row) => {
    const raw_url = `https://${site.domain}${row.path}`;
    const page = cleanUrl(raw_url);
    if (page === null || isExcluded(site, page.path, row.ip)) return null;
    const { day, hour } = localHour(row.at, site.time_zone);
    const { device, browser, browser_version, os } = deviceOf(row.user_agent);
    const source = sourceOf({ referrer: row.referrer, page_url: raw_url, own_hosts: site.domains });
    return {
      at: row.at,
      day,
      hour,
      visitor_id: importVisitorId(salt, day, row.ip, row.user_agent),
      page_url: page.page_url,
      path: page.path,
      dimensions: {
        country: null,
        region: null,
        city: null,
        latitude: null,
        longitude: null,
        device,
        browser,
        browser_version,
        os,
        source: cutText(source.source, NAME),
        channel: source.channel,
        referrer: row.referrer === "" ? "" : (cleanUrl(row.referrer)?.page_url ?? ""),
        campaign: cutText(source.campaign, NAME),
        medium: cutText(source.medium, NAME),
        language: "",
      },
    };
  };
}

function isExcluded(site: Site, path: string, address: string): boolean {
  return (
    site.excluded_paths.some((pattern) => matchesPath(pattern, path)) ||
    site.excluded_addresses.some((pattern) => matchesAddress(pattern, address))
  );
}
