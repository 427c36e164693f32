import * as z from "zod";
import { type ApiKey, KEY_SCOPES, KeyInput } from "../../protocol/management";
import { forgetKeys, newApiKey } from "../auth/api-key";
import { shortId } from "../auth/random-token";
import { sha256Hex } from "../ingest/hash";
import { readJson } from "../read-json";
import { fail, ok } from "../reply";
import { findSite } from "../store/sites";
import type { Handler, OrgScope, Route } from "./route";
import { orgScope } from "./scopes";

const iso = z.number().transform((at) => new Date(at).toISOString());
const Row = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.string().transform((text) => z.array(z.enum(KEY_SCOPES)).parse(JSON.parse(text))),
  site_id: z.string().nullable(),
  created_at: iso,
  last_used_at: iso.nullable(),
});
const SELECT =
  "SELECT id, name, scopes, site_id, created_at, last_used_at FROM api_keys WHERE org_id = ?1 AND revoked_at IS NULL";
const missing = () => fail("not_found", "There is no such key.");

async function keysOf(db: D1Database, scope: OrgScope): Promise<ApiKey[]> {
  const { results } = await db.prepare(`${SELECT} ORDER BY created_at, id`).bind(scope.org_id).all();
  return z.array(Row).parse(results);
}

async function keyOf(db: D1Database, scope: OrgScope, id: string): Promise<ApiKey | null> {
  const row = await db.prepare(`${SELECT} AND id = ?2`).bind(scope.org_id, id).first();
  return row ? Row.parse(row) : null;
}

const list: Handler = async (c) => ok(await keysOf(c.env.DB, orgScope(c)));

/** The token is in this reply and nowhere else. */
const create: Handler = async (c) => {
  const body = await readJson(c, KeyInput);
  if (body instanceof Response) return body;
  const { name, scopes, site_id } = body.data;
  const scope = orgScope(c);
  if (site_id !== null && (await findSite(c.env, site_id))?.org_id !== scope.org_id) {
    return fail("invalid", "There is no such site.", { site_id: "There is no such site." });
  }
  const id = shortId();
  const token = newApiKey(id);
  const { principal } = scope;
  const by = principal.kind === "member" ? principal.user_id : principal.key_id;
  await c.env.DB.prepare(
    "INSERT INTO api_keys (id, org_id, site_id, name, token_hash, scopes, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  )
    .bind(id, scope.org_id, site_id, name, await sha256Hex(token), JSON.stringify(scopes), by, Date.now())
    .run();
  const key = await keyOf(c.env.DB, scope, id);
  return key ? ok({ ...key, token }, 201) : missing();
};

const read: Handler = async (c) => {
  const key = await keyOf(c.env.DB, orgScope(c), c.req.param("id") ?? "");
  return key ? ok(key) : missing();
};

const KeyPatch = z.object({ name: KeyInput.shape.name });

const rename: Handler = async (c) => {
  const body = await readJson(c, KeyPatch);
  if (body instanceof Response) return body;
  const scope = orgScope(c);
  const id = c.req.param("id") ?? "";
  await c.env.DB.prepare("UPDATE api_keys SET name = ? WHERE id = ? AND org_id = ? AND revoked_at IS NULL")
    .bind(body.data.name, id, scope.org_id)
    .run();
  const key = await keyOf(c.env.DB, scope, id);
  return key ? ok(key) : missing();
};

const revoke: Handler = async (c) => {
  const scope = orgScope(c);
  const id = c.req.param("id") ?? "";
  if (!(await keyOf(c.env.DB, scope, id))) return missing();
  await c.env.DB.prepare("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND org_id = ?")
    .bind(Date.now(), id, scope.org_id)
    .run();
  forgetKeys();
  return ok(null);
};

const manage = { kind: "org", action: "manage" } as const;

export const keysRoutes: readonly Route[] = [
  { method: "GET", path: "/api/keys", access: manage, handler: list },
  { method: "POST", path: "/api/keys", access: manage, handler: create },
  { method: "GET", path: "/api/keys/:id", access: manage, handler: read },
  { method: "PATCH", path: "/api/keys/:id", access: manage, handler: rename },
  { method: "DELETE", path: "/api/keys/:id", access: manage, handler: revoke },
];
