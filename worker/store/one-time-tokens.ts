import { and, eq, gt, isNull } from "drizzle-orm";
import { one_time_tokens } from "../../migrations/schema";
import { randomSecret } from "../auth/secret";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import { dbOf } from "./db";
import type { MemberId } from "./members";

type Purpose = "sign_in" | "ticket";

/** By what a token was asked for: the hash of a session, or a member's token that is good until then. */
export interface AskedBy {
  session?: string;
  until?: number;
}

/** A token that works once until `expires_at`; only its hash is stored. */
export async function addOneTimeToken(
  env: Env,
  purpose: Purpose,
  member: MemberId & AskedBy,
  expires_at: number,
): Promise<string> {
  const token = randomSecret();
  const { user_id, org_id, session = null, until = null } = member;
  await dbOf(env)
    .insert(one_time_tokens)
    .values({
      token_hash: await sha256Hex(token),
      purpose,
      user_id,
      org_id,
      expires_at,
      session_hash: session,
      grant_until: until,
    });
  return token;
}

/** Uses a token up: one statement, so that of two at once one gets null. */
export async function redeemToken(
  env: Env,
  purpose: Purpose,
  token: string,
  now: number,
): Promise<(MemberId & AskedBy) | null> {
  const [row] = await dbOf(env)
    .update(one_time_tokens)
    .set({ used_at: now })
    .where(
      and(
        eq(one_time_tokens.token_hash, await sha256Hex(token)),
        eq(one_time_tokens.purpose, purpose),
        isNull(one_time_tokens.used_at),
        gt(one_time_tokens.expires_at, now),
      ),
    )
    .returning({
      user_id: one_time_tokens.user_id,
      org_id: one_time_tokens.org_id,
      session: one_time_tokens.session_hash,
      until: one_time_tokens.grant_until,
    });
  if (!row) return null;
  const { session, until, ...member } = row;
  return { ...member, ...(session !== null && { session }), ...(until !== null && { until }) };
}
