import { asc, desc, sql } from "drizzle-orm";
import { decode, sign, verify } from "hono/jwt";
import * as z from "zod";
import { jwt_keys } from "../../migrations/schema";
import { type Claims, ROLES } from "../../protocol/management";
import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { createCache } from "../store/cache";
import { dbOf } from "../store/db";
import { roleOf } from "../store/members";
import { randomId } from "../store/random-id";
import { randomSecret } from "./secret";

/** Seconds a member's token is good for. */
const TOKEN_LIFE = 3_600;
const ISSUER = "footfall";
const AUDIENCE = "footfall-api";
const ALGORITHM = "HS256";

interface RingKey {
  id: string;
  secret: string;
}

const ring = createCache<RingKey[]>({ life: 5_000, size: 1 });

/** The keys, newest first; the first one is made on first use. Removing a row ends all its tokens within 5 s. */
async function keysOf(env: Env, now: number): Promise<RingKey[]> {
  const db = dbOf(env);
  const load = () => db.select().from(jwt_keys).orderBy(desc(jwt_keys.created_at), asc(jwt_keys.id));
  const keys = await ring.get("", now, load);
  if (keys.length > 0) return keys;
  // Two at once: the statement lets one of them in, and both read that one.
  await db.run(
    sql`INSERT INTO jwt_keys (id, secret, created_at)
        SELECT ${randomId()}, ${randomSecret()}, ${now} WHERE NOT EXISTS (SELECT 1 FROM jwt_keys)`,
  );
  ring.clear();
  return ring.get("", now, load);
}

/** An HS256 token with the claims of `user`, and when it ends. */
export async function issueToken(env: Env, user: Claims, now: number): Promise<{ token: string; expires_at: string }> {
  const [key] = await keysOf(env, now);
  if (!key) throw new Error("The key that was just written is not there.");
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
  return role && { kind: "member", ...member, role, via: "token" };
}

async function verified(env: Env, token: string, now: number) {
  const kid = kidOf(token);
  if (kid === null) return null;
  const key = (await keysOf(env, now)).find(({ id }) => id === kid);
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
