import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkNothingLost, checkSite } from "../support/invariants.ts";
import { until } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

const LEAVES = 4;

export const leaves: Scenario = {
  name: "leaves",
  title: "LEAF-4 leaves and the object behind them are reset under load, while their number rises and falls",
  async run({ long, random, shared }) {
    const site = await shared.addSite("leaves", { leaves: LEAVES });
    const writers = writersFor(site, shared.key, 8, random, { pace: 15 });
    await shared.faults(site, { crash_before: 0.05, crash_after: 0.1, reset_after: 0.05 });
    let resets = 0;
    const failed = () => writers.reduce((sum, writer) => sum + writer.failures, 0);
    await whileWriting(writers, shared.url, async () => {
      for (let round = 0; round < (long ? 60 : 8); round++) {
        await pause(200 + random() * 400);
        await shared.command({ do: "reset", site: site.id, leaf: round % LEAVES });
        resets++;
        checkNothingLost(shared, site);
        if (round % 3 === 1) await shared.changeSite(site, { leaves: [1, 16, 2, LEAVES][Math.floor(round / 3) % 4] });
      }
      await until(() => failed() > 0, "Nothing failed.");
    });
    await shared.faults(site, {});
    return `${resets} leaves reset, ${failed()} requests failed; ${await checkSite(shared, site)}`;
  },
};
