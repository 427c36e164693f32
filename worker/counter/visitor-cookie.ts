import { Buffer } from "node:buffer";
import { COUNTER_COOKIE_LIFE } from "../../protocol/limits";
import { isLocal } from "../auth/cookie";
import type { RingKey } from "../auth/key-ring";

/** Value: UUID v4, when it was made (seconds since 1970, base 36), and an HMAC over both. */
const COOKIE = /(?:^|;\s*)visitorId=([0-9a-f-]{36})\.([0-9a-z]{1,9})\.([\w-]{43})(?=;|$)/g;

/** The visitor of the request's cookie; null without one, and for one that is forged or older than it may get. `now` in milliseconds. */
export async function readVisitor(request: Request, keys: readonly RingKey[], now: number): Promise<string | null> {
  // A browser may send two: one of its own jar and one of the page's.
  for (const [, id = "", made = "", signature = ""] of (request.headers.get("Cookie") ?? "").matchAll(COOKIE)) {
    const age = now / 1_000 - Number.parseInt(made, 36);
    if (age < 0 || age > COUNTER_COOKIE_LIFE) continue;
    for (const key of keys) {
      const bytes = Buffer.from(signature, "base64url");
      if (await crypto.subtle.verify("HMAC", await hmacKey(key), bytes, signed(id, made))) return id;
    }
  }
  return null;
}

/** How the page that asks stands to this server: only a cookie without `SameSite` is sent from another site. */
export type Relation = "same_site" | "cross_site";

/** `Set-Cookie` of a visitor. */
export async function visitorCookie(
  request: Request,
  { id, key, relation, now }: { id: string; key: RingKey; relation: Relation; now: number },
): Promise<string> {
  const made = Math.floor(now / 1_000).toString(36);
  const signature = Buffer.from(await crypto.subtle.sign("HMAC", await hmacKey(key), signed(id, made)));
  const secure = isLocal(new URL(request.url)) ? "" : "; Secure";
  const reach = relation === "cross_site" ? "SameSite=None; Secure; Partitioned" : `SameSite=Lax${secure}`;
  const value = `${id}.${made}.${signature.toString("base64url")}`;
  return `visitorId=${value}; Path=/events; Max-Age=${COUNTER_COOKIE_LIFE}; HttpOnly; ${reach}`;
}

const hmacKey = ({ secret }: RingKey) =>
  crypto.subtle.importKey("raw", Buffer.from(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

/** Nothing else that a key of the ring signs has this form. */
const signed = (id: string, made: string) => Buffer.from(`visitorId\n${id}\n${made}`);
