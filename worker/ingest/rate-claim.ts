import type { RateClaim, RateRoute } from "../../protocol/ingest";
import type { Principal } from "../routes/route";

/** Against which rate a request of this sender counts. A member's token counts by member: there may be many tokens. */
export function rateClaim(principal: Principal | null, address: string, route: RateRoute): RateClaim {
  if (!principal) return { by: "address", route, address };
  return { by: "key", id: principal.kind === "key" ? `key:${principal.key_id}` : `member:${principal.user_id}` };
}
