import * as z from "zod";
import { ROLES } from "../../protocol/management";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import type { Principal } from "../routes/route";
import { randomToken } from "./random-token";

/** Sessions of signed-in members: an opaque token in a cookie, its hash in D1. */

const COOKIE = "footfall_session";
const DAY = 86_400_000;
const ABSOLUTE = 30 * DAY;
const IDLE = 7 * DAY;
/** How exactly "last seen" is known. */
const SEEN_STEP = 3_600_000;

export async function openUserSession(env: Env, user_id: string, org_id: string, now: number): Promise<string> {
  const token = randomToken();
  await env.DB.prepare(
    "INSERT INTO user_sessions (token_hash, user_id, org_id, created_at, last_seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
  )
    .bind(await sha256Hex(token), user_id, org_id, now, now, now + ABSOLUTE)
    .run();
  return token;
}

export async function closeUserSession(env: Env, request: Request): Promise<void> {
  const token = cookieOf(request);
  if (token === null) return;
  await env.DB.prepare("DELETE FROM user_sessions WHERE token_hash = ?")
    .bind(await sha256Hex(token))
    .run();
}

const Row = z.object({
  user_id: z.string(),
  org_id: z.string(),
  role: z.enum(ROLES),
  last_seen_at: z.number(),
});

/** The member whose session the cookie is; the membership is read each time, so that leaving takes effect at once. */
export async function cookiePrincipal(env: Env, request: Request, now: number): Promise<Principal | null> {
  const token = cookieOf(request);
  if (token === null) return null;
  const hash = await sha256Hex(token);
  const row = await env.DB.prepare(
    "SELECT s.user_id, s.org_id, m.role, s.last_seen_at FROM user_sessions AS s JOIN memberships AS m ON m.org_id = s.org_id AND m.user_id = s.user_id WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3",
  )
    .bind(hash, now, now - IDLE)
    .first();
  if (!row) return null;
  const { user_id, org_id, role, last_seen_at } = Row.parse(row);
  if (now - last_seen_at > SEEN_STEP) {
    await env.DB.prepare("UPDATE user_sessions SET last_seen_at = ? WHERE token_hash = ?").bind(now, hash).run();
  }
  return { kind: "member", user_id, org_id, role, via: "cookie" };
}

/** Sets the cookie; an empty token removes it. */
export function sessionCookie(token: string, request: Request): string {
  const { protocol } = new URL(request.url);
  const secure = protocol === "https:" ? "; Secure" : "";
  const age = token === "" ? 0 : ABSOLUTE / 1_000;
  return `${COOKIE}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}

function cookieOf(request: Request): string | null {
  const match = /(?:^|;\s*)footfall_session=([\w-]{43})(?:;|$)/.exec(request.headers.get("Cookie") ?? "");
  return match?.[1] ?? null;
}
