import { LEAVES_KNOWN, LEAVES_REMEMBERED } from "../../protocol/limits";

/** How many leaves the objects of busy sites last told this isolate to use. The sites that were told last are kept. */
export class ToldLeaves {
  readonly #told = new Map<string, { leaves: number; until: number }>();

  /**
   * The site's object said at `now`, milliseconds since 1970, how many to use. What is no number of leaves is as 1: an
   * object that still runs older code says nothing.
   */
  note(site_id: string, leaves: number | undefined, now: number): void {
    this.#told.delete(site_id);
    if (leaves === undefined || !Number.isInteger(leaves) || leaves <= 1) return;
    this.#told.set(site_id, { leaves, until: now + LEAVES_REMEMBERED });
    if (this.#told.size > LEAVES_KNOWN) this.#told.delete(this.#told.keys().next().value ?? site_id);
  }

  /** 1 where nothing was told lately. */
  of(site_id: string, now: number): number {
    const told = this.#told.get(site_id);
    if (!told) return 1;
    if (now < told.until) return told.leaves;
    this.#told.delete(site_id);
    return 1;
  }

  get size(): number {
    return this.#told.size;
  }
}
