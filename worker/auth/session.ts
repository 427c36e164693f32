import { and, eq, gt, lt } from "drizzle-orm";
import { memberships, user_sessions } from "../../migrations/schema";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import type { Principal } from "../routes/route";
import { dbOf } from "../store/db";
import { randomSecret } from "./secret";

/** A session ends after this long, in milliseconds, whatever happens. */
export const SESSION_LIFE = 30 * 24 * 3_600_000;
/** It ends earlier when it was not used for this long. */
const SESSION_IDLE = 7 * 24 * 3_600_000;
/** Its last use is written down at most this often. */
const SEEN_INTERVAL = 3_600_000;

/** Opens a session and resolves to its token, of which only the hash is stored. */
export async function openSession(env: Env, member: { user_id: string; org_id: string }, now: number): Promise<string> {
  const token = randomSecret();
  await dbOf(env)
    .insert(user_sessions)
    .values({
      token_hash: await sha256Hex(token),
      user_id: member.user_id,
      org_id: member.org_id,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_LIFE,
    });
  return token;
}

/** Who holds the session now: the role is the one of this moment. */
export async function sessionPrincipal(env: Env, token: string, now: number): Promise<Principal | null> {
  const db = dbOf(env);
  const token_hash = await sha256Hex(token);
  const [row] = await db
    .select({
      user_id: user_sessions.user_id,
      org_id: user_sessions.org_id,
      last_seen_at: user_sessions.last_seen_at,
      role: memberships.role,
    })
    .from(user_sessions)
    .innerJoin(
      memberships,
      and(eq(memberships.org_id, user_sessions.org_id), eq(memberships.user_id, user_sessions.user_id)),
    )
    .where(
      and(
        eq(user_sessions.token_hash, token_hash),
        gt(user_sessions.expires_at, now),
        gt(user_sessions.last_seen_at, now - SESSION_IDLE),
      ),
    );
  if (!row) return null;
  const before = now - SEEN_INTERVAL;
  if (row.last_seen_at < before) {
    await db
      .update(user_sessions)
      .set({ last_seen_at: now })
      .where(and(eq(user_sessions.token_hash, token_hash), lt(user_sessions.last_seen_at, before)));
  }
  return {
    kind: "member",
    user_id: row.user_id,
    org_id: row.org_id,
    role: row.role,
    via: "cookie",
    session: token_hash,
  };
}

export async function closeSession(env: Env, token: string): Promise<void> {
  await dbOf(env)
    .delete(user_sessions)
    .where(eq(user_sessions.token_hash, await sha256Hex(token)));
}
