import type { RateClaim } from "../../protocol/ingest";
import { KEY_RATE_LIMIT, KEY_RATE_PERIOD, RATE_NAMES, RATE_PERIOD } from "../../protocol/limits";
import { addressPrefix } from "../pure/address-prefix";
import { FixedWindow } from "../pure/fixed-window";

/** Requests of one site in the running period, by who sends them. Kept in memory: a count lost by eviction is forgiven. */
export class Rates {
  readonly #addresses = new FixedWindow(RATE_PERIOD, RATE_NAMES);
  readonly #keys = new FixedWindow(KEY_RATE_PERIOD, RATE_NAMES);

  /**
   * Counts a request, or `by` of what else is counted; answers 0, or the seconds after which to come again. `limit` is that
   * of an address.
   */
  take(claim: RateClaim, limit: number, now: number, by = 1): number {
    if (claim.by === "key") return taken(this.#keys, claim.id, KEY_RATE_LIMIT, now, by);
    return taken(this.#addresses, `${claim.route}\n${addressPrefix(claim.address)}`, limit, now, by);
  }
}

function taken(window: FixedWindow, name: string, limit: number, now: number, by: number): number {
  return window.count(name, now, by) <= limit ? 0 : window.secondsLeft(now);
}
