import * as z from "zod";
import type { Env } from "../env";
import type { OrgScope } from "../routes/route";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.number().transform((at) => new Date(at).toISOString()),
});
export type Group = z.infer<typeof Row>;

export async function findGroup(env: Env, org_id: string, id: string): Promise<Group | null> {
  const row = await env.DB.prepare("SELECT id, name, created_at FROM site_groups WHERE id = ? AND org_id = ?")
    .bind(id, org_id)
    .first();
  return row ? Row.parse(row) : null;
}

export async function listGroups(env: Env, scope: OrgScope): Promise<Group[]> {
  const { results } = await env.DB.prepare(
    "SELECT id, name, created_at FROM site_groups WHERE org_id = ? ORDER BY name, id",
  )
    .bind(scope.org_id)
    .all();
  return z.array(Row).parse(results);
}

export async function createGroup(env: Env, scope: OrgScope, id: string, name: string, now: number): Promise<Group> {
  await env.DB.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, ?, ?)")
    .bind(id, scope.org_id, name, now)
    .run();
  return { id, name, created_at: new Date(now).toISOString() };
}

export async function renameGroup(env: Env, scope: OrgScope, id: string, name: string): Promise<Group | null> {
  await env.DB.prepare("UPDATE site_groups SET name = ? WHERE id = ? AND org_id = ?")
    .bind(name, id, scope.org_id)
    .run();
  return findGroup(env, scope.org_id, id);
}

/** Its sites stay, without a group. */
export async function deleteGroup(env: Env, scope: OrgScope, id: string): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("UPDATE sites SET group_id = NULL WHERE group_id = ? AND org_id = ?").bind(id, scope.org_id),
    env.DB.prepare("DELETE FROM site_groups WHERE id = ? AND org_id = ?").bind(id, scope.org_id),
  ]);
}
