import { expect, test } from "vitest";
import { tableOf } from "./meter";

test.each([
  ["INSERT INTO batches (n, events, bytes) VALUES (?, ?, ?)", "batches"],
  ["INSERT OR REPLACE INTO marks (scope) VALUES (?)", "marks"],
  ["DELETE FROM meta WHERE name = 'plan'", "meta"],
  ["UPDATE sites SET name = ?", "sites"],
  ["CREATE TABLE IF NOT EXISTS events_20261121 (a)", "events"],
  ["DROP TABLE IF EXISTS events_20261121", "events"],
  ['delete from "user_sessions" where "user_sessions"."expires_at" < ?', "user_sessions"],
  ["INSERT INTO events_20261121 (a) SELECT value FROM json_each(?2)", "events"],
  ["PRAGMA optimize", "other"],
])("%s is about %s", (sql, table) => {
  expect(tableOf(sql)).toBe(table);
});
