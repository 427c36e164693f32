/**
 * Source of an `INSERT … SELECT` whose second parameter is a JSON array of arrays: `value ->> i` is column i of a row.
 * Materialized, because SQLite otherwise writes the row's text anew for each column that is read from it, which doubles
 * the time of a flush.
 */
export const JSON_ROWS = "(WITH rows AS MATERIALIZED (SELECT value FROM json_each(?2)) SELECT value FROM rows)";
