import { users } from "../../migrations/schema";
import type { Env } from "../env";
import { dbOf } from "./db";
import type { MemberId } from "./members";
import { randomId } from "./random-id";

/** True until the first account exists. */
export async function needsOwner(env: Env): Promise<boolean> {
  const rows = await dbOf(env).select({ id: users.id }).from(users).limit(1);
  return rows.length === 0;
}

/**
 * Makes the first organization and its owner. Null if anybody has an account: the statements themselves ask, so that of
 * two at once one finds the other's.
 */
export async function addFirstOwner(
  env: Env,
  owner: { organization: string; email: string; password_hash: string },
  now: number,
): Promise<MemberId | null> {
  const org_id = randomId();
  const user_id = randomId();
  const { organization, email, password_hash } = owner;
  const nobody = "WHERE NOT EXISTS (SELECT 1 FROM users)";
  const [, user] = await env.DB.batch([
    env.DB.prepare(`INSERT INTO organizations (id, name, created_at) SELECT ?, ?, ? ${nobody}`).bind(
      org_id,
      organization,
      now,
    ),
    env.DB.prepare(`INSERT INTO users (id, email, password_hash, created_at) SELECT ?, ?, ?, ? ${nobody}`).bind(
      user_id,
      email,
      password_hash,
      now,
    ),
    env.DB.prepare(
      "INSERT INTO memberships (org_id, user_id, role, created_at) SELECT ?, id, 'owner', ? FROM users WHERE id = ?",
    ).bind(org_id, now, user_id),
  ]);
  return user && user.meta.changes > 0 ? { user_id, org_id } : null;
}
