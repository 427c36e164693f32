import { faultsEverywhere, faultsOf, happens } from "./fault-state";
import { over } from "./faulty-state";

const AWAY = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
const LOST = "D1_ERROR: Network connection lost.";

/** The database as the Worker sees it. */
export function databaseThatMayBeAway(real: D1Database): D1Database {
  return over(real, {
    prepare: (sql: string) => {
      if (faultsEverywhere().d1_away) throw new Error(AWAY);
      return real.prepare(sql);
    },
  });
}

/** The database as a site's object sees it: calls and answers get lost. `reset` throws the object out of memory. */
export function lossyDatabase(real: D1Database, site: string, reset: () => void): D1Database {
  return over(databaseThatMayBeAway(real), {
    batch: async (statements: D1PreparedStatement[]) => {
      const faults = faultsOf(site);
      if (faults.d1_away) throw new Error(AWAY);
      if (happens(faults.d1_call_lost)) throw new Error(LOST);
      const results = await real.batch(statements);
      if (happens(faults.reset_after_commit)) reset();
      if (happens(faults.d1_answer_lost)) throw new Error(LOST);
      return results;
    },
  });
}
