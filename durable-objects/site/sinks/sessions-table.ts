import type { Session } from "../model/session";
import { JSON_ROWS } from "./json-rows";

/** Columns of D1's `sessions` after the site, with the value each takes from a session. */
const COLUMNS: readonly (readonly [name: string, of: (s: Session) => unknown])[] = [
  ["session_id", (s) => s.session_id],
  ["visitor_id", (s) => s.visitor_id],
  ["user_id", (s) => s.user_id],
  ["started_at", (s) => s.started_at],
  ["last_activity_at", (s) => s.last_at],
  ["ended_at", (s) => (s.ended ? s.last_at : null)],
  ["entry_page", (s) => s.entry_page],
  ["exit_page", (s) => s.current_page],
  ["page_url", (s) => s.page_url],
  ["referrer", (s) => s.referrer],
  ["source", (s) => s.dimensions.source],
  ["channel", (s) => s.dimensions.channel],
  ["campaign", (s) => s.dimensions.campaign],
  ["medium", (s) => s.dimensions.medium],
  ["country", (s) => s.dimensions.country],
  ["region", (s) => s.dimensions.region],
  ["city", (s) => s.dimensions.city],
  ["device_type", (s) => s.dimensions.device],
  ["browser", (s) => s.dimensions.browser],
  ["browser_version", (s) => s.dimensions.browser_version],
  ["os", (s) => s.dimensions.os],
  ["language", (s) => s.dimensions.language],
  ["screen_width", (s) => s.context.screen_width ?? null],
  ["screen_height", (s) => s.context.screen_height ?? null],
  ["viewport_width", (s) => s.context.viewport_width ?? null],
  ["viewport_height", (s) => s.context.viewport_height ?? null],
  ["page_views", (s) => s.page_views],
  ["events", (s) => s.events],
  ["errors", (s) => s.errors],
  ["engaged_ms", (s) => Math.round(s.engaged_ms)],
  ["journey", (s) => JSON.stringify(s.journey.map((j) => journeyStep(s, j)))],
  ["id_mode", (s) => s.id_mode],
];

function journeyStep(s: Session, { at, type, path, name }: Session["journey"][number]): unknown[] {
  return name === undefined ? [at - s.started_at, type, path] : [at - s.started_at, type, path, name];
}

/**
 * Takes the site and one JSON parameter: an array of rows as `sessionValues` makes them. Values are absolute. An update
 * leaves the indexed start alone, because writing it writes the index too.
 */
export const UPSERT_SESSIONS = upsert(["session_id", "started_at"]);

/** The same for sessions of which an earlier event came later. */
export const UPSERT_MOVED_SESSIONS = upsert(["session_id"]);

function upsert(kept: readonly string[]): string {
  const names = COLUMNS.map(([name]) => name);
  const values = names.map((_, i) => `value ->> ${i}`).join(", ");
  const updates = names
    .filter((name) => !kept.includes(name))
    .map((name) => `${name} = excluded.${name}`)
    .join(", ");
  return `INSERT INTO sessions (site_id, ${names.join(", ")}) SELECT ?1, ${values} FROM ${JSON_ROWS} WHERE true ON CONFLICT (site_id, session_id) DO UPDATE SET ${updates}`;
}

/** One row for `UPSERT_SESSIONS`. */
export function sessionValues(session: Session): unknown[] {
  return COLUMNS.map(([, of]) => of(session));
}
