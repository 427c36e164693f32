import { timingSafeEqual } from "node:crypto";
import { SetupRequest, type SetupState } from "../../protocol/management";
import { isOwnPage } from "../auth/principal";
import { shortId } from "../auth/random-token";
import { sha256Hex } from "../ingest/hash";
import { readJson } from "../read-json";
import { fail, ok } from "../reply";
import { signedInReply } from "./auth";
import type { Handler, Route } from "./route";

async function isNeeded(db: D1Database): Promise<boolean> {
  return (await db.prepare("SELECT 1 FROM users LIMIT 1").first()) === null;
}

const state: Handler = async (c) => ok({ needed: await isNeeded(c.env.DB) } satisfies SetupState);

/** Creates the first owner of a deployed installation. Whoever has the token of the deploy may, once. */
const setup: Handler = async (c) => {
  if (!isOwnPage(c.req.raw)) return fail("forbidden", "This page may not set anything up here.");
  const body = await readJson(c, SetupRequest);
  if (body instanceof Response) return body;
  if (!(await isNeeded(c.env.DB))) return fail("not_found", "This installation is set up. Sign in.");
  const { setup_token, organization, email, password } = body.data;
  if (!c.env.SETUP_TOKEN || !(await isSame(setup_token, c.env.SETUP_TOKEN))) {
    return fail("unauthorized", "The set-up token is not the one that the deploy printed.");
  }
  const now = Date.now();
  const org_id = shortId();
  const user_id = shortId();
  const hash = await c.env.ORG.getByName("sign-in").hashPassword(password);
  // The guard of every statement is the table itself, so that of two requests at once one creates nothing.
  const nobody = "WHERE NOT EXISTS (SELECT 1 FROM users)";
  const mine = "WHERE EXISTS (SELECT 1 FROM users WHERE id = ?1)";
  await c.env.DB.batch([
    c.env.DB.prepare(`INSERT INTO users (id, email, password_hash, created_at) SELECT ?1, ?2, ?3, ?4 ${nobody}`).bind(
      user_id,
      email.toLowerCase(),
      hash,
      now,
    ),
    c.env.DB.prepare(`INSERT INTO organizations (id, name, created_at) SELECT ?2, ?3, ?4 ${mine}`).bind(
      user_id,
      org_id,
      organization,
      now,
    ),
    c.env.DB.prepare(
      `INSERT INTO memberships (org_id, user_id, role, created_at) SELECT ?2, ?1, 'owner', ?3 ${mine}`,
    ).bind(user_id, org_id, now),
  ]);
  const made = await c.env.DB.prepare("SELECT 1 FROM users WHERE id = ?").bind(user_id).first();
  if (!made) return fail("not_found", "This installation is set up. Sign in.");
  return signedInReply(c, user_id, org_id, "owner", now);
};

/** Hashes have one length, so the comparison tells nothing about the token. */
async function isSame(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256Hex(given), sha256Hex(expected)]);
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export const setupRoutes: readonly Route[] = [
  { method: "GET", path: "/api/setup", access: { kind: "public" }, handler: state },
  { method: "POST", path: "/api/setup", access: { kind: "public" }, handler: setup },
];
