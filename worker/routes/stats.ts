import { StatsQuery } from "../../protocol/stats";
import { fieldsOf } from "../ingest/normalize-event";
import { siteFacts } from "../ingest/site-facts";
import { callSite } from "../ingest/site-stub";
import { fail } from "../reply";
import { d1Database } from "../reports/d1-database";
import { readStats, type StatsKind } from "../reports/stats";
import { queryOf } from "./query-of";
import type { Handler, Route } from "./route";

/** Rollups answer for a whole site; a filter that is not applied must not look as if it were. */
const NOT_SERVED = ["filters", "compare"];

const READ_AGAIN = 3;

function statsHandler(kind: StatsKind): Handler {
  return async (c) => {
    const scope = c.get("site_scope");
    if (scope === null) throw new Error("A site's route ran without its guard.");
    const asked = NOT_SERVED.filter((name) => (c.req.query(name) ?? "") !== "");
    if (asked.length > 0) {
      return fail("invalid", "Some fields are wrong.", Object.fromEntries(asked.map((name) => [name, "Not served."])));
    }
    const query = StatsQuery.safeParse(queryOf(c));
    if (!query.success) return fail("invalid", "Some fields are wrong.", fieldsOf(query.error));
    const read = () =>
      readStats(kind, query.data, {
        db: d1Database(c.env.DB),
        scope,
        openRows: () => callSite(c.env, scope.site.id, (stub) => stub.openRollups()),
        now: Date.now(),
      });
    const batch = () => callSite(c.env, scope.site.id, (stub) => stub.flushedBatch());
    let before = await batch();
    let stats = await read();
    for (let again = 0; again < READ_AGAIN; again++) {
      const after = await batch();
      if (after === before) break;
      // A flush came between the two reads: an hour may stand in both.
      before = after;
      stats = await read();
    }
    if (!stats.ok) return fail("invalid", "Some fields are wrong.", stats.fields);
    return Response.json(stats.value, { headers: { "Cache-Control": "no-store" } });
  };
}

export const statsRoutes: readonly Route[] = (["aggregate", "timeseries", "breakdown"] as const).map((kind) => ({
  method: "GET",
  path: `/api/v1/stats/${kind}`,
  access: { kind: "site", action: "read" },
  handler: statsHandler(kind),
}));
