import type { SiteEvent } from "../../../protocol/event";
import type { Dimensions } from "../../../protocol/ingest";
import type { NewMarks } from "./marks";
import type { Session, SessionOpening } from "./session";

/** What counting reads of an event, with its number in its session. All else of it stands in its row for D1. */
export interface CountedEvent extends Pick<SiteEvent, "at" | "type" | "path" | "name" | "engaged_ms"> {
  n: number;
}

/**
 * What one accepted batch did to one session: the unit of the journal. Everything that could be decided differently a
 * second time (identity, session, numbers) is decided already, so applying it again gives the same state.
 */
export interface Entry {
  /** Arrival, milliseconds since 1970. */
  at: number;
  /** Null: without any id (Do Not Track). */
  visitor_id: string | null;
  session_id: string | null;
  /** Key of the open tab in presence. */
  tab: string | null;
  present: boolean;
  /** The session begins here. */
  opening: SessionOpening | null;
  /** A named session that had ended goes on from here. */
  revived: Session | null;
  /** Of events without a session. */
  dimensions: Dimensions | null;
  events: CountedEvent[];
  /** The site's when this was counted: its owner may choose another. Absent in rows of before, and where nothing was counted. */
  time_zone?: string;
  /** What tells these events from their repeats. None: nothing can repeat. */
  marks?: NewMarks[];
  /** The last socket of `tab` closed, and nothing else happened. */
  closed?: { goodbye: boolean };
}

/** Row session of events without any id: they are kept as rows under it, and belong to nobody. No sender can name it. */
export const ANONYMOUS_SESSION = "";
