import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { findKey } from "../store/keys";
import { readCookie } from "./cookie";
import { tokenPrincipal } from "./member-token";
import { sessionPrincipal } from "./session";

/** Who is asking: by `Authorization`, else by cookie. A header that is wrong is not made good by a cookie. */
export async function principalOf(request: Request, env: Env, now: number): Promise<Principal | null> {
  const bearer = readBearer(request);
  if (bearer !== null) return bearerPrincipal(env, bearer, now);
  const token = readCookie(request);
  return token === null ? null : sessionPrincipal(env, token, now);
}

/** What `Authorization: Bearer` holds; null without one. Other schemes belong to proxies in front of the product. */
export function readBearer(request: Request): string | null {
  const match = /^Bearer(?:\s+(.*))?$/i.exec(request.headers.get("Authorization") ?? "");
  return match ? (match[1] ?? "").trim() : null;
}

/** Whose key or member's token it is. */
export async function bearerPrincipal(env: Env, bearer: string, now: number): Promise<Principal | null> {
  if (!bearer.startsWith("ff_")) return tokenPrincipal(env, bearer, now);
  const key = await findKey(env, bearer, now);
  return key && { kind: "key", key_id: key.id, org_id: key.org_id, site_id: key.site_id, scopes: key.scopes };
}
