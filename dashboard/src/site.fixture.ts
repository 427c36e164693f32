import type { Site } from "../../protocol/management";

/** A site as `/api/sites` answers it; `more` over it. */
export const siteOf = (id: string, more: Partial<Site> = {}): Site => ({
  id,
  org_id: "o",
  name: id,
  domain: `${id}.example`,
  domains: [`${id}.example`],
  group_id: null,
  time_zone: "UTC",
  identity: "daily",
  public_counter: false,
  rate_limit: 100,
  leaves: 1,
  excluded_paths: [],
  excluded_addresses: [],
  created_at: "2026-11-21T00:00:00Z",
  ...more,
});
