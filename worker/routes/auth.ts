import * as z from "zod";
import { LoginRequest } from "../../protocol/management";
import { readCookie, sessionCookie } from "../auth/cookie";
import { issueTicket } from "../auth/one-time-token";
import { isForeignPage } from "../auth/same-origin";
import { closeSession } from "../auth/session";
import { checkPassword, signedIn, tryToken, waitReply } from "../auth/sign-in";
import { senderFacts } from "../ingest/sender-facts";
import { fail, ok } from "../reply";
import { accountOf, describeMember, roleOf } from "../store/members";
import { redeemToken } from "../store/one-time-tokens";
import { readJson } from "./read-json";
import type { Handler, Route } from "./route";

const foreign = () => fail("forbidden", "This page may not sign in here.");

/** `POST /api/auth/login`. A foreign page must not sign a visitor in as somebody else. */
const login: Handler = async (c) => {
  if (isForeignPage(c.req.raw)) return foreign();
  const input = await readJson(c, LoginRequest);
  if (input instanceof Response) return input;
  const { email, password } = input;
  const now = Date.now();
  const account = await accountOf(c.env, email);
  const { address } = senderFacts(c.req.raw);
  const checked = await checkPassword(c.env, { email, address, password, stored: account?.password_hash ?? null }, now);
  if (!checked.ok && checked.reason === "wait") return waitReply(checked.wait_s);
  if (!checked.ok || !account) return fail("unauthorized", "The e-mail address or the password is wrong.");
  const user = { userId: account.user_id, organizationId: account.org_id, role: account.role };
  return signedIn(c.req.raw, c.env, user, now);
};

/** `POST /api/auth/logout`: ends the session of the cookie, if there is one. */
const logout: Handler = async (c) => {
  if (isForeignPage(c.req.raw)) return foreign();
  const token = readCookie(c.req.raw);
  if (token !== null) await closeSession(c.env, token);
  return new Response(null, { status: 204, headers: { "Set-Cookie": sessionCookie(c.req.raw, "", 0) } });
};

const LinkRequest = z.object({ token: z.string().min(1).max(200) });

/** `POST /api/auth/link`: exchanges the token of a sign-in link, once. */
const link: Handler = async (c) => {
  if (isForeignPage(c.req.raw)) return foreign();
  const input = await readJson(c, LinkRequest);
  if (input instanceof Response) return input;
  const now = Date.now();
  const { address } = senderFacts(c.req.raw);
  const tried = await tryToken(c.env, address, () => redeemToken(c.env, "sign_in", input.token, now), now);
  if (!tried.ok && tried.reason === "wait") return waitReply(tried.wait_s);
  const member = tried.ok ? tried.value : null;
  const role = member && (await roleOf(c.env, member));
  if (!member || !role)
    return fail(
      "unauthorized",
      "This link was used already, or is too old. Sign in with your password; a local server prints a new link at its next start.",
    );
  return signedIn(c.req.raw, c.env, { userId: member.user_id, organizationId: member.org_id, role }, now);
};

const notMember = () => fail("forbidden", "A key is no member.");

const me: Handler = async (c) => {
  const principal = c.get("principal");
  if (principal?.kind !== "member") return notMember();
  const member = await describeMember(c.env, principal);
  return member ? ok(member) : fail("unauthorized", "Sign in first.");
};

/** `POST /api/realtime/ticket`: for one socket within 30 s. */
const ticket: Handler = async (c) => {
  const principal = c.get("principal");
  if (principal?.kind !== "member") return notMember();
  return ok(await issueTicket(c.env, principal, Date.now()), 201);
};

export const authRoutes: readonly Route[] = [
  { method: "POST", path: "/api/auth/login", access: { kind: "public" }, handler: login },
  { method: "POST", path: "/api/auth/logout", access: { kind: "public" }, handler: logout },
  { method: "POST", path: "/api/auth/link", access: { kind: "public" }, handler: link },
  { method: "GET", path: "/api/auth/me", access: { kind: "signed-in" }, handler: me },
  { method: "POST", path: "/api/realtime/ticket", access: { kind: "signed-in" }, handler: ticket },
];
