import { and, asc, eq } from "drizzle-orm";
import { memberships, organizations, users } from "../../migrations/schema";
import type { Me, Role } from "../../protocol/management";
import type { Env } from "../env";
import { dbOf } from "./db";

export interface MemberId {
  user_id: string;
  org_id: string;
}

const isMember = ({ user_id, org_id }: MemberId) =>
  and(eq(memberships.org_id, org_id), eq(memberships.user_id, user_id));

/** The member's role, or null for who is none (any more). */
export async function roleOf(env: Env, member: MemberId): Promise<Role | null> {
  const [row] = await dbOf(env).select({ role: memberships.role }).from(memberships).where(isMember(member));
  return row?.role ?? null;
}

/** The account of an e-mail address, in whichever case it is written, with its oldest membership. */
export async function accountOf(env: Env, email: string) {
  const [row] = await dbOf(env)
    .select({
      user_id: users.id,
      org_id: memberships.org_id,
      password_hash: users.password_hash,
      role: memberships.role,
    })
    .from(users)
    .innerJoin(memberships, eq(memberships.user_id, users.id))
    .where(eq(users.email, email))
    .orderBy(asc(memberships.created_at))
    .limit(1);
  return row ?? null;
}

/** What the dashboard says of who is signed in. */
export async function describeMember(env: Env, member: MemberId): Promise<Me | null> {
  const [row] = await dbOf(env)
    .select({
      role: memberships.role,
      email: users.email,
      name: users.name,
      organization: organizations.name,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.user_id))
    .innerJoin(organizations, eq(organizations.id, memberships.org_id))
    .where(isMember(member));
  if (!row) return null;
  const { role, email, name } = row;
  return {
    user: { userId: member.user_id, organizationId: member.org_id, role, email, name },
    organization: { id: member.org_id, name: row.organization },
  };
}
