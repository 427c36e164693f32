import { hashPassword } from "../durable-objects/org/password";
import type { KeyScope, Role } from "../protocol/management";
import { createApp } from "./app";
import { randomSecret } from "./auth/secret";
import type { Env } from "./env";
import { sha256Hex } from "./ingest/hash";
import { addOneTimeToken } from "./store/one-time-tokens";
import { randomId } from "./store/random-id";

export const ORIGIN = "https://stats.example";
export const PASSWORD = "correct horse battery";

const app = createApp();

export interface Ask {
  method?: string;
  body?: unknown;
  /** The body as it is, instead of `body` as JSON. */
  raw?: string;
  headers?: Record<string, string>;
}

export interface Tenant {
  org_id: string;
  user_id: string;
  email: string;
  site_id: string;
}

let passwordHash: Promise<string> | null = null;

/** Ways to play through the app: `env` and `newContext` are the test runtime's. */
export function harness(env: Env, newContext: () => ExecutionContext) {
  /** A request through the whole app, as a page of our own origin would send it; an empty header is left out. */
  async function ask(path: string, { method = "GET", body, raw, headers = {} }: Ask = {}): Promise<Response> {
    const sent = Object.entries({ Origin: ORIGIN, ...headers }).filter(([, value]) => value !== "");
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const init = { method, headers: sent, ...(text !== undefined && { body: text }) };
    return app.fetch(new Request(ORIGIN + path, init), env, newContext());
  }

  /** An organization with one member and one site; everything has fresh ids. */
  async function makeTenant(role: Role = "owner"): Promise<Tenant> {
    passwordHash ??= hashPassword(PASSWORD);
    const [org_id, user_id, site_id] = [randomId(), randomId(), randomId()];
    const email = `${user_id}@example.com`;
    const domain = `${site_id}.example`;
    await env.DB.batch([
      env.DB.prepare("INSERT INTO organizations (id, name, created_at) VALUES (?, 'Org', 0)").bind(org_id),
      env.DB.prepare("INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?, ?, 'Ann', ?, 0)").bind(
        user_id,
        email,
        await passwordHash,
      ),
      env.DB.prepare("INSERT INTO memberships (org_id, user_id, role, created_at) VALUES (?, ?, ?, 0)").bind(
        org_id,
        user_id,
        role,
      ),
      env.DB.prepare(
        "INSERT INTO sites (id, org_id, name, domain, domains, created_at) VALUES (?, ?, 'Site', ?, ?, 0)",
      ).bind(site_id, org_id, domain, JSON.stringify([domain])),
    ]);
    return { org_id, user_id, email, site_id };
  }

  /** Signs in by a one-time link: the value of a `Cookie` header, and the member's token. */
  async function signIn(tenant: Tenant): Promise<{ cookie: string; token: string }> {
    const token = await addOneTimeToken(env, "sign_in", tenant, Date.now() + 60_000);
    const response = await ask("/api/auth/link", { method: "POST", body: { token } });
    const cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
    const body: { token: string } = await response.json();
    return { cookie, token: body.token };
  }

  /** A key as it stands in D1; resolves to its token. */
  async function makeKey(tenant: Tenant, scopes: KeyScope[], site_id: string | null = null): Promise<string> {
    const id = randomId();
    const token = `ff_${id}_${randomSecret()}`;
    await env.DB.prepare(
      "INSERT INTO api_keys (id, org_id, site_id, name, token_hash, scopes, created_by, created_at) VALUES (?, ?, ?, 'Key', ?, ?, ?, 0)",
    )
      .bind(id, tenant.org_id, site_id, await sha256Hex(token), JSON.stringify(scopes), tenant.user_id)
      .run();
    return token;
  }

  return { ask, makeTenant, signIn, makeKey };
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
