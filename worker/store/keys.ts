import { and, asc, eq, isNull, lt, or } from "drizzle-orm";
import * as z from "zod";
import { api_keys } from "../../migrations/schema";
import { type ApiKey, KEY_SCOPES, type KeyInput, type KeyScope } from "../../protocol/management";
import { randomSecret } from "../auth/secret";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import type { OrgScope } from "../routes/route";
import { createCache } from "./cache";
import { dbOf } from "./db";
import { JsonText } from "./json-text";
import { randomId } from "./random-id";

/** Its last use is written down at most this often. */
const USED_INTERVAL = 60_000;

interface KnownKey {
  id: string;
  org_id: string;
  site_id: string | null;
  scopes: KeyScope[];
  last_used_at: number | null;
}

const byHash = createCache<KnownKey | null>({ life: 5_000, size: 1_000 });

const Scopes = JsonText.pipe(z.array(z.enum(KEY_SCOPES)));

const iso = (at: number) => new Date(at).toISOString();

/** `ff_<id>_<secret>`. */
const TOKEN = /^ff_[a-z0-9]{1,32}_[\w-]{43}$/;

/** The key of a token, unless it was revoked. A revocation may take 5 s to be seen. */
export async function findKey(env: Env, token: string, now: number): Promise<KnownKey | null> {
  if (!TOKEN.test(token)) return null;
  const token_hash = await sha256Hex(token);
  const key = await byHash.get(token_hash, now, () => selectKey(env, token_hash));
  if (key) await noteUse(env, key, now);
  return key;
}

async function selectKey(env: Env, token_hash: string): Promise<KnownKey | null> {
  const { id, org_id, site_id, scopes, last_used_at } = api_keys;
  const [row] = await dbOf(env)
    .select({ id, org_id, site_id, scopes, last_used_at })
    .from(api_keys)
    .where(and(eq(api_keys.token_hash, token_hash), isNull(api_keys.revoked_at)));
  return row ? { ...row, scopes: Scopes.parse(row.scopes) } : null;
}

async function noteUse(env: Env, key: KnownKey, now: number): Promise<void> {
  if (key.last_used_at !== null && now - key.last_used_at < USED_INTERVAL) return;
  key.last_used_at = now;
  try {
    await dbOf(env)
      .update(api_keys)
      .set({ last_used_at: now })
      .where(
        and(eq(api_keys.id, key.id), or(isNull(api_keys.last_used_at), lt(api_keys.last_used_at, now - USED_INTERVAL))),
      );
  } catch {
    // D1 is away: the request it was used for goes on, and the next minute writes it down.
  }
}

const isKey = (scope: OrgScope, id: string) =>
  and(eq(api_keys.org_id, scope.org_id), eq(api_keys.id, id), isNull(api_keys.revoked_at));

const shown = {
  id: api_keys.id,
  name: api_keys.name,
  scopes: api_keys.scopes,
  site_id: api_keys.site_id,
  created_at: api_keys.created_at,
  last_used_at: api_keys.last_used_at,
};

function toKey(row: {
  id: string;
  name: string;
  scopes: string;
  site_id: string | null;
  created_at: number;
  last_used_at: number | null;
}): ApiKey {
  return {
    ...row,
    scopes: Scopes.parse(row.scopes),
    created_at: iso(row.created_at),
    last_used_at: row.last_used_at === null ? null : iso(row.last_used_at),
  };
}

/** The organization's keys that were not revoked. */
export async function listKeys(env: Env, scope: OrgScope): Promise<ApiKey[]> {
  const rows = await dbOf(env)
    .select(shown)
    .from(api_keys)
    .where(and(eq(api_keys.org_id, scope.org_id), isNull(api_keys.revoked_at)))
    .orderBy(asc(api_keys.created_at), asc(api_keys.id));
  return rows.map(toKey);
}

/** The new key with its token, which nobody can read again. */
export async function addKey(env: Env, scope: OrgScope, input: KeyInput, now: number): Promise<ApiKey> {
  const { principal } = scope;
  const id = randomId();
  const token = `ff_${id}_${randomSecret()}`;
  await dbOf(env)
    .insert(api_keys)
    .values({
      id,
      org_id: scope.org_id,
      site_id: input.site_id,
      name: input.name,
      token_hash: await sha256Hex(token),
      scopes: JSON.stringify(input.scopes),
      created_by: principal.kind === "member" ? principal.user_id : principal.key_id,
      created_at: now,
    });
  const { name, scopes, site_id } = input;
  return { id, name, scopes, site_id, created_at: iso(now), last_used_at: null, token };
}

/** The key, or null if there is none of that id. */
export async function readKey(env: Env, scope: OrgScope, id: string): Promise<ApiKey | null> {
  const [row] = await dbOf(env).select(shown).from(api_keys).where(isKey(scope, id));
  return row ? toKey(row) : null;
}

/** The renamed key, or null if there is none of that id. */
export async function renameKey(env: Env, scope: OrgScope, id: string, name: string): Promise<ApiKey | null> {
  const [row] = await dbOf(env).update(api_keys).set({ name }).where(isKey(scope, id)).returning(shown);
  return row ? toKey(row) : null;
}

/** False if there is no such key. */
export async function revokeKey(env: Env, scope: OrgScope, id: string, now: number): Promise<boolean> {
  const { meta } = await dbOf(env).update(api_keys).set({ revoked_at: now }).where(isKey(scope, id));
  byHash.clear();
  return meta.changes > 0;
}
