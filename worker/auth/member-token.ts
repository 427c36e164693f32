import { decode, sign, verify } from "hono/jwt";
import * as z from "zod";
import { type Claims, ROLES } from "../../protocol/management";
import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { roleOf } from "../store/members";
import { keyRing, newestKey, type RingKey } from "./key-ring";

/** Seconds a member's token is good for. */
const TOKEN_LIFE = 3_600;
const ISSUER = "footfall";
const AUDIENCE = "footfall-api";
const ALGORITHM = "HS256";

/** An HS256 token with the claims of `user`, and when it ends. */
export async function issueToken(env: Env, user: Claims, now: number): Promise<{ token: string; expires_at: string }> {
  const key = await newestKey(env, now);
  const iat = Math.floor(now / 1_000);
  const exp = iat + TOKEN_LIFE;
  const token = await sign({ ...user, iss: ISSUER, aud: AUDIENCE, iat, exp }, jwkOf(key), ALGORITHM);
  return { token, expires_at: new Date(exp * 1_000).toISOString() };
}

const jwkOf = ({ id, secret }: RingKey) => ({ kty: "oct", k: secret, alg: ALGORITHM, kid: id });

const Header = z.object({ kid: z.string() });
const Payload = z.object({
  userId: z.string(),
  organizationId: z.string(),
  role: z.enum(ROLES),
  exp: z.number().int(),
});

/** Whose token it is, or null. The role is the member's of this moment, not the token's. */
export async function tokenPrincipal(env: Env, token: string, now: number): Promise<Principal | null> {
  const claims = await verified(env, token, now);
  if (!claims || claims.exp * 1_000 <= now) return null;
  const member = { user_id: claims.userId, org_id: claims.organizationId };
  const role = await roleOf(env, member);
  return role && { kind: "member", ...member, role, via: "token", until: claims.exp * 1_000 };
}

async function verified(env: Env, token: string, now: number) {
  const kid = kidOf(token);
  if (kid === null) return null;
  const key = (await keyRing(env, now)).find(({ id }) => id === kid);
  if (!key) return null;
  try {
    const options = { alg: ALGORITHM, iss: ISSUER, aud: AUDIENCE } as const;
    return Payload.safeParse(await verify(token, jwkOf(key), options)).data ?? null;
  } catch {
    // Each way in which a token is wrong has an error of its own; to the caller they are one.
    return null;
  }
}

function kidOf(token: string): string | null {
  try {
    return Header.safeParse(decode(token).header).data?.kid ?? null;
  } catch {
    // Not even the shape of a token.
    return null;
  }
}
