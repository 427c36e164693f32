import { SiteFacts } from "../../protocol/ingest";
import type { DailyIdentity } from "./identity";
import { LiveSite } from "./live-site";
import type { SiteStore } from "./store";

/** What a site's memory needs of the object. */
export interface MemoryHost {
  readonly store: SiteStore;
  readonly identity: DailyIdentity;
  transaction<T>(work: () => T): T;
  /** The state was made from what is durable. */
  made(): void;
  /** The state is about to be looked at. */
  looked(live: LiveSite): void;
  /** Storage failed: the state is forgotten. */
  lost(): void;
}

/** What an object knows of its site: who it is, as the Worker last said, and its state, made of what is durable when it is first needed. */
export class SiteMemory {
  readonly #host: MemoryHost;
  #facts: SiteFacts | null;
  #site: LiveSite | null = null;

  constructor(host: MemoryHost) {
    this.#host = host;
    const kept = host.store.meta("facts");
    this.#facts = kept === null ? null : SiteFacts.parse(JSON.parse(kept));
  }

  /** Null until somebody says which site this is. */
  readonly facts = (): SiteFacts | null => this.#facts;

  /** The site's state as it is now. Not to be kept over an `await`: it may be made anew. */
  readonly live = (): LiveSite => {
    if (!this.#site) {
      const { store, identity, transaction } = this.#host;
      const timeZone = this.#facts?.time_zone ?? "UTC";
      this.#site = new LiveSite(store, identity, timeZone, (work) => this.orForget(() => transaction(work)));
      this.#host.made();
    }
    this.#host.looked(this.#site);
    return this.#site;
  };

  /** What did not reach storage may stand in memory, which is then rebuilt from what is durable. Throws what `work` throws. */
  orForget<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#site = null;
      this.#host.lost();
      throw error;
    }
  }

  learn(said: SiteFacts): void {
    const known = this.#facts;
    const facts = { ...said, leaves: leastLeaves(said) ?? known?.leaves ?? 1 };
    if (
      known &&
      known.site_id === facts.site_id &&
      known.org_id === facts.org_id &&
      known.time_zone === facts.time_zone &&
      known.session_timeout_ms === facts.session_timeout_ms &&
      known.rate_limit === facts.rate_limit &&
      known.leaves === facts.leaves
    ) {
      return;
    }
    // Known is only what is stored: without it a new start would not know what waits here.
    this.#host.store.setMeta("facts", JSON.stringify(facts));
    this.#facts = facts;
  }
}

/** The least that its owner wants; a Worker that still runs older code says nothing of it. */
export const leastLeaves = ({ leaves }: { leaves?: number }): number | undefined => leaves;
