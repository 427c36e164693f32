import * as z from "zod";
import { Name } from "../../protocol/management";
import { fail, ok } from "../reply";
import { addGroup, deleteGroup, findGroup, listGroups, renameGroup } from "../store/groups";
import { tellOrg } from "../tell-org";
import { readJson } from "./read-json";
import type { Handler, Route } from "./route";
import { orgScope } from "./scopes";

const GroupInput = z.object({ name: Name });

const missing = () => fail("not_found", "There is no such group.");

const list: Handler = async (c) => ok(await listGroups(c.env, orgScope(c)));

const add: Handler = async (c) => {
  const input = await readJson(c, GroupInput);
  if (input instanceof Response) return input;
  return ok(await addGroup(c.env, orgScope(c), input.name, Date.now()), 201);
};

const one: Handler = async (c) => {
  const group = await findGroup(c.env, orgScope(c), c.req.param("group") ?? "");
  return group ? ok(group) : missing();
};

const rename: Handler = async (c) => {
  const input = await readJson(c, GroupInput);
  if (input instanceof Response) return input;
  const group = await renameGroup(c.env, orgScope(c), c.req.param("group") ?? "", input.name);
  return group ? ok(group) : missing();
};

const remove: Handler = async (c) => {
  const scope = orgScope(c);
  const deleted = await deleteGroup(c.env, scope, c.req.param("group") ?? "");
  if (!deleted) return missing();
  await tellOrg(c.env, scope.org_id);
  return new Response(null, { status: 204 });
};

const read = { kind: "org", action: "read" } as const;
const manage = { kind: "org", action: "manage" } as const;

export const groupsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/groups", access: read, handler: list },
  { method: "POST", path: "/api/groups", access: manage, handler: add },
  { method: "GET", path: "/api/groups/:group", access: read, handler: one },
  { method: "PATCH", path: "/api/groups/:group", access: manage, handler: rename },
  { method: "DELETE", path: "/api/groups/:group", access: manage, handler: remove },
];
