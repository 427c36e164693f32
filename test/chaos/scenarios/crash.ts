import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkNothingLost, checkSite } from "../support/invariants.ts";
import { until } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const crash: Scenario = {
  name: "crash",
  title: "COUNT-1 the object throws before and after the write, and is reset in the middle of it",
  async run({ long, random, shared }) {
    const site = await shared.addSite("crash");
    const writers = writersFor(site, shared.key, 6, random, { pace: 20 });
    await shared.faults(site, { crash_before: 0.1, crash_after: 0.15, reset_after: 0.1 });
    const failed = () => writers.reduce((sum, writer) => sum + writer.failures, 0);
    await whileWriting(writers, shared.url, async () => {
      for (let round = 0; round < (long ? 20 : 3); round++) {
        await pause(1_500);
        checkNothingLost(shared, site);
        await shared.command({ do: "reset", site: site.id });
      }
      await until(() => failed() > 0, "Nothing failed.");
    });
    await shared.faults(site, {});
    return `${failed()} requests failed; ${await checkSite(shared, site)}`;
  },
};
