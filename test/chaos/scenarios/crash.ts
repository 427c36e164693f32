import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkNothingLost, checkSite, Violation } from "../support/invariants.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const crash: Scenario = {
  name: "crash",
  title: "COUNT-1 the object throws before and after the write, and is reset in the middle of it",
  async run({ long, random, shared }) {
    const site = await shared.addSite("crash");
    const writers = writersFor(site, shared.key, 6, random, { pace: 20 });
    await shared.faults(site, { crash_before: 0.1, crash_after: 0.15, reset_after: 0.1 });
    await whileWriting(writers, shared.url, async () => {
      for (let round = 0; round < (long ? 20 : 3); round++) {
        await pause(1_500);
        checkNothingLost(shared, site);
        await shared.command({ do: "reset", site: site.id });
      }
    });
    await shared.faults(site, {});
    const failures = writers.reduce((sum, writer) => sum + writer.failures, 0);
    if (failures === 0) throw new Violation("Nothing failed.");
    return `${failures} requests failed; ${await checkSite(shared, site)}`;
  },
};
