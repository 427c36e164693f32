import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkSite } from "../support/invariants.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const lostAnswers: Scenario = {
  name: "lost-answers",
  title: "COUNT-4 D1 commits and its answer is lost, or the object is reset before it hears of it",
  async run({ long, random, shared }) {
    // The first flush of each meets its fault for sure, later ones by chance.
    const faults = [{ d1_answer_lost: 1 }, { reset_after_commit: 1 }, { d1_call_lost: 1 }];
    const sites = await Promise.all(faults.map((_, i) => shared.addSite(`answers${i}`)));
    const writers = sites.flatMap((site) => writersFor(site, shared.key, 3, random, { pace: 30 }));
    await Promise.all(sites.map((site, i) => shared.faults(site, faults[i] ?? {})));
    await whileWriting(writers, shared.url, async () => {
      await pause(14_000);
      const mixed = { d1_answer_lost: 0.3, reset_after_commit: 0.2, d1_call_lost: 0.2 };
      await Promise.all(sites.map((site) => shared.faults(site, mixed)));
      await pause(long ? 60_000 : 2_000);
    });
    await Promise.all(sites.map((site) => shared.faults(site, {})));
    const seen = await Promise.all(sites.map((site) => checkSite(shared, site)));
    return seen.join("; ");
  },
};
