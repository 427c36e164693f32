import type { Grant } from "../../protocol/viewer-request";
import { jsonChunks } from "../site/sinks/json-chunks";

/** By what a socket is open, in which organization. */
export interface Held {
  org_id: string;
  grant: Grant;
}

/** `signed_out`: the session or key is no more. `not_member`: the membership ended. `no_site`: the site is not of that organization (any more). */
export type Standing = "good" | "signed_out" | "not_member" | "no_site";

const QUERY = `
  SELECT g.key AS i,
    CASE g.value ->> 'kind'
      WHEN 'key' THEN EXISTS (SELECT 1 FROM api_keys k
        WHERE k.id = g.value ->> 'key_id' AND k.org_id = g.value ->> 'org_id' AND k.revoked_at IS NULL)
      WHEN 'session' THEN EXISTS (SELECT 1 FROM user_sessions s
        WHERE s.token_hash = g.value ->> 'hash' AND s.expires_at > ?2)
      ELSE coalesce(g.value ->> 'until', ?2 + 1) > ?2
    END AS signed_in,
    g.value ->> 'kind' = 'key' OR EXISTS (SELECT 1 FROM memberships m
      WHERE m.org_id = g.value ->> 'org_id' AND m.user_id = g.value ->> 'user_id') AS member,
    ?3 IS NULL OR EXISTS (SELECT 1 FROM sites t
      WHERE t.id = ?3 AND t.org_id = g.value ->> 'org_id' AND t.deleted_at IS NULL) AS site
  FROM json_each(?1) g`;

interface Row {
  i: number;
  signed_in: number;
  member: number;
  site: number;
}

/** Whether each of `held` still holds, in their order; with `site_id`, also whether that site is still theirs. One query for some 2,000 of them. */
export async function readStandings(
  db: D1Database,
  held: readonly Held[],
  site_id: string | null,
  now: number,
): Promise<Standing[]> {
  const grants = held.map(({ org_id, grant }) => ({ org_id, ...grant }));
  const standings: Standing[] = [];
  for (const json of jsonChunks(grants)) {
    const { results } = await db.prepare(QUERY).bind(json, now, site_id).all<Row>();
    for (const row of results.sort((a, b) => a.i - b.i)) standings.push(standingOf(row));
  }
  return standings;
}

function standingOf({ signed_in, member, site }: Row): Standing {
  // Who is no member any more is told that, though the session went with the membership.
  if (member === 0) return "not_member";
  if (signed_in === 0) return "signed_out";
  return site === 0 ? "no_site" : "good";
}
