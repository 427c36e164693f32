import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { d1File } from "../../support/d1-file.ts";
import { PATIENCE } from "../../support/patience.ts";
import type { Scenario } from "../scenario.ts";
import { startFaulty } from "../support/faulty-server.ts";
import { checkNothingLost, checkSite, checkTraces, drained, Violation } from "../support/invariants.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const refusingD1: Scenario = {
  name: "refusing-d1",
  title: "COUNT-5 while D1 refuses, is slow or away, events are taken; afterwards all of them are written",
  async run({ long, random }) {
    await using server = await startFaulty();
    const site = await server.addSite("refused");
    const other = await server.addSite("refused-other");
    const writers = [
      ...writersFor(site, server.key, 3, random, { pace: 50 }),
      ...writersFor(other, server.key, 1, random, { pace: 100 }),
    ];
    const file = d1File(server.state);
    const seen: string[] = [];
    // What the Worker has to know of a site and a key it learns from D1, once.
    await Promise.all(writers.map((writer) => writer.sendOne(server.url)));
    // Visitors come for `busy` milliseconds only, so that what failed then has to be tried again by itself.
    const phase = async (name: string, busy: number, fault: () => Promise<void>) => {
      await Promise.all([fault(), whileWriting(writers, server.url, () => pause(busy))]);
      const { waiting } = checkNothingLost(server, site);
      const failures = writers.reduce((sum, writer) => sum + writer.failures, 0);
      if (failures > 0) throw new Violation(`${name}: ${failures} requests were not answered 2xx.`);
      const took = await drained(server, site);
      seen.push(`${name}: ${waiting} waited, drained in ${(took / 1_000).toFixed(1)} s`);
      return waiting;
    };
    const refused = await phase("locked", long ? 60_000 : 5_000, () => locked(file, long ? 90_000 : 13_000));
    if (refused === 0) throw new Violation("D1 was locked and nothing waited for it.");
    await phase("slow", long ? 30_000 : 6_000, async () => {
      for (let round = 0; round < (long ? 10 : 2); round++) {
        await locked(file, 2_000);
        await pause(1_000);
      }
    });
    if (long) {
      await phase("away", 15_000, async () => {
        await server.faults(null, { d1_away: true });
        await pause(30_000);
        await server.faults(null, {});
      });
    }
    seen.push(await checkSite(server, site));
    await checkSite(server, other);
    await server.stop();
    checkTraces(server);
    return seen.join("; ");
  },
};

async function locked(file: string, milliseconds: number): Promise<void> {
  using db = new DatabaseSync(file, { timeout: PATIENCE });
  db.exec("BEGIN EXCLUSIVE");
  await pause(milliseconds);
  db.exec("ROLLBACK");
}
