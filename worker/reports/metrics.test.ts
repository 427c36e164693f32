import { describe, expect, it } from "vitest";
import { ADD_ROLLUPS, rollupValues } from "../../durable-objects/site/sinks/rollups-table";
import { METRICS } from "../../protocol/stats";
import { metricOf, metricSql } from "./metrics";
import { sqliteDatabase } from "./sqlite-database.fixture";

const SOME = {
  events: 7,
  page_views: 5,
  visitors: 2,
  sessions: 3,
  bounces: 1,
  errors: 4,
  duration_ms: 100,
  engaged_ms: 50,
};

describe.each([
  ["some", SOME],
  ["no sessions", { ...SOME, sessions: 0 }],
])("%s", (_, counts) => {
  it.each(METRICS)("%s is the same in SQL", async (metric) => {
    const db = sqliteDatabase();
    const row = { day: 20260520, hour: 1, dimension: "total", value: "", ...counts };
    await db.write([{ sql: ADD_ROLLUPS, params: ["s", JSON.stringify([rollupValues(row)])] }]);
    expect(await db.rows(`SELECT ${metricSql(metric)} AS value FROM rollups WHERE site_id = ?1`, ["s"])).toEqual([
      { value: metricOf(metric, counts) },
    ]);
  });
});
