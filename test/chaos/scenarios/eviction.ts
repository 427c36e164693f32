import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import { shows, watch } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const eviction: Scenario = {
  name: "eviction",
  title: "LIVE-6 evicted under load with sockets open: they stay open and show what comes next",
  async run({ long, random, shared }) {
    const site = await shared.addSite("evicted");
    const viewers = await Promise.all([watch(shared, site), watch(shared, site)]);
    // On a busy machine the first may have been given up before it was open.
    const before = viewers.map((viewer) => viewer.opened());
    try {
      const writers = writersFor(site, shared.key, 4, random, { pace: 40, retries: true });
      const rounds = long ? 40 : 4;
      const evict = async () => {
        for (let round = 0; round < rounds; round++) {
          await pause(300 + random() * 900);
          await shared.evict(site);
        }
      };
      await whileWriting(writers, shared.url, evict);
      if (long) {
        // The platform's own hibernation: after ten seconds without events.
        await pause(12_000);
        await whileWriting(writers, shared.url, () => pause(1_000));
      }
      const seen = await checkSite(shared, site);
      // Every writer sent until it was answered, so all that was sent was taken.
      for (const viewer of viewers) await shows(viewer, () => site.ledger.acked.size);
      if (viewers.some((viewer, i) => viewer.opened() !== before[i]))
        throw new Violation("A socket had to be opened again.");
      return `${rounds} evictions; ${seen}`;
    } finally {
      for (const viewer of viewers) viewer.close();
    }
  },
};
