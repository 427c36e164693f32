import * as z from "zod";
import { shortId } from "../auth/random-token";
import { readJson } from "../read-json";
import { fail, ok } from "../reply";
import { createGroup, deleteGroup, findGroup, listGroups, renameGroup } from "../store/groups";
import type { Handler, Route } from "./route";
import { orgScope } from "./scopes";

const GroupInput = z.object({ name: z.string().trim().min(1).max(100) });
const missing = () => fail("not_found", "There is no such group.");

const list: Handler = async (c) => ok(await listGroups(c.env, orgScope(c)));

const create: Handler = async (c) => {
  const body = await readJson(c, GroupInput);
  if (body instanceof Response) return body;
  return ok(await createGroup(c.env, orgScope(c), shortId(), body.data.name, Date.now()), 201);
};

const read: Handler = async (c) => {
  const group = await findGroup(c.env, orgScope(c).org_id, c.req.param("id") ?? "");
  return group ? ok(group) : missing();
};

const update: Handler = async (c) => {
  const body = await readJson(c, GroupInput);
  if (body instanceof Response) return body;
  const group = await renameGroup(c.env, orgScope(c), c.req.param("id") ?? "", body.data.name);
  return group ? ok(group) : missing();
};

const remove: Handler = async (c) => {
  const id = c.req.param("id") ?? "";
  if (!(await findGroup(c.env, orgScope(c).org_id, id))) return missing();
  await deleteGroup(c.env, orgScope(c), id);
  return ok(null);
};

const org = (action: "read" | "manage") => ({ kind: "org", action }) as const;

export const groupsRoutes: readonly Route[] = [
  { method: "GET", path: "/api/groups", access: org("read"), handler: list },
  { method: "POST", path: "/api/groups", access: org("manage"), handler: create },
  { method: "GET", path: "/api/groups/:id", access: org("read"), handler: read },
  { method: "PATCH", path: "/api/groups/:id", access: org("manage"), handler: update },
  { method: "DELETE", path: "/api/groups/:id", access: org("manage"), handler: remove },
];
