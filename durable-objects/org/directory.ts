import type { Room } from "../../protocol/rooms";
import type { Viewer } from "../../protocol/viewer-request";

/** The sites and groups of an organization as D1 had them. */
export interface Listing {
  groups: string[];
  sites: { site_id: string; group_id: string | null }[];
}

const QUERY = `
  SELECT 1 AS is_site, id, group_id FROM sites WHERE org_id = ?1 AND deleted_at IS NULL
  UNION ALL SELECT 0, id, NULL FROM site_groups WHERE org_id = ?1`;

export async function readListing(db: D1Database, org_id: string): Promise<Listing> {
  const { results } = await db
    .prepare(QUERY)
    .bind(org_id)
    .all<{ is_site: number; id: string; group_id: string | null }>();
  return {
    groups: results.filter(({ is_site }) => is_site === 0).map(({ id }) => id),
    sites: results.filter(({ is_site }) => is_site === 1).map(({ id, group_id }) => ({ site_id: id, group_id })),
  };
}

/** Looks up what a listing says. */
export class Directory {
  readonly org_id: string;
  readonly #groups: ReadonlySet<string>;
  readonly sites: ReadonlyMap<string, string | null>;

  constructor(org_id: string, { groups, sites }: Listing) {
    this.org_id = org_id;
    this.#groups = new Set(groups);
    this.sites = new Map(sites.map(({ site_id, group_id }) => [site_id, group_id]));
  }

  /** Whether there is such a room. */
  has({ kind, id }: Pick<Room, "kind" | "id">): boolean {
    if (kind === "org") return id === this.org_id;
    if (kind === "group") return this.#groups.has(id);
    return this.sites.has(id) || (kind === "heatmap" && id === this.org_id);
  }

  /** Whether that viewer may join it. A room of others looks like one that does not exist. */
  allows({ org_id, grant }: Viewer, room: Room): boolean {
    if (org_id !== this.org_id || !this.has(room)) return false;
    const only = grant.kind === "key" ? grant.site_id : null;
    return only === null || room.id === only;
  }

  /** Whether a site is shown in a room of several. */
  shows({ kind, id }: Pick<Room, "kind" | "id">, site_id: string): boolean {
    const group = this.sites.get(site_id);
    if (group === undefined) return false;
    return kind === "org" ? id === this.org_id : kind === "group" && group === id;
  }
}
