import { and, asc, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { alert_rules } from "../../migrations/schema";
import { ALERT_LEVELS, ALERT_RULES, type AlertInput, type AlertPatch, AlertRule } from "../../protocol/alerts";
import { randomSecret } from "../auth/secret";
import type { Env } from "../env";
import type { SiteScope } from "../routes/route";
import { dbOf } from "./db";
import { JsonText } from "./json-text";
import { randomId } from "./random-id";

/** A rule with all that is known of it. Its secret and addresses are for those who may manage the site. */
export interface StoredRule extends AlertInput {
  id: string;
  webhook_secret: string;
  own_origin: string;
  /** ISO 8601. */
  created_at: string;
}

const Row = z
  .object({
    id: z.string(),
    site_id: z.string(),
    name: z.string(),
    rule: JsonText.pipe(AlertRule),
    level: z.enum(ALERT_LEVELS),
    cooldown_s: z.number(),
    webhook_url: z.string().nullable(),
    webhook_secret: z.string(),
    email: z.string().nullable(),
    enabled: z.number().transform((flag) => flag === 1),
    own_origin: z.string(),
    created_at: z.number().transform((at) => new Date(at).toISOString()),
  })
  .transform(({ site_id, ...rest }): StoredRule => ({ ...rest, site: site_id }));

export async function listRules(env: Env, { site }: SiteScope): Promise<StoredRule[]> {
  const rows = await dbOf(env)
    .select()
    .from(alert_rules)
    .where(eq(alert_rules.site_id, site.id))
    .orderBy(asc(alert_rules.created_at), asc(alert_rules.id));
  return rows.map((row) => Row.parse(row));
}

/** The site of a rule, so that it can be authorized; null: there is no such rule. */
export async function siteOfRule(env: Env, id: string): Promise<string | null> {
  const rows = await dbOf(env).select({ site_id: alert_rules.site_id }).from(alert_rules).where(eq(alert_rules.id, id));
  return rows[0]?.site_id ?? null;
}

const isRule = ({ site }: SiteScope, id: string) => and(eq(alert_rules.site_id, site.id), eq(alert_rules.id, id));

export async function findRule(env: Env, scope: SiteScope, id: string): Promise<StoredRule | null> {
  const [row] = await dbOf(env).select().from(alert_rules).where(isRule(scope, id));
  return row ? Row.parse(row) : null;
}

/** The new rule, or null if the site has as many as it may have. */
export async function addRule(
  env: Env,
  scope: SiteScope,
  input: AlertInput,
  own_origin: string,
  now: number,
): Promise<StoredRule | null> {
  const id = randomId();
  const { name, rule, level, cooldown_s, webhook_url, email, enabled } = input;
  const { meta } = await dbOf(env).run(
    sql`INSERT INTO alert_rules (id, site_id, name, rule, level, cooldown_s, webhook_url, webhook_secret, email, enabled,
          own_origin, created_at)
        SELECT ${id}, ${scope.site.id}, ${name}, ${JSON.stringify(rule)}, ${level}, ${cooldown_s}, ${webhook_url},
          ${randomSecret()}, ${email}, ${enabled ? 1 : 0}, ${own_origin}, ${now}
        WHERE (SELECT COUNT(*) FROM alert_rules WHERE site_id = ${scope.site.id}) < ${ALERT_RULES}`,
  );
  return meta.changes === 0 ? null : findRule(env, scope, id);
}

/** The changed rule, or null if there is none of that id. */
export async function changeRule(
  env: Env,
  scope: SiteScope,
  id: string,
  { rule, enabled, ...rest }: AlertPatch,
  own_origin: string,
): Promise<StoredRule | null> {
  const [row] = await dbOf(env)
    .update(alert_rules)
    .set({
      ...rest,
      ...(rule && { rule: JSON.stringify(rule) }),
      ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
      own_origin,
    })
    .where(isRule(scope, id))
    .returning();
  return row ? Row.parse(row) : null;
}

/** What it raised stays in the log. False if there is no such rule. */
export async function deleteRule(env: Env, scope: SiteScope, id: string): Promise<boolean> {
  const { meta } = await dbOf(env).delete(alert_rules).where(isRule(scope, id));
  return meta.changes > 0;
}
