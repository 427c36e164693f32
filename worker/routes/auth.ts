import type { Context } from "hono";
import * as z from "zod";
import { type LoginReply, LoginRequest, type Me, ROLES, type Role } from "../../protocol/management";
import { memberToken } from "../auth/member-token";
import { makeTicket, takeToken } from "../auth/one-time-token";
import { isOwnPage } from "../auth/principal";
import { closeUserSession, openUserSession, sessionCookie } from "../auth/user-session";
import { sha256Hex } from "../ingest/hash";
import { senderFacts } from "../ingest/sender-facts";
import { readJson } from "../read-json";
import { fail, ok } from "../reply";
import type { AppEnv, Handler, Route } from "./route";
import { signedIn } from "./scopes";

type C = Context<AppEnv>;

const TICKET_LIFE = 30_000;

const Account = z.object({
  user_id: z.string(),
  org_id: z.string(),
  role: z.enum(ROLES),
  password_hash: z.string().nullable(),
});

/** Answers as signed in: cookie for the dashboard, token for programs. */
export async function signedInReply(c: C, user_id: string, org_id: string, role: Role, now: number): Promise<Response> {
  const session = await openUserSession(c.env, user_id, org_id, now);
  const user = { userId: user_id, organizationId: org_id, role };
  const { token, expires_at } = await memberToken(c.env, user, now);
  const reply: LoginReply = { token, expires_at: new Date(expires_at).toISOString(), user };
  const response = Response.json({ success: true, data: reply, ...reply });
  response.headers.append("Set-Cookie", sessionCookie(session, c.req.raw));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

const foreign = () => fail("forbidden", "This page may not sign anybody in here.");

const login: Handler = async (c) => {
  if (!isOwnPage(c.req.raw)) return foreign();
  const body = await readJson(c, LoginRequest);
  if (body instanceof Response) return body;
  const now = Date.now();
  const { password } = body.data;
  const email = body.data.email.toLowerCase();
  const row = await c.env.DB.prepare(
    "SELECT u.id AS user_id, m.org_id, m.role, u.password_hash FROM users AS u JOIN memberships AS m ON m.user_id = u.id WHERE u.email = ? ORDER BY m.created_at, m.org_id LIMIT 1",
  )
    .bind(email)
    .first();
  const account = row ? Account.parse(row) : null;
  // One object for all sign-ins: an address that tries many accounts is seen as one.
  const { address } = senderFacts(c.req.raw);
  const who = [`account:${await sha256Hex(email)}`, `address:${await sha256Hex(address)}`];
  const answer = await c.env.ORG.getByName("sign-in").signIn(who, password, account?.password_hash ?? null, now);
  if (answer.ok && account) return signedInReply(c, account.user_id, account.org_id, account.role, now);
  if (!answer.ok && answer.retry_after_s > 0) {
    const seconds = answer.retry_after_s;
    return fail("rate_limited", `Too many tries. Try again in ${seconds} s.`, undefined, {
      "Retry-After": String(seconds),
    });
  }
  return fail("unauthorized", "E-mail or password is wrong.");
};

const LinkRequest = z.object({ token: z.string().min(20).max(200) });

const link: Handler = async (c) => {
  if (!isOwnPage(c.req.raw)) return foreign();
  const body = await readJson(c, LinkRequest);
  if (body instanceof Response) return body;
  const now = Date.now();
  const owner = await takeToken(c.env, "sign_in", body.data.token, now);
  const role = owner && (await roleOf(c, owner.org_id, owner.user_id));
  if (!owner || !role)
    return fail("unauthorized", "This link has been used or is too old. Sign in with your password.");
  return signedInReply(c, owner.user_id, owner.org_id, role, now);
};

async function roleOf(c: C, org_id: string, user_id: string): Promise<Role | null> {
  const row = await c.env.DB.prepare("SELECT role FROM memberships WHERE org_id = ? AND user_id = ?")
    .bind(org_id, user_id)
    .first();
  return z.object({ role: z.enum(ROLES) }).safeParse(row).data?.role ?? null;
}

const logout: Handler = async (c) => {
  if (!isOwnPage(c.req.raw)) return foreign();
  await closeUserSession(c.env, c.req.raw);
  const response = ok(null);
  response.headers.append("Set-Cookie", sessionCookie("", c.req.raw));
  return response;
};

const MeRow = z.object({ email: z.string(), name: z.string(), org_name: z.string() });

const me: Handler = async (c) => {
  const principal = signedIn(c);
  if (principal.kind !== "member") return fail("forbidden", "A key is nobody. Sign in as a member.");
  const row = await c.env.DB.prepare(
    "SELECT u.email, u.name, o.name AS org_name FROM users AS u, organizations AS o WHERE u.id = ? AND o.id = ?",
  )
    .bind(principal.user_id, principal.org_id)
    .first();
  const { email, name, org_name } = MeRow.parse(row);
  const user = { userId: principal.user_id, organizationId: principal.org_id, role: principal.role, email, name };
  return ok({ user, organization: { id: principal.org_id, name: org_name } } satisfies Me);
};

const ticket: Handler = async (c) => {
  const principal = signedIn(c);
  if (principal.kind !== "member") return fail("forbidden", "A key sends `Authorization` instead of a ticket.");
  const now = Date.now();
  const value = await makeTicket(c.env, principal.user_id, principal.org_id, now, TICKET_LIFE);
  return ok({ ticket: value, expires_at: new Date(now + TICKET_LIFE).toISOString() }, 201);
};

export const authRoutes: readonly Route[] = [
  { method: "POST", path: "/api/auth/login", access: { kind: "public" }, handler: login },
  { method: "POST", path: "/api/auth/link", access: { kind: "public" }, handler: link },
  { method: "POST", path: "/api/auth/logout", access: { kind: "public" }, handler: logout },
  { method: "GET", path: "/api/auth/me", access: { kind: "signed-in" }, handler: me },
  { method: "POST", path: "/api/realtime/ticket", access: { kind: "signed-in" }, handler: ticket },
];
