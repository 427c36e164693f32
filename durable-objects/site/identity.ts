import { createHmac, randomBytes } from "node:crypto";
import { addressPrefix } from "./model/address-prefix";
import { localHour } from "./model/local-time";
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
  #salts = new Map<number, Uint8Array>();

  constructor(store: SiteStore) {
    this.#store = store;
  }

  idsOf(site_id: string, address: string, user_agent: string, now: number, timeZone: string) {
    const today = localHour(now, timeZone).day;
    const yesterday = localHour(now - DAY, timeZone).day;
    const old = this.#salt(yesterday);
    return {
      today: dailyId(this.#saltOf(today, now), site_id, address, user_agent),
      yesterday: old ? dailyId(old, site_id, address, user_agent) : null,
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
    if (had) return had;
    const stored = this.#store.salt(day);
    if (!stored) return null;
    const salt = new Uint8Array(stored);
    this.#salts.set(day, salt);
    return salt;
  }
}
