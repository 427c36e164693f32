import * as z from "zod";
import { KEY_SCOPES } from "../../protocol/management";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import type { Principal } from "../routes/route";
import { ShortCache } from "../store/cache";
import { randomToken } from "./random-token";

/** Keys of programs: `ff_<id>_<secret>`, of which D1 holds the hash alone. */

const FORM = /^ff_([a-z0-9]{1,40})_[\w-]{20,100}$/;
/** How exactly "last used" is known, and how long a revoked key may still work in another isolate. */
const USED_STEP = 60_000;
const keys = new ShortCache<Principal | null>(5_000, 1_000);

export function isApiKey(token: string): boolean {
  return FORM.test(token);
}

export function newApiKey(id: string): string {
  return `ff_${id}_${randomToken()}`;
}

const Row = z.object({
  id: z.string(),
  org_id: z.string(),
  site_id: z.string().nullable(),
  scopes: z.string().transform((text) => z.array(z.enum(KEY_SCOPES)).parse(JSON.parse(text))),
  last_used_at: z.number().nullable(),
});

/** Finding the row by the hash of the whole token compares nothing secret character by character. */
export async function keyPrincipal(env: Env, token: string, now: number): Promise<Principal | null> {
  const hash = await sha256Hex(token);
  return keys.get(hash, now, async () => {
    const found = await env.DB.prepare(
      "SELECT id, org_id, site_id, scopes, last_used_at FROM api_keys WHERE token_hash = ? AND revoked_at IS NULL",
    )
      .bind(hash)
      .first();
    if (!found) return null;
    const row = Row.parse(found);
    if (now - (row.last_used_at ?? 0) > USED_STEP) {
      await env.DB.prepare("UPDATE api_keys SET last_used_at = ? WHERE id = ?").bind(now, row.id).run();
    }
    return { kind: "key", key_id: row.id, org_id: row.org_id, site_id: row.site_id, scopes: row.scopes };
  });
}

export function forgetKeys(): void {
  keys.clear();
}
