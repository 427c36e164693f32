import { addressPrefix } from "../../durable-objects/pure/address-prefix";
import { FixedWindow } from "../../durable-objects/pure/fixed-window";
import { hash53 } from "../../durable-objects/pure/hash";
import type { RateClaim } from "../../protocol/ingest";
import { DAMPER_LIMIT, RATE_NAMES, RATE_PERIOD } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import type { Env } from "../env";

/** What the platform lets through is at least this many times what the site's object takes: the object decides, not it. */
const MARGIN = 5;
/** Requests by site, kind of route and address that came to this isolate in the running minute. */
const seen = new FixedWindow(RATE_PERIOD, RATE_NAMES);

/**
 * Whether the platform is asked about an address: only once more came here than the site takes from it, so that others
 * do not wait for an answer, and only where the site's `limit` lies far below the platform's.
 */
export function isFlood(seenHere: number, limit: number): boolean {
  return seenHere > limit && limit * MARGIN <= DAMPER_LIMIT;
}

/**
 * Keeps a flood of one address from the site's object, where the platform's rate limiter is bound: answers 0, or the
 * seconds after which to come again.
 */
export async function damp(env: Env, site: Site, rate: RateClaim | null, now: number): Promise<number> {
  if (!env.DAMPER || rate?.by !== "address") return 0;
  const name = `${site.id}\n${rate.route}\n${addressPrefix(rate.address)}`;
  if (!isFlood(seen.count(name, now), site.rate_limit)) return 0;
  // A hash: an address leaves this isolate only towards the object.
  const { success } = await env.DAMPER.limit({ key: String(hash53(name)) });
  return success ? 0 : seen.secondsLeft(now);
}
