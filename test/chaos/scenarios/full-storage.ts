import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { PATIENCE } from "../../support/patience.ts";
import type { Scenario } from "../scenario.ts";
import { checkNothingLost, checkSite } from "../support/invariants.ts";
import { objectOf } from "../support/state-files.ts";
import { until } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const fullStorage: Scenario = {
  name: "full-storage",
  title: "COUNT-1 what the object's storage does not take is not acknowledged: full, and locked",
  async run({ long, random, shared }) {
    const site = await shared.addSite("full");
    const writers = writersFor(site, shared.key, 4, random, { pace: 20 });
    const failures = () => writers.reduce((sum, writer) => sum + writer.failures, 0);
    // What an object of a site learns first is refused too.
    await shared.faults(site, { storage_full: 1 });
    for (const writer of writers) await writer.sendOne(shared.url);
    await shared.faults(site, {});
    let [full, locked] = [0, 0];
    await whileWriting(writers, shared.url, async () => {
      for (let round = 0; round < (long ? 8 : 2); round++) {
        await pause(500);
        await shared.faults(site, { storage_full: round % 2 === 0 ? 0.3 : 1 });
        let before = failures();
        await pause(1_500);
        await until(() => failures() > before, "Nothing was refused while the storage was full.");
        full += failures() - before;
        await shared.faults(site, {});
        checkNothingLost(shared, site);
        before = failures();
        await lockedFor(objectOf(shared.state, site.id)?.file ?? "", 1_500);
        locked += failures() - before;
        checkNothingLost(shared, site);
      }
      await pause(500);
    });
    return `${full} refused while full, ${locked} while locked; ${await checkSite(shared, site)}`;
  },
};

/** Holds the write lock of the object's file, as another process could. */
async function lockedFor(file: string, milliseconds: number): Promise<void> {
  using db = new DatabaseSync(file, { timeout: PATIENCE });
  db.exec("BEGIN IMMEDIATE");
  await pause(milliseconds);
  db.exec("ROLLBACK");
}
