import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { type MemberId, roleOf } from "../store/members";
import { type AskedBy, addOneTimeToken, redeemToken } from "../store/one-time-tokens";

/** Milliseconds a ticket waits for the socket it was made for. */
const TICKET_LIFE = 30_000;

/** A ticket for one socket, for clients that can send neither cookie nor header with the upgrade. */
export async function issueTicket(
  env: Env,
  member: MemberId & AskedBy,
  now: number,
): Promise<{ ticket: string; expires_at: string }> {
  const expires_at = now + TICKET_LIFE;
  const ticket = await addOneTimeToken(env, "ticket", member, expires_at);
  return { ticket, expires_at: new Date(expires_at).toISOString() };
}

/** Uses a ticket up: whose it was, or null. */
export async function ticketPrincipal(env: Env, ticket: string, now: number): Promise<Principal | null> {
  const redeemed = await redeemToken(env, "ticket", ticket, now);
  const role = redeemed && (await roleOf(env, redeemed));
  return role && { kind: "member", ...redeemed, role, via: "token" };
}
