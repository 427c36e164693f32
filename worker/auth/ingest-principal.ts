import type { Env } from "../env";
import type { Principal } from "../routes/route";
import { bearerPrincipal, readBearer } from "./principal";

/**
 * The server that sends events: by `Authorization` alone, since beacons carry the cookies of a dashboard on the same
 * origin. Null: nobody claims to be one. "unauthorized": the key or token is not valid; "forbidden": the key is not for
 * sending.
 */
export async function ingestPrincipal(
  request: Request,
  env: Env,
  now: number,
): Promise<Principal | "unauthorized" | "forbidden" | null> {
  const bearer = readBearer(request);
  if (bearer === null) return null;
  const principal = await bearerPrincipal(env, bearer, now);
  if (!principal) return "unauthorized";
  return principal.kind === "member" || principal.scopes.includes("ingest") ? principal : "forbidden";
}
