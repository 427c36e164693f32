import { matchesHost } from "../enrich/path-match";
import type { Relation } from "./visitor-cookie";

/** Who asks for a counter. */
export type Caller =
  /** A page that may read it, or a program. `origin` is null where the browser needs no leave to read. */
  { allowed: true; origin: string | null; relation: Relation } | { allowed: false };

/** Whether the asking page may read a counter that `hosts` (patterns) may show. Programs send no origin, and may. */
export function counterCaller(request: Request, hosts: readonly string[]): Caller {
  const own = new URL(request.url);
  const origin = request.headers.get("Origin");
  const fetched = request.headers.get("Sec-Fetch-Site");
  if (origin === null) {
    // "none": somebody typed the address. A page of another origin cannot read without saying which it is.
    const allowed = fetched === null || fetched === "none" || fetched === "same-origin";
    return allowed ? { allowed, origin, relation: "same_site" } : { allowed };
  }
  if (origin === own.origin) return { allowed: true, origin, relation: "same_site" };
  const host = URL.parse(origin)?.host ?? "";
  if (!hosts.some((pattern) => matchesHost(pattern, host))) return { allowed: false };
  const cross = fetched === null ? host !== own.host : fetched === "cross-site";
  return { allowed: true, origin, relation: cross ? "cross_site" : "same_site" };
}
