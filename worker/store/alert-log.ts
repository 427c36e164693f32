import * as z from "zod";
import type { Alert, AlertDetails, AlertTry, LoggedAlert } from "../../protocol/alerts";
import { ALERT_LEVELS } from "../../protocol/alerts";
import type { SiteScope } from "../routes/route";

/** The log's lines are written by this product alone: their JSON is what it put there. */
const json = <T>() => z.string().transform((text): T => JSON.parse(text));

const columns = {
  site_id: z.string(),
  at: z.number(),
  rule_id: z.string(),
  name: z.string(),
  level: z.enum(ALERT_LEVELS),
  message: z.string(),
  details: json<AlertDetails>(),
  tries: json<AlertTry[]>(),
  next_try_at: z.number().nullable(),
};
const LogRow = z.object(columns);
type LogRow = z.infer<typeof LogRow>;

const alertOfRow = ({ at, rule_id, name, level, message, details }: LogRow): Alert => ({
  id: `${at}-${rule_id}`,
  rule_id,
  name,
  level,
  message,
  at: new Date(at).toISOString(),
  details,
});

/** Place of a line in a site's log. */
export interface LogPlace {
  at: number;
  rule_id: string;
}

/** Lines newest first, at most `limit`, those behind `before` alone. */
export async function readLog(
  db: D1Database,
  { site }: SiteScope,
  before: LogPlace | null,
  limit: number,
): Promise<LoggedAlert[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM alert_log WHERE site_id = ?1 AND at <= ?2 AND (at < ?2 OR rule_id < ?3)
       ORDER BY at DESC, rule_id DESC LIMIT ?4`,
    )
    .bind(site.id, before?.at ?? Number.MAX_SAFE_INTEGER, before?.rule_id ?? "", limit)
    .all();
  return results.map((result) => {
    const row = LogRow.parse(result);
    const next = row.next_try_at;
    return { ...alertOfRow(row), tries: row.tries, next_try_at: next === null ? null : new Date(next).toISOString() };
  });
}

/**
 * Writes alerts of a site that are not there yet, each once; nothing for a site that was deleted. Those of a rule with
 * somebody to tell are due at `now`.
 */
export async function addToLog(db: D1Database, site_id: string, alerts: readonly Alert[], now: number): Promise<void> {
  const rows = alerts.map((alert) => ({ ...alert, at: Date.parse(alert.at) }));
  await db
    .prepare(
      `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details, next_try_at)
       SELECT ?1, a.value ->> 'at', a.value ->> 'rule_id', a.value ->> 'name', a.value ->> 'level', a.value ->> 'message',
         a.value -> 'details', CASE WHEN r.webhook_url IS NOT NULL OR r.email IS NOT NULL THEN ?3 END
       FROM json_each(?2) a LEFT JOIN alert_rules r ON r.id = a.value ->> 'rule_id' AND r.site_id = ?1
       WHERE EXISTS (SELECT 1 FROM sites WHERE id = ?1 AND deleted_at IS NULL)
       ON CONFLICT DO NOTHING`,
    )
    .bind(site_id, JSON.stringify(rows), now)
    .run();
}

/** An alert of which somebody is to be told. */
export interface DueAlert {
  alert: Alert;
  site: { id: string; name: string };
  tries: AlertTry[];
  next_try_at: number;
  /** Null: the rule is gone. */
  target: { webhook_url: string | null; webhook_secret: string; email: string | null; own_origin: string } | null;
}

const DueRow = z.object({
  ...columns,
  next_try_at: z.number(),
  site_name: z.string(),
  webhook_url: z.string().nullable(),
  webhook_secret: z.string().nullable(),
  email: z.string().nullable(),
  own_origin: z.string().nullable(),
});

/** The alerts that are due at `now`, the longest due first, at most `limit`; with `site_id`, of that site alone. */
export async function dueAlerts(
  db: D1Database,
  now: number,
  limit: number,
  site_id: string | null = null,
): Promise<DueAlert[]> {
  const { results } = await db
    .prepare(
      `SELECT l.*, s.name AS site_name, r.webhook_url, r.webhook_secret, r.email, r.own_origin
       FROM alert_log l JOIN sites s ON s.id = l.site_id LEFT JOIN alert_rules r ON r.id = l.rule_id AND r.site_id = l.site_id
       WHERE l.next_try_at <= ?1 AND (?3 IS NULL OR l.site_id = ?3) ORDER BY l.next_try_at LIMIT ?2`,
    )
    .bind(now, limit, site_id)
    .all();
  return results.map((result) => {
    const { site_name, webhook_url, webhook_secret, email, own_origin, ...row } = DueRow.parse(result);
    const known = webhook_secret !== null && own_origin !== null;
    return {
      alert: alertOfRow(row),
      site: { id: row.site_id, name: site_name },
      tries: row.tries,
      next_try_at: row.next_try_at,
      target: known ? { webhook_url, webhook_secret, email, own_origin } : null,
    };
  });
}

const place = ({ alert, site }: DueAlert) => [site.id, Date.parse(alert.at), alert.rule_id] as const;

/** Takes a due alert until `until`; false if somebody else did. */
export async function claimAlert(db: D1Database, due: DueAlert, until: number): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE alert_log SET next_try_at = ? WHERE site_id = ? AND at = ? AND rule_id = ? AND next_try_at = ?")
    .bind(until, ...place(due), due.next_try_at)
    .run();
  return meta.changes > 0;
}

/** Writes down what came of the tries, and when the next is due. */
export async function noteTries(
  db: D1Database,
  due: DueAlert,
  tries: readonly AlertTry[],
  next_try_at: number | null,
): Promise<void> {
  await db
    .prepare("UPDATE alert_log SET tries = ?, next_try_at = ? WHERE site_id = ? AND at = ? AND rule_id = ?")
    .bind(JSON.stringify(tries), next_try_at, ...place(due))
    .run();
}
