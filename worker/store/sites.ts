import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { sites } from "../../migrations/schema";
import type { Site, SiteInput, SitePatch } from "../../protocol/management";
import { withoutWww } from "../enrich/path-match";
import type { Env } from "../env";
import type { OrgScope, SiteScope } from "../routes/route";
import { type Cache, createCache } from "./cache";
import { dbOf } from "./db";
import { JsonText } from "./json-text";
import { randomId } from "./random-id";
import { isMissing, noteMissing, withoutPort } from "./site-names";

const byId = createCache<Site | null>({ life: 5_000, size: 1_000 });
const byHost = createCache<Site | null>({ life: 5_000, size: 1_000 });

/** Changes when a site of this isolate does. */
let version = 0;

/** What the caches of this isolate hold is forgotten; other isolates notice a change within 5 s. */
export function forgetSites(): void {
  version++;
  byId.clear();
  byHost.clear();
}

const jsonTexts = JsonText.pipe(z.array(z.string()));

const SiteRow = z
  .object({
    id: z.string(),
    org_id: z.string(),
    group_id: z.string().nullable(),
    name: z.string(),
    domain: z.string(),
    domains: jsonTexts,
    time_zone: z.string(),
    identity: z.enum(["daily", "persistent"]),
    public_counter: z.number().transform((flag) => flag === 1),
    rate_limit: z.number(),
    leaves: z.number(),
    excluded_paths: jsonTexts,
    excluded_addresses: jsonTexts,
    created_at: z.number().transform((at) => new Date(at).toISOString()),
  })
  .transform((site): Site => site);

/** An id that no site can have is not asked for. */
const ID = /^[\w-]{1,64}$/;

/** The site of that id, unless it was deleted. A change may take 5 s to be seen. */
export async function findSite(env: Env, id: string): Promise<Site | null> {
  if (!ID.test(id)) return null;
  return find(env, byId, [id], () => selectOne(env, eq(sites.id, id)));
}

/** The site of which a domain fits the host of an origin (`example.com:8080`), the closest pattern first. */
export async function findSiteByHost(env: Env, host: string): Promise<Site | null> {
  const patterns = patternsFor(host);
  return find(env, byHost, patterns, () => selectByPatterns(env, patterns));
}

async function find(
  env: Env,
  cache: Cache<Site | null>,
  names: readonly string[],
  load: () => Promise<Site | null>,
): Promise<Site | null> {
  const [name] = names;
  const now = Date.now();
  // Before the cache: names that no site has would push out the sites that are there.
  if (name === undefined || (await isMissing(env, names, version, now))) return null;
  return cache.get(name, now, async () => {
    const site = await load();
    if (!site) noteMissing(now);
    return site;
  });
}

/** The patterns that fit a host, the closest first. Ports do not count, and `www.` counts as the bare name. */
export function patternsFor(host: string): string[] {
  const name = host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
  if (name === "" || name.length > 253) return [];
  const bare = withoutWww(name);
  const labels = name.split(".");
  const parents = labels.slice(1, 10).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
  return [name, ...(name === bare ? [`www.${name}`] : [bare]), ...parents];
}

async function selectByPatterns(env: Env, patterns: string[]): Promise<Site | null> {
  const rows = await dbOf(env).all<{ id: unknown }>(
    sql`SELECT s.id FROM sites s, json_each(s.domains) d, json_each(${JSON.stringify(patterns)}) p
        WHERE s.deleted_at IS NULL AND ${withoutPort} = p.value ORDER BY p.key, s.created_at LIMIT 1`,
  );
  const id = z.string().optional().parse(rows[0]?.id);
  return id === undefined ? null : selectOne(env, eq(sites.id, id));
}

async function selectOne(env: Env, condition: SQL): Promise<Site | null> {
  const [row] = await dbOf(env)
    .select()
    .from(sites)
    .where(and(condition, isNull(sites.deleted_at)))
    .limit(1);
  return row ? SiteRow.parse(row) : null;
}

/** The organization's sites; with `only`, that one of them. */
export async function listSites(env: Env, scope: OrgScope): Promise<Site[]> {
  const { principal } = scope;
  const only = principal.kind === "key" ? principal.site_id : null;
  const rows = await dbOf(env)
    .select()
    .from(sites)
    .where(
      and(eq(sites.org_id, scope.org_id), isNull(sites.deleted_at), only === null ? undefined : eq(sites.id, only)),
    )
    .orderBy(asc(sites.created_at), asc(sites.id));
  return rows.map((row) => SiteRow.parse(row));
}

/** Another site, whoever's it is, lists one of these patterns: `Origin` could not tell the two apart. */
const taken = (domains: readonly string[], but: string) =>
  sql`EXISTS (SELECT 1 FROM sites o, json_each(o.domains) d
      WHERE o.deleted_at IS NULL AND o.id <> ${but} AND d.value IN (SELECT value FROM json_each(${JSON.stringify(domains)})))`;

/** The new site, or null if another one lists one of its domains. */
export async function addSite(env: Env, scope: OrgScope, input: SiteInput, now: number): Promise<Site | null> {
  const id = randomId();
  const row = columnsOf(input);
  const { meta } = await dbOf(env).run(
    sql`INSERT INTO sites (id, org_id, group_id, name, domain, domains, time_zone, identity, public_counter, rate_limit,
          leaves, excluded_paths, excluded_addresses, created_at)
        SELECT ${id}, ${scope.org_id}, ${row.group_id}, ${row.name}, ${row.domain}, ${row.domains}, ${row.time_zone},
          ${row.identity}, ${row.public_counter}, ${row.rate_limit}, ${row.leaves},
          ${row.excluded_paths}, ${row.excluded_addresses}, ${now}
        WHERE NOT ${taken(input.domains, id)}`,
  );
  forgetSites();
  return meta.changes === 0 ? null : selectOne(env, eq(sites.id, id));
}

/** The changed site, or null if another one lists one of its domains. */
export async function changeSite(env: Env, { site }: SiteScope, patch: SitePatch): Promise<Site | null> {
  const changes = columnsOf(patch);
  const free = patch.domains ? sql`NOT ${taken(patch.domains, site.id)}` : undefined;
  if (Object.keys(changes).length === 0) return site;
  const { meta } = await dbOf(env)
    .update(sites)
    .set(changes)
    .where(and(eq(sites.id, site.id), isNull(sites.deleted_at), free));
  forgetSites();
  return meta.changes === 0 ? null : selectOne(env, eq(sites.id, site.id));
}

/** The site is gone for everybody; what was counted stays until retention takes it. */
export async function deleteSite(env: Env, { site }: SiteScope, now: number): Promise<void> {
  await dbOf(env).update(sites).set({ deleted_at: now }).where(eq(sites.id, site.id));
  forgetSites();
}

function columnsOf<T extends SitePatch>(input: T) {
  const { domains, public_counter, excluded_paths, excluded_addresses, ...rest } = input;
  return {
    ...rest,
    ...(domains && { domain: domains[0] ?? "", domains: JSON.stringify(domains) }),
    ...(public_counter !== undefined && { public_counter: public_counter ? 1 : 0 }),
    ...(excluded_paths && { excluded_paths: JSON.stringify(excluded_paths) }),
    ...(excluded_addresses && { excluded_addresses: JSON.stringify(excluded_addresses) }),
  };
}
