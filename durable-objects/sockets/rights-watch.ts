import { CLOSE } from "../../protocol/close-codes";
import { RIGHTS_INTERVAL } from "../../protocol/limits";
import { messageOf } from "../log-error";
import { type Held, readStandings, type Standing } from "./rights";
import type { Viewers } from "./viewers";

/** What the watch needs of the object. */
export interface RightsHost {
  viewers: Viewers;
  db(): D1Database;
  /** The site whose sockets these are; null: sockets of a whole organization. */
  site(): string | null;
  log(message: string): void;
}

const CLOSING = {
  signed_out: [CLOSE.notSignedIn, "Sign in again."],
  not_member: [CLOSE.notAllowed, "You may not see this any more."],
  no_site: [CLOSE.notAllowed, "There is no such site for you."],
} as const satisfies Record<Exclude<Standing, "good">, readonly [number, string]>;

/** Looks again, while sockets are open, whether those who opened them still may; closes the others. */
export class RightsWatch {
  readonly #host: RightsHost;
  /** 0 after a wake-up: nobody knows when it was looked last. */
  #lookedAt = 0;

  constructor(host: RightsHost) {
    this.#host = host;
  }

  /** Somebody came, whom the Worker looked at just now. Answers when to look the next time. */
  came(now: number): number {
    if (this.#host.viewers.count === 1) this.#lookedAt = now;
    return this.due(now) ?? now + RIGHTS_INTERVAL;
  }

  /** When to look the next time, milliseconds since 1970; null: there is nobody. */
  due(now: number): number | null {
    if (this.#host.viewers.count === 0) return null;
    // A clock that was set back must not put it off.
    return Math.min(this.#lookedAt || now, now) + RIGHTS_INTERVAL;
  }

  /** Closes whose right has ended, if it is time to look. While D1 does not answer everybody stays. */
  async look(now: number): Promise<void> {
    const { viewers } = this.#host;
    // Less than nothing where the clock was set back.
    const since = now - this.#lookedAt;
    if (viewers.count === 0 || (since >= 0 && since < RIGHTS_INTERVAL)) return;
    this.#lookedAt = now;
    const alike = [...Map.groupBy(viewers.everybody(), ([, viewer]) => keyOf(viewer)).values()];
    const held = alike.flatMap(([first]) => first?.[1] ?? []);
    try {
      const standings = await readStandings(this.#host.db(), held, this.#host.site(), now);
      for (const [i, sockets] of alike.entries()) {
        const standing = standings[i] ?? "good";
        if (standing === "good") continue;
        const [code, reason] = CLOSING[standing];
        for (const [socket] of sockets) viewers.close(socket, code, reason);
      }
    } catch (error) {
      this.#host.log(messageOf(error));
    }
  }
}

const keyOf = ({ org_id, grant }: Held): string => JSON.stringify([org_id, grant]);
