import { RATE_PERIOD } from "../../protocol/limits";
import { addressPrefix } from "./identity";
import { hash53 } from "./model/hash";

/** Requests of one address (IPv6: of its /64) in the running minute. Kept in memory: a lost count is forgiven. */
export class RateWindows {
  #counts = new Map<number, number>();
  #period = 0;

  /** Counts a request; answers 0, or the seconds after which to come again. */
  take(address: string, limit: number, now: number): number {
    const period = Math.floor(now / RATE_PERIOD);
    if (period !== this.#period) {
      this.#period = period;
      this.#counts.clear();
    }
    const key = hash53(addressPrefix(address));
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= limit ? 0 : Math.ceil(((period + 1) * RATE_PERIOD - now) / 1_000);
  }
}
