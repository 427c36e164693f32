import type { PageContext } from "../../../protocol/beacon";
import type { Dimensions } from "../../../protocol/ingest";
import { JOURNEY_STEPS } from "../../../protocol/limits";
import type { JourneyStep } from "../../../protocol/live";

export type IdMode = "daily" | "persistent" | "given" | "import";

/** A visitor's events with no gap of 30 minutes, as the model keeps it until it has ended and D1 has it. */
export interface Session {
  session_id: string;
  visitor_id: string;
  user_id: string | null;
  id_mode: IdMode;
  /** The sender named it: it may go on after a gap. */
  named: boolean;
  started_at: number;
  last_at: number;
  /** An earlier event came after D1 had the session. */
  start_moved: boolean;
  ended: boolean;
  /** Local day and hour in which it was opened; session counts belong there. */
  day: number;
  hour: number;
  page_url: string;
  referrer: string;
  /** Page of the earliest page view, and when that was; of the first event until a page view comes. */
  entry_page: string;
  entry_at: number | null;
  /** Page of the latest page view, and when that was. */
  current_page: string;
  current_at: number | null;
  page_views: number;
  events: number;
  errors: number;
  customs: number;
  engaged_ms: number;
  /** Number of the next event row. */
  next_n: number;
  journey: JourneyStep[];
  dimensions: Dimensions;
  context: PageContext;
  /** Counts changes; D1 has the state of `stored_rev`. */
  rev: number;
  stored_rev: number;
  stored_at: number;
}

/** What is needed to open one. */
export interface SessionOpening {
  visitor_id: string;
  user_id: string | null;
  id_mode: IdMode;
  named: boolean;
  page_url: string;
  /** Path of `page_url`. */
  path: string;
  referrer: string;
  dimensions: Dimensions;
  context: PageContext;
}

/** One page view and no custom event. */
export function isBounce(session: Session): boolean {
  return session.page_views <= 1 && session.customs === 0;
}

/** Steps that a reader of a journey wants to see. */
export function isStep(type: string): boolean {
  return (
    type === "pageview" ||
    type === "custom" ||
    type === "error" ||
    type === "outbound" ||
    type === "download" ||
    type === "form"
  );
}

/** Adds a step in order of time and keeps the last `JOURNEY_STEPS`. */
export function addStep(journey: JourneyStep[], step: JourneyStep): void {
  let i = journey.length;
  while (i > 0 && (journey[i - 1]?.at ?? 0) > step.at) i--;
  journey.splice(i, 0, step);
  if (journey.length > JOURNEY_STEPS) journey.shift();
}
