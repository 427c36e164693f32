/** A line of the audit log: what somebody did on a dashboard. `GET /api/audit` answers `{ success: true, data, next_before }`. */
export interface AuditEntry {
  id: string;
  /** ISO 8601. */
  at: string;
  /** `name` is a member's e-mail address or a key's name; null for who is not known any more. */
  by: { id: string; kind: "member" | "key" | "unknown"; name: string | null };
  /** Null: on the page of several sites. `name` is null for a site that is not known any more. */
  site: { id: string; name: string | null } | null;
  action: string;
  details: Record<string, unknown>;
}
