import type { Grant } from "../../protocol/viewer-request";
import type { Principal } from "../routes/route";

/** By what a principal's socket is open. */
export function grantOf(principal: Principal): Grant {
  if (principal.kind === "key") return { kind: "key", key_id: principal.key_id, site_id: principal.site_id };
  const { user_id, session, until } = principal;
  if (session !== undefined) return { kind: "session", user_id, hash: session };
  return { kind: "member", user_id, until: until ?? null };
}

/** Who watches: a member or a key. */
export const watcherId = (principal: Principal): string =>
  principal.kind === "member" ? principal.user_id : principal.key_id;
