import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { startFaulty } from "../support/faulty-server.ts";
import { checkNothingLost, checkSite, checkTraces, Violation } from "../support/invariants.ts";
import { shows, until, watch } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const deploy: Scenario = {
  name: "deploy",
  title:
    "VIEWER-2 COUNT-1 the Worker is replaced while visitors come and screens watch: nothing is lost, screens go on",
  async run({ long, random }) {
    let server = await startFaulty();
    await using first = server;
    const site = await server.addSite("deploy");
    const viewers = await Promise.all([watch(server, site), watch(server, site)]);
    const writers = writersFor(site, server.key, 4, random, { pace: 40, retries: true });
    let logs = "";
    try {
      const releases = long ? 8 : 1;
      await whileWriting(writers, server.url, async () => {
        for (let release = 2; release < releases + 2; release++) {
          await pause(1_000 + random() * 500);
          await server.stop();
          checkNothingLost(server, site);
          logs += server.logs();
          server = await startFaulty({ from: server, release: String(release) });
          const running = await server.command({ do: "release" });
          if (running !== String(release)) throw new Violation(`Release ${running} runs.`);
          await until(() => viewers.every((viewer) => viewer.isLive()), "A screen did not come back.");
        }
        await pause(500);
      });
      const seen = await checkSite(server, site);
      // Who has no answer at the end may have been counted: what is stored is what the screens have to show.
      const stored = checkNothingLost(server, site).stored;
      for (const viewer of viewers) await shows(viewer, () => stored);
      await server.stop();
      checkTraces(first, logs + server.logs());
      return `${releases} releases; ${seen}`;
    } finally {
      for (const viewer of viewers) viewer.close();
    }
  },
};
