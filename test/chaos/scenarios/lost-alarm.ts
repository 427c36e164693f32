import { setTimeout as pause } from "node:timers/promises";
import { PATIENCE } from "../../support/patience.ts";
import type { Scenario } from "../scenario.ts";
import type { ChaosSite, FaultyServer } from "../support/faulty-server.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import { objectOf } from "../support/state-files.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

const HOUR = 3_600_000;

export const lostAlarm: Scenario = {
  name: "lost-alarm",
  title:
    "COUNT-5 the platform gives up an alarm that fails: the cron, the next visitor or the next start bring the flush back",
  async run({ long, random, shared }) {
    const [byCron, byVisit, byStart] = [
      await shared.addSite("alarm-cron"),
      await shared.addSite("alarm-visit"),
      await shared.addSite("alarm-start"),
    ];
    const sites = [byCron, byVisit, byStart];
    // Retries of the platform run out after about two minutes; the short form begins where that ends.
    const faults = long ? { alarm_throws: true } : { alarm_lost: true };
    await Promise.all(sites.map((site) => shared.faults(site, faults)));
    const writersOf = (site: ChaosSite) => writersFor(site, shared.key, 2, random, { pace: 50 });
    const visitors = writersOf(byVisit);
    const writers = [...writersOf(byCron), ...visitors, ...writersOf(byStart)];
    await whileWriting(writers, shared.url, () => pause(1_000));
    for (const site of sites) await givenUp(shared, site, long ? 450_000 : PATIENCE);
    await Promise.all(sites.map((site) => shared.faults(site, {})));
    for (const site of sites) {
      if ((objectOf(shared.state, site.id)?.waiting.length ?? 0) === 0)
        throw new Violation("Nothing was left to flush.");
    }
    // An object that stayed in memory takes its alarm for lost when it is ten seconds late.
    await whileWriting(visitors, shared.url, async () => {
      for (let second = 0; second < 12; second++) {
        await pause(1_000);
        // Who is asked stays in memory: the cron has to bring an alarm to an object that is awake.
        await shared.command({ do: "alarm", site: byCron.id });
      }
    });
    await shared.evict(byStart);
    // Any call starts it. The cron, which wakes every site, comes after these two were looked at.
    for (const site of [byVisit, byStart]) {
      const alarm = await shared.command({ do: "alarm", site: site.id });
      if (alarm === null) throw new Violation(`${site.name}: there is no alarm again.`);
    }
    // The hour's turn, at which the cron wakes sites.
    await shared.cron(Math.floor(Date.now() / HOUR) * HOUR);
    const seen = await Promise.all(sites.map((site) => checkSite(shared, site)));
    return seen.map((one, i) => `${sites[i]?.name}: ${one}`).join("; ");
  },
};

async function givenUp(server: FaultyServer, site: ChaosSite, within: number): Promise<void> {
  const deadline = performance.now() + within;
  while ((await server.command({ do: "alarm", site: site.id })) !== null) {
    if (performance.now() > deadline) throw new Violation("The platform did not give the alarm up.");
    await pause(500);
  }
}
