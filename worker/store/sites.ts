import * as z from "zod";
import type { Site, SiteInput, SitePatch } from "../../protocol/management";
import { matchesHost } from "../enrich/path-match";
import type { Env } from "../env";
import type { OrgScope, SiteScope } from "../routes/route";
import { ShortCache } from "./cache";

const list = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));
const Row = z.object({
  id: z.string(),
  org_id: z.string(),
  group_id: z.string().nullable(),
  name: z.string(),
  domain: z.string(),
  domains: list,
  time_zone: z.string(),
  identity: z.enum(["daily", "persistent"]),
  public_counter: z.number().transform((n) => n === 1),
  rate_limit: z.number(),
  excluded_paths: list,
  excluded_addresses: list,
  created_at: z.number().transform((at) => new Date(at).toISOString()),
});
const COLUMNS = Object.keys(Row.shape).join(", ");

/** Settings may be this old on the ingest path of another isolate. */
const byId = new ShortCache<Site | null>(5_000, 1_000);
const byHost = new ShortCache<Site | null>(5_000, 1_000);

/** The site, whoever asks: for ingest, which is public. Everything else comes by a scope. */
export function findSite(env: Env, id: string): Promise<Site | null> {
  return byId.get(id, Date.now(), async () => {
    const row = await env.DB.prepare(`SELECT ${COLUMNS} FROM sites WHERE id = ? AND deleted_at IS NULL`)
      .bind(id)
      .first();
    return row ? Row.parse(row) : null;
  });
}

/** The site that lists this host: an exact name before a pattern, the older site before the younger. */
export function findSiteByHost(env: Env, host: string): Promise<Site | null> {
  return byHost.get(host, Date.now(), async () => {
    const name = host.replace(/:\d+$/, "").replace(/^www\./, "");
    // Only sites that could match are read: the host itself, with `www.`, or a pattern for what lies above it.
    const above = name.split(".").map((_, i, parts) => `*.${parts.slice(i + 1).join(".")}`);
    const { results } = await env.DB.prepare(
      `SELECT ${COLUMNS} FROM sites WHERE deleted_at IS NULL AND EXISTS (SELECT 1 FROM json_each(sites.domains) AS d WHERE d.value IN (SELECT value FROM json_each(?))) ORDER BY created_at, id`,
    )
      .bind(JSON.stringify([name, `www.${name}`, host, ...above]))
      .all();
    const sites = z.array(Row).parse(results);
    const exact = sites.find((s) => s.domains.some((d) => !d.startsWith("*.") && matchesHost(d, host)));
    return exact ?? sites.find((s) => s.domains.some((d) => matchesHost(d, host))) ?? null;
  });
}

function forget(): void {
  byId.clear();
  byHost.clear();
}

export async function listSites(env: Env, scope: OrgScope): Promise<Site[]> {
  const { principal } = scope;
  const only = principal.kind === "key" ? principal.site_id : null;
  const { results } = await env.DB.prepare(
    `SELECT ${COLUMNS} FROM sites WHERE org_id = ?1 AND deleted_at IS NULL AND (?2 IS NULL OR id = ?2) ORDER BY name, id`,
  )
    .bind(scope.org_id, only)
    .all();
  return z.array(Row).parse(results);
}

/** Another site that lists one of these hosts in the very same form, by host; the origin of a beacon picks one site. */
export async function takenDomain(env: Env, domains: readonly string[], except: string | null): Promise<string | null> {
  const row = await env.DB.prepare(
    "SELECT d.value AS host FROM sites, json_each(sites.domains) AS d WHERE deleted_at IS NULL AND sites.id IS NOT ?2 AND d.value IN (SELECT value FROM json_each(?1)) LIMIT 1",
  )
    .bind(JSON.stringify(domains), except)
    .first<{ host: string }>();
  return row?.host ?? null;
}

export async function createSite(env: Env, scope: OrgScope, id: string, input: SiteInput, now: number): Promise<Site> {
  await env.DB.prepare(
    "INSERT INTO sites (id, org_id, group_id, name, domain, domains, time_zone, identity, public_counter, rate_limit, excluded_paths, excluded_addresses, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  )
    .bind(id, scope.org_id, ...values(input), now)
    .run();
  forget();
  return {
    ...input,
    id,
    org_id: scope.org_id,
    domain: input.domains[0] ?? "",
    created_at: new Date(now).toISOString(),
  };
}

export async function updateSite(env: Env, scope: SiteScope, patch: SitePatch): Promise<Site> {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const next: Site = { ...scope.site, ...given };
  await env.DB.prepare(
    "UPDATE sites SET group_id = ?, name = ?, domain = ?, domains = ?, time_zone = ?, identity = ?, public_counter = ?, rate_limit = ?, excluded_paths = ?, excluded_addresses = ? WHERE id = ? AND org_id = ?",
  )
    .bind(...values(next), scope.site.id, scope.site.org_id)
    .run();
  forget();
  return { ...next, domain: next.domains[0] ?? "" };
}

export async function deleteSite(env: Env, scope: SiteScope, now: number): Promise<void> {
  await env.DB.prepare("UPDATE sites SET deleted_at = ? WHERE id = ? AND org_id = ?")
    .bind(now, scope.site.id, scope.site.org_id)
    .run();
  forget();
}

function values(input: SiteInput): (string | number | null)[] {
  return [
    input.group_id,
    input.name,
    input.domains[0] ?? "",
    JSON.stringify(input.domains),
    input.time_zone,
    input.identity,
    input.public_counter ? 1 : 0,
    input.rate_limit,
    JSON.stringify(input.excluded_paths),
    JSON.stringify(input.excluded_addresses),
  ];
}
