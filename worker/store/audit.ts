import * as z from "zod";
import type { AuditEntry } from "../../protocol/audit";
import type { OrgScope, SiteScope } from "../routes/route";
import { JsonText } from "./json-text";

const Row = z.object({
  id: z.string(),
  at: z.number(),
  user_id: z.string(),
  email: z.string().nullable(),
  key_name: z.string().nullable(),
  site_id: z.string(),
  site_name: z.string().nullable(),
  action: z.string(),
  details: JsonText.pipe(z.record(z.string(), z.unknown())),
});

/** Place of a line in an organization's log; without `id`, before all of that moment. */
export interface AuditPlace {
  /** Milliseconds since 1970. */
  at: number;
  id: string;
}

/** Lines of the organization, newest first, at most `limit`: those before `before`, and with `site` those of that site alone. */
export async function readAudit(
  db: D1Database,
  { org_id }: OrgScope,
  site: SiteScope | null,
  before: AuditPlace | null,
  limit: number,
): Promise<AuditEntry[]> {
  // SQLite would take the key, and pass by the lines of all other sites.
  const index = site ? "INDEXED BY audit_site" : "";
  const place = [before?.at ?? Number.MAX_SAFE_INTEGER, before?.id ?? ""];
  const { results } = await db
    .prepare(
      `SELECT a.id, a.at, a.user_id, u.email, k.name AS key_name, a.site_id, s.name AS site_name, a.action, a.details
       FROM audit a ${index}
       LEFT JOIN users u ON u.id = a.user_id
       LEFT JOIN api_keys k ON k.id = a.user_id AND k.org_id = a.org_id
       LEFT JOIN sites s ON s.id = a.site_id AND s.org_id = a.org_id
       WHERE a.org_id = ?1 AND a.at <= ?2 AND (a.at < ?2 OR a.id < ?3) ${site ? "AND a.site_id = ?5" : ""}
       ORDER BY a.at DESC, a.id DESC LIMIT ?4`,
    )
    .bind(org_id, ...place, limit, ...(site ? [site.site.id] : []))
    .all();
  return results.map((result) => entryOf(Row.parse(result)));
}

function entryOf({
  id,
  at,
  user_id,
  email,
  key_name,
  site_id,
  site_name,
  action,
  details,
}: z.infer<typeof Row>): AuditEntry {
  const kind = email !== null ? "member" : key_name !== null ? "key" : "unknown";
  return {
    id,
    at: new Date(at).toISOString(),
    by: { id: user_id, kind, name: email ?? key_name },
    site: site_id === "" ? null : { id: site_id, name: site_name },
    action,
    details,
  };
}
