import type { Site } from "../../protocol/management";
import type { Env } from "../env";
import { findSite, findSiteByHost } from "../store/sites";
import type { SenderFacts } from "./sender-facts";

/** The site that is meant: named by `id`, or the one whose domain the page's origin is. */
export async function siteMeant(env: Env, id: string | undefined, facts: SenderFacts): Promise<Site | null> {
  if (id !== undefined) return findSite(env, id);
  return facts.origin_host ? findSiteByHost(env, facts.origin_host) : null;
}
