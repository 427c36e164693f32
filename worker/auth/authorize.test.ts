import { describe, expect, test } from "vitest";
import type { KeyScope, Role } from "../../protocol/management";
import type { Action, Principal } from "../routes/route";
import { authorizeOrg, mayDo } from "./authorize";

const ACTIONS: Action[] = ["read", "work", "manage", "own"];
const allowed = (principal: Principal) => ACTIONS.filter((action) => mayDo(principal, action));
const member = (role: Role): Principal => ({ kind: "member", user_id: "u", org_id: "o", role, via: "cookie" });
const key = (scopes: KeyScope[], site_id: string | null = null): Principal => ({
  kind: "key",
  key_id: "k",
  org_id: "o",
  site_id,
  scopes,
});

describe("what a role or a scope may do", () => {
  test.each<[string, Principal, Action[]]>([
    ["viewer", member("viewer"), ["read"]],
    ["editor", member("editor"), ["read", "work"]],
    ["admin", member("admin"), ["read", "work", "manage"]],
    ["owner", member("owner"), ["read", "work", "manage", "own"]],
    ["a key without scopes", key([]), []],
    ["ingest", key(["ingest"]), []],
    ["read", key(["read"]), ["read"]],
    ["admin key", key(["admin"]), ["read", "work", "manage"]],
    ["ingest and read", key(["ingest", "read"]), ["read"]],
  ])("%s", (_, principal, actions) => {
    expect(allowed(principal)).toEqual(actions);
  });
});

describe("the organization", () => {
  test("is the principal's own, in whatever scope", () => {
    expect(authorizeOrg(member("owner"), "own")).toMatchObject({ ok: true, scope: { org_id: "o" } });
    expect(authorizeOrg(member("viewer"), "manage")).toEqual({ ok: false, code: "forbidden" });
  });

  test("is not managed by a key of one site", () => {
    expect(authorizeOrg(key(["admin"], "s"), "read").ok).toBe(true);
    expect(authorizeOrg(key(["admin"], "s"), "manage").ok).toBe(false);
    expect(authorizeOrg(key(["admin"]), "manage").ok).toBe(true);
  });
});
