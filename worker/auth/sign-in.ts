import { Buffer } from "node:buffer";
import type { SignInResult } from "../../durable-objects/org/org-object";
import { addressPrefix } from "../../durable-objects/pure/address-prefix";
import type { Claims, LoginReply } from "../../protocol/management";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import { fail } from "../reply";
import { sessionCookie } from "./cookie";
import { issueToken } from "./member-token";
import { openSession, SESSION_LIFE } from "./session";

/** Hashing a password takes more CPU time than a Worker of a free account has: an object does it, and counts failures. */
const passwords = (env: Env) => env.ORG.getByName("sign-in");

export async function hashPassword(env: Env, password: string): Promise<string> {
  return passwords(env).hashPassword(password);
}

/** Looks at a password; `stored` is null where there is no such account, which takes as long. */
export async function checkPassword(
  env: Env,
  asked: { email: string; address: string; password: string; stored: string | null },
  now: number,
): Promise<SignInResult> {
  const { password, stored } = asked;
  const account = await sha256Hex(asked.email.toLowerCase());
  const address = await addressHash(asked.address);
  return passwords(env).trySignIn({ account, address, password, stored }, now);
}

/** An IPv6 network counts as one: whoever has an address there has all of them. */
const addressHash = (address: string) => sha256Hex(addressPrefix(address));

/** What came of a try with a token, and whether too many from that address failed before. */
export type Tried<T> =
  | { ok: true; value: T }
  | { ok: false; reason: "wrong" }
  | { ok: false; reason: "wait"; wait_s: number };

/** Looks at a token by `look`, whose null is a failure, unless too many tries from that address failed before. */
export async function tryToken<T>(
  env: Env,
  address: string,
  look: () => Promise<T | null>,
  now: number,
): Promise<Tried<T>> {
  const hash = await addressHash(address);
  const wait_s = await passwords(env).beginTry(hash, now);
  if (wait_s > 0) return { ok: false, reason: "wait", wait_s };
  let wrong = false;
  try {
    const value = await look();
    wrong = value === null;
    return value === null ? { ok: false, reason: "wrong" } : { ok: true, value };
  } finally {
    // A look that threw says nothing about the token.
    if (!wrong) await passwords(env).forgiveTry(hash);
  }
}

/** The reply to a try that is not looked at. */
export function waitReply(wait_s: number): Response {
  const headers = { "Retry-After": String(wait_s) };
  return fail("rate_limited", "Too many failed tries. Wait before the next one.", undefined, headers);
}

/** The reply that signs a member in: the cookie for a browser, a token for a program. */
export async function signedIn(request: Request, env: Env, user: Claims, now: number): Promise<Response> {
  const { userId: user_id, organizationId: org_id } = user;
  const cookie = await openSession(env, { user_id, org_id }, now);
  const reply: LoginReply = { ...(await issueToken(env, user, now)), user };
  // Under `data` as every reply of management, and flat as the token's readers were promised it.
  const headers = { "Set-Cookie": sessionCookie(request, cookie, SESSION_LIFE / 1_000) };
  return Response.json({ success: true, data: reply, ...reply }, { headers });
}

/** Compares in constant time, texts of different lengths too. */
export async function isSameSecret(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, wanted].map(digest));
  return a !== undefined && b !== undefined && crypto.subtle.timingSafeEqual(a, b);
}

const digest = (text: string) => crypto.subtle.digest("SHA-256", Buffer.from(text));
