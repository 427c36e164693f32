import { Tally } from "../../pure/tally";
import type { Session } from "./session";
import type { Tabs } from "./tabs";

/** What live numbers count of a session. */
interface Standing {
  /** Not ended. */
  active: boolean;
  /** Null: no tab is open. */
  here: Pick<Session, "visitor_id" | "current_page" | "dimensions"> | null;
}

/** Visitors by value. */
export type VisitorsBy = Map<string, Tally>;

/**
 * How many sessions have not ended, and which visitors are here by page, source, country and device. Counted anew are
 * sessions that changed alone: a very large site has too many to look at all of them for every frame.
 */
export class Standings {
  /** As they were counted. */
  readonly #counted = new Map<string, Standing>();
  readonly #changed = new Set<string>();
  readonly pages: VisitorsBy = new Map();
  readonly sources: VisitorsBy = new Map();
  readonly countries: VisitorsBy = new Map();
  readonly devices: VisitorsBy = new Map();
  #active = 0;

  get active(): number {
    return this.#active;
  }

  /** Sessions that changed and were not counted anew yet. */
  get unsettled(): number {
    return this.#changed.size;
  }

  /** The session began, ended or was forgotten, or it is on another page, or has a first open tab, or none any more. */
  changed(session_id: string): void {
    this.#changed.add(session_id);
  }

  /** Counts what changed. */
  settle(sessions: ReadonlyMap<string, Session>, tabs: Tabs): void {
    for (const id of this.#changed) {
      const had = this.#counted.get(id);
      if (had) this.#count(had, -1);
      const session = sessions.get(id);
      if (session) {
        const { visitor_id, current_page, dimensions } = session;
        const here = tabs.openOf(id) > 0 ? { visitor_id, current_page, dimensions } : null;
        const standing = { active: !session.ended, here };
        this.#counted.set(id, standing);
        this.#count(standing, 1);
      } else this.#counted.delete(id);
    }
    this.#changed.clear();
  }

  #count({ active, here }: Standing, step: 1 | -1): void {
    if (active) this.#active += step;
    if (!here) return;
    const { visitor_id, current_page, dimensions } = here;
    count(this.pages, current_page, visitor_id, step);
    count(this.sources, dimensions.source, visitor_id, step);
    if (dimensions.country) count(this.countries, dimensions.country, visitor_id, step);
    count(this.devices, dimensions.device, visitor_id, step);
  }
}

function count(by: VisitorsBy, value: string, visitor: string, step: 1 | -1): void {
  let visitors = by.get(value);
  if (!visitors) {
    visitors = new Tally();
    by.set(value, visitors);
  }
  if (step === 1) visitors.add(visitor);
  else visitors.remove(visitor);
  if (visitors.size === 0) by.delete(value);
}
