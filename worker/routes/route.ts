import type { Context } from "hono";
import type { KeyScope, Role, Site } from "../../protocol/management";
import type { Env } from "../env";

export interface MemberPrincipal {
  kind: "member";
  user_id: string;
  org_id: string;
  role: Role;
  via: "cookie" | "token";
  /** Hash of the session that signed in, where one did. */
  session?: string;
  /** A token is good until then, milliseconds since 1970. */
  until?: number;
}

/** Who is asking. */
export type Principal =
  | MemberPrincipal
  | { kind: "key"; key_id: string; org_id: string; site_id: string | null; scopes: readonly KeyScope[] };

declare const checked: unique symbol;

/** Proof that `authorize` let this principal at this site. Queries and object names take it, never a bare id. */
export interface SiteScope {
  readonly [checked]: "site";
  readonly site: Site;
  readonly principal: Principal;
}

/** Proof for the organization as a whole. */
export interface OrgScope {
  readonly [checked]: "org";
  readonly org_id: string;
  readonly principal: Principal;
}

/** Proof for several sites: those of a group or an organization that the principal may see, or one site. */
export interface SitesScope {
  readonly [checked]: "sites";
  /** What was asked for. */
  readonly of: { kind: "site" | "group" | "org"; id: string };
  /** In the order in which they were added. */
  readonly sites: readonly SiteScope[];
  readonly principal: Principal;
}

export type Action = "read" | "work" | "manage" | "own";

/**
 * How a route is guarded. `public`: nobody is asked. `signed-in`: any member or key. `site`: the site of `?site=` or `:site`.
 * `sites`: those of `?site=`, `?group=` or `?org=`. `org`: the principal's organization.
 */
export type Access =
  | { kind: "public" }
  | { kind: "signed-in" }
  | { kind: "site"; action: Action }
  | { kind: "sites"; action: Action }
  | { kind: "org"; action: Action };

export interface Variables {
  principal: Principal | null;
  site_scope: SiteScope | null;
  sites_scope: SitesScope | null;
  org_scope: OrgScope | null;
  request_id: string;
  /** What was thrown, if anything; for the log alone. */
  error: unknown;
}

export type AppEnv = { Bindings: Env; Variables: Variables };
export type Handler = (c: Context<AppEnv>) => Response | Promise<Response>;

export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE" | "OPTIONS";
  path: string;
  access: Access;
  handler: Handler;
  /** Pages of other origins ask here: they can read also that a method is wrong. */
  pages?: boolean;
}
