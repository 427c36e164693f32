import { KeyInput } from "../../protocol/management";
import { authorizeSite } from "../auth/authorize";
import { fail, ok } from "../reply";
import { addKey, listKeys, readKey, renameKey, revokeKey } from "../store/keys";
import { readJson } from "./read-json";
import type { Handler, Route } from "./route";
import { orgScope } from "./scopes";

const missing = () => fail("not_found", "There is no such key.");

const list: Handler = async (c) => ok(await listKeys(c.env, orgScope(c)));

const add: Handler = async (c) => {
  const input = await readJson(c, KeyInput);
  if (input instanceof Response) return input;
  const scope = orgScope(c);
  if (input.site_id !== null && !(await authorizeSite(c.env, scope.principal, input.site_id, "manage")).ok) {
    return fail("invalid", "Some fields are wrong.", { site_id: "There is no such site." });
  }
  return ok(await addKey(c.env, scope, input, Date.now()), 201);
};

const one: Handler = async (c) => {
  const key = await readKey(c.env, orgScope(c), c.req.param("key") ?? "");
  return key ? ok(key) : missing();
};

const KeyPatch = KeyInput.pick({ name: true });

const rename: Handler = async (c) => {
  const patch = await readJson(c, KeyPatch);
  if (patch instanceof Response) return patch;
  const key = await renameKey(c.env, orgScope(c), c.req.param("key") ?? "", patch.name);
  return key ? ok(key) : missing();
};

const revoke: Handler = async (c) => {
  const revoked = await revokeKey(c.env, orgScope(c), c.req.param("key") ?? "", Date.now());
  return revoked ? new Response(null, { status: 204 }) : missing();
};

const manage = { kind: "org", action: "manage" } as const;

export const keysRoutes: readonly Route[] = [
  { method: "GET", path: "/api/keys", access: manage, handler: list },
  { method: "POST", path: "/api/keys", access: manage, handler: add },
  { method: "GET", path: "/api/keys/:key", access: manage, handler: one },
  { method: "PATCH", path: "/api/keys/:key", access: manage, handler: rename },
  { method: "DELETE", path: "/api/keys/:key", access: manage, handler: revoke },
];
