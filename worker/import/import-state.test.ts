import { expect, it } from "vitest";
import { sqliteDatabase } from "../reports/sqlite-database.fixture";
import { FIND_SESSIONS, FIND_VISITORS } from "./import-state";

it.each([
  ["visitors", FIND_VISITORS, "SEARCH v USING PRIMARY KEY (site_id=? AND day=? AND visitor_id=?)"],
  ["sessions", FIND_SESSIONS, "SEARCH s USING PRIMARY KEY (site_id=? AND session_id=?)"],
])("%s are found by their whole key, however many the site has", async (_, sql, search) => {
  const plan = await sqliteDatabase().rows(`EXPLAIN QUERY PLAN ${sql}`, ["s", "[]"]);
  expect(plan).toMatchObject([{ detail: expect.stringContaining("SCAN asked") }, { detail: search }]);
});
