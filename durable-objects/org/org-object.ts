import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../worker/env";
import { hashPassword, verifyPassword } from "./password";
import { afterFailure, type Tries, waitFor } from "./throttle";

export type SignIn = { ok: true } | { ok: false; retry_after_s: number };

/** One organization. Passwords are checked here, not in the Worker: a free plan gives a Worker 10 ms of CPU, an object 30 s. */
export class OrgObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS tries (who TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID",
    );
  }

  /**
   * Checks a password. `who` are keys of the account and of the address, each throttled on its own; `stored` is null for
   * an account that does not exist, which takes as long and fails alike. `retry_after_s` is 0 for a wrong password.
   */
  async signIn(who: readonly string[], password: string, stored: string | null, now: number): Promise<SignIn> {
    const wait = Math.max(...who.map((key) => waitFor(this.#tries(key), now)));
    if (wait > 0) return { ok: false, retry_after_s: Math.ceil(wait / 1_000) };
    // Counted before the slow check, so that many tries at once do not all pass the throttle.
    for (const key of who) this.#save(key, afterFailure(this.#tries(key), now));
    const good = await verifyPassword(password, stored ?? NOBODY);
    if (!good || stored === null) return { ok: false, retry_after_s: 0 };
    for (const key of who) this.ctx.storage.sql.exec("DELETE FROM tries WHERE who = ?", key);
    return { ok: true };
  }

  hashPassword(password: string): Promise<string> {
    return hashPassword(password);
  }

  #tries(who: string): Tries | null {
    const rows = this.ctx.storage.sql.exec<{ failures: number; last_at: number }>(
      "SELECT failures, last_at FROM tries WHERE who = ?",
      who,
    );
    return rows.toArray()[0] ?? null;
  }

  #save(who: string, tries: Tries): void {
    this.ctx.storage.sql.exec(
      "INSERT OR REPLACE INTO tries (who, failures, last_at) VALUES (?, ?, ?)",
      who,
      tries.failures,
      tries.last_at,
    );
  }
}

/** A well-formed hash that no password has. */
const NOBODY = `scrypt$16384$8$5$${"A".repeat(22)}$${"A".repeat(43)}`;
