import { and, asc, eq } from "drizzle-orm";
import { site_groups, sites } from "../../migrations/schema";
import type { Env } from "../env";
import type { OrgScope } from "../routes/route";
import { dbOf } from "./db";
import { randomId } from "./random-id";
import { forgetSites } from "./sites";

/** A named set of an organization's sites. */
export interface Group {
  id: string;
  name: string;
  /** ISO 8601. */
  created_at: string;
}

const isGroup = (org_id: string, id: string) => and(eq(site_groups.org_id, org_id), eq(site_groups.id, id));

const toGroup = ({ id, name, created_at }: typeof site_groups.$inferSelect): Group => ({
  id,
  name,
  created_at: new Date(created_at).toISOString(),
});

export async function listGroups(env: Env, scope: OrgScope): Promise<Group[]> {
  const rows = await dbOf(env)
    .select()
    .from(site_groups)
    .where(eq(site_groups.org_id, scope.org_id))
    .orderBy(asc(site_groups.created_at), asc(site_groups.id));
  return rows.map(toGroup);
}

export async function findGroup(env: Env, scope: OrgScope, id: string): Promise<Group | null> {
  const [row] = await dbOf(env).select().from(site_groups).where(isGroup(scope.org_id, id));
  return row ? toGroup(row) : null;
}

export async function hasGroup(env: Env, org_id: string, id: string): Promise<boolean> {
  const rows = await dbOf(env).select({ id: site_groups.id }).from(site_groups).where(isGroup(org_id, id));
  return rows.length > 0;
}

export async function addGroup(env: Env, scope: OrgScope, name: string, now: number): Promise<Group> {
  const row = { id: randomId(), org_id: scope.org_id, name, created_at: now };
  await dbOf(env).insert(site_groups).values(row);
  return toGroup(row);
}

/** The renamed group, or null if there is none of that id. */
export async function renameGroup(env: Env, scope: OrgScope, id: string, name: string): Promise<Group | null> {
  const [row] = await dbOf(env).update(site_groups).set({ name }).where(isGroup(scope.org_id, id)).returning();
  return row ? toGroup(row) : null;
}

/** Its sites stay, without a group. False if there is no such group. */
export async function deleteGroup(env: Env, scope: OrgScope, id: string): Promise<boolean> {
  const db = dbOf(env);
  const [, deleted] = await db.batch([
    db
      .update(sites)
      .set({ group_id: null })
      .where(and(eq(sites.org_id, scope.org_id), eq(sites.group_id, id))),
    db.delete(site_groups).where(isGroup(scope.org_id, id)),
  ]);
  forgetSites();
  return deleted.meta.changes > 0;
}
