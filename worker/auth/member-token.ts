import { decode, sign, verify } from "hono/jwt";
import * as z from "zod";
import { type Claims, ROLES } from "../../protocol/management";
import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { randomToken, shortId } from "./random-token";

/** Short tokens of members for programs: JWT, HS256 and nothing else, with a key ring that makes itself. */

export const TOKEN_LIFE_S = 3_600;
const ISSUER = "footfall";

const Payload = z.object({
  userId: z.string(),
  organizationId: z.string(),
  role: z.enum(ROLES),
  iss: z.literal(ISSUER),
  exp: z.number(),
});

/** A token that is good for an hour. */
export async function memberToken(
  env: Env,
  claims: Claims,
  now: number,
): Promise<{ token: string; expires_at: number }> {
  const { id, secret } = await signingKey(env, now);
  const issued = Math.floor(now / 1_000);
  const exp = issued + TOKEN_LIFE_S;
  const token = await sign({ ...claims, iss: ISSUER, kid: id, iat: issued, exp }, secret, "HS256");
  return { token, expires_at: exp * 1_000 };
}

/** The member a token speaks for, if it is ours, in time, and the membership still stands. */
export async function tokenPrincipal(env: Env, token: string, now: number): Promise<Principal | null> {
  const kid = kidOf(token);
  if (kid === null) return null;
  const key = await env.DB.prepare("SELECT secret FROM jwt_keys WHERE id = ?").bind(kid).first<{ secret: string }>();
  if (!key) return null;
  let payload: unknown;
  try {
    payload = await verify(token, key.secret, { alg: "HS256", iss: ISSUER });
  } catch {
    // Wrong signature, algorithm, issuer or time: not a token that signs anybody in.
    return null;
  }
  const parsed = Payload.safeParse(payload);
  if (!parsed.success || parsed.data.exp * 1_000 <= now) return null;
  const { userId, organizationId } = parsed.data;
  const row = await env.DB.prepare("SELECT role FROM memberships WHERE org_id = ? AND user_id = ?")
    .bind(organizationId, userId)
    .first();
  const member = z.object({ role: z.enum(ROLES) }).safeParse(row);
  if (!member.success) return null;
  return { kind: "member", user_id: userId, org_id: organizationId, role: member.data.role, via: "token" };
}

function kidOf(token: string): string | null {
  try {
    return z.object({ kid: z.string() }).parse(decode(token).payload).kid;
  } catch {
    // Not a token at all.
    return null;
  }
}

async function signingKey(env: Env, now: number): Promise<{ id: string; secret: string }> {
  const newest = () =>
    env.DB.prepare("SELECT id, secret FROM jwt_keys ORDER BY created_at DESC, id LIMIT 1").first<{
      id: string;
      secret: string;
    }>();
  const had = await newest();
  if (had) return had;
  await env.DB.prepare("INSERT INTO jwt_keys (id, secret, created_at) VALUES (?, ?, ?)")
    .bind(shortId(), randomToken(), now)
    .run();
  const made = await newest();
  if (!made) throw new Error("The signing key was not kept.");
  return made;
}
