import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { isApiKey, keyPrincipal } from "./api-key";
import { tokenPrincipal } from "./member-token";
import { cookiePrincipal } from "./user-session";

/** Who is asking: by `Authorization: Bearer` (key or member's token), else by cookie. */
export async function principalOf(env: Env, request: Request, now: number): Promise<Principal | null> {
  const bearer = bearerOf(request);
  if (bearer === null) return cookiePrincipal(env, request, now);
  return isApiKey(bearer) ? keyPrincipal(env, bearer, now) : tokenPrincipal(env, bearer, now);
}

/**
 * Who sends events. Cookies count for nothing here; null is a browser. A key without scope `ingest`, or one that is not
 * valid, is refused rather than taken for a browser.
 */
export async function ingestPrincipal(env: Env, request: Request, now: number): Promise<Principal | null | "refused"> {
  const bearer = bearerOf(request);
  if (bearer === null) return null;
  const principal = isApiKey(bearer) ? await keyPrincipal(env, bearer, now) : await tokenPrincipal(env, bearer, now);
  if (!principal) return "refused";
  if (principal.kind === "key" && !principal.scopes.includes("ingest")) return "refused";
  return principal;
}

function bearerOf(request: Request): string | null {
  const header = request.headers.get("Authorization");
  return header === null ? null : header.replace(/^Bearer\s+/i, "");
}

/**
 * True if a changing request by cookie comes from our own pages. A browser always says where a changing request comes
 * from; a request that does not say is no browser's and carries no member's cookie by accident.
 */
export function isOwnPage(request: Request): boolean {
  const origin = request.headers.get("Origin");
  if (origin !== null) return origin === new URL(request.url).origin;
  const from = request.headers.get("Sec-Fetch-Site");
  return from === null || from === "same-origin" || from === "none";
}
