import { createHmac, randomBytes } from "node:crypto";
import { addressPrefix } from "../pure/address-prefix";
import { localHour } from "./model/local-time";
import type { DailyIds } from "./model/resolve";
import type { SiteStore } from "./store";

/** Salts live for the rest of their day and the next one. */
const SALT_LIFE = 47 * 3_600_000;
const DAY = 24 * 3_600_000;

/** HMAC-SHA-256 of site, address prefix and user agent under a day's salt, cut to 96 bits, hex. */
export function dailyId(salt: Uint8Array, site_id: string, address: string, user_agent: string): string {
  return createHmac("sha256", salt)
    .update(`${site_id}\n${addressPrefix(address)}\n${user_agent}`)
    .digest("hex")
    .slice(0, 24);
}

/** Ids of a visitor under today's salt and, while it exists, yesterday's. Address and user agent are not kept. */
export class DailyIdentity {
  readonly #store: SiteStore;
  /** By day; null: there is none. */
  #salts = new Map<number, Uint8Array | null>();

  constructor(store: SiteStore) {
    this.#store = store;
  }

  idsOf(site_id: string, address: string, user_agent: string, now: number, timeZone: string): DailyIds {
    const salt = this.#saltOf(localHour(now, timeZone).day, now);
    return {
      today: dailyId(salt, site_id, address, user_agent),
      yesterday: () => {
        const old = this.#salt(localHour(now - DAY, timeZone).day);
        return old ? dailyId(old, site_id, address, user_agent) : null;
      },
    };
  }

  /** Destroys salts whose time is over; answers when the next one's is. */
  expire(now: number): number | null {
    this.#salts.clear();
    return this.#store.expireSalts(now);
  }

  #saltOf(day: number, now: number): Uint8Array {
    const had = this.#salt(day);
    if (had) return had;
    const salt = new Uint8Array(randomBytes(32));
    this.#store.addSalt(day, salt.buffer, now + SALT_LIFE);
    this.#salts.set(day, salt);
    return salt;
  }

  #salt(day: number): Uint8Array | null {
    const had = this.#salts.get(day);
    if (had !== undefined) return had;
    const stored = this.#store.salt(day);
    const salt = stored ? new Uint8Array(stored) : null;
    this.#salts.set(day, salt);
    return salt;
  }
}
