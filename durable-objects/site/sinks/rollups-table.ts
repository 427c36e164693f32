import type { RollupRow } from "../model/rollup";
import { JSON_ROWS } from "./json-rows";

const COUNTS = [
  "events",
  "page_views",
  "visitors",
  "sessions",
  "bounces",
  "errors",
  "duration_ms",
  "engaged_ms",
] as const;

/** Takes the site and one JSON parameter: an array of rows as `rollupValues` makes them. Rows add up. */
export const ADD_ROLLUPS = (() => {
  // `rollups` has a column `value` of its own, so that of the row is named with its table.
  const values = ["dimension", "day", "hour", "value", ...COUNTS].map((_, i) => `line.value ->> ${i}`).join(", ");
  const updates = COUNTS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ");
  return `INSERT INTO rollups (site_id, dimension, day, hour, value, ${COUNTS.join(", ")}) SELECT ?1, ${values} FROM ${JSON_ROWS} AS line WHERE true ON CONFLICT (site_id, dimension, day, hour, value) DO UPDATE SET ${updates}`;
})();

/** One row for `ADD_ROLLUPS`. */
export function rollupValues(row: RollupRow): unknown[] {
  return [row.dimension, row.day, row.hour, row.value, ...COUNTS.map((name) => Math.round(row[name]))];
}
