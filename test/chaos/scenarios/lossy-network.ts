import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { checkSite } from "../support/invariants.ts";
import { lossyProxy } from "../support/lossy-proxy.ts";
import { until } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

export const lossyNetwork: Scenario = {
  name: "lossy-network",
  title: "COUNT-1 a network that loses, delays, cuts and doubles requests and answers",
  async run({ long, random, shared }) {
    const site = await shared.addSite("lossy");
    await using proxy = await lossyProxy(shared.url, random);
    const writers = writersFor(site, shared.key, 8, random, { pace: 20 });
    const idle = () => Object.entries(proxy.counts).flatMap(([fate, count]) => (count === 0 ? fate : []));
    await whileWriting(writers, proxy.url, async () => {
      await pause(long ? 45_000 : 6_000);
      await until(
        () => idle().length === 0,
        () => `Never happened: ${idle().join(", ")}.`,
      );
    });
    return `${JSON.stringify(proxy.counts)}; ${await checkSite(shared, site)}`;
  },
};
