import * as z from "zod";
import { ROLES } from "../../protocol/management";
import type { Env } from "../env";
import { sha256Hex } from "../ingest/hash";
import type { Principal } from "../routes/route";
import { randomToken } from "./random-token";

const Row = z.object({ user_id: z.string(), org_id: z.string() });

/** Takes a token of this purpose, once: one atomic statement marks it used and says whose it was. */
export async function takeToken(
  env: Env,
  purpose: "sign_in" | "ticket",
  token: string,
  now: number,
): Promise<z.infer<typeof Row> | null> {
  const row = await env.DB.prepare(
    "UPDATE one_time_tokens SET used_at = ?1 WHERE token_hash = ?2 AND purpose = ?3 AND used_at IS NULL AND expires_at > ?1 RETURNING user_id, org_id",
  )
    .bind(now, await sha256Hex(token), purpose)
    .first();
  return row ? Row.parse(row) : null;
}

export async function makeTicket(
  env: Env,
  user_id: string,
  org_id: string,
  now: number,
  life: number,
): Promise<string> {
  const token = randomToken();
  await env.DB.prepare(
    "INSERT INTO one_time_tokens (token_hash, purpose, user_id, org_id, expires_at) VALUES (?, 'ticket', ?, ?, ?)",
  )
    .bind(await sha256Hex(token), user_id, org_id, now + life)
    .run();
  return token;
}

/** The member who asked for this socket ticket. */
export async function ticketPrincipal(env: Env, ticket: string, now: number): Promise<Principal | null> {
  const owner = await takeToken(env, "ticket", ticket, now);
  if (!owner) return null;
  const row = await env.DB.prepare("SELECT role FROM memberships WHERE org_id = ? AND user_id = ?")
    .bind(owner.org_id, owner.user_id)
    .first();
  const member = z.object({ role: z.enum(ROLES) }).safeParse(row);
  return member.success ? { kind: "member", ...owner, role: member.data.role, via: "token" } : null;
}
