import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { restartProduct, startProduct } from "../support/faulty-server.ts";
import { checkNothingLost, checkSite, checkTraces, Violation } from "../support/invariants.ts";
import { writersFor } from "../support/writer.ts";

export const kill: Scenario = {
  name: "kill",
  title: "COUNT-1 LEAF-4 killed with -9 under load, with and without retry, again and again",
  async run({ long, random }) {
    const rounds = long ? 15 : 2;
    let server = await startProduct();
    await using first = server;
    const [site, other] = [await server.addSite("kill"), await server.addSite("kill-other")];
    const leafy = await server.addSite("kill-leaves", { leaves: 4 });
    const sites = [site, other, leafy];
    const writers = [
      ...writersFor(site, server.key, 6, random),
      ...writersFor(other, server.key, 2, random),
      ...writersFor(leafy, server.key, 8, random),
    ];
    let logs = "";
    const acked = () => sites.reduce((sum, { ledger }) => sum + ledger.acked.size, 0);
    // On a machine that does much else a round may be over before much was sent.
    for (let round = 0; round < rounds || (acked() < rounds * writers.length && round < 5 * rounds); round++) {
      const { url } = server;
      const running = Promise.all(
        writers.map((writer) => writer.run(() => url, new AbortController().signal, { untilBroken: true })),
      );
      // The moment of the kill is what varies; nothing waits for it to have a certain effect.
      await pause(600 + random() * (long ? 3_000 : 1_500));
      await server.kill9();
      await running;
      for (const one of sites) checkNothingLost(server, one);
      logs += server.logs();
      server = await restartProduct(server);
    }
    if (acked() < rounds * writers.length) throw new Violation("Too little was sent to show anything.");
    const seen = [await checkSite(server, site), await checkSite(server, leafy), await checkSite(server, other)];
    await server.stop();
    checkTraces(first, logs + server.logs());
    return `${rounds} kills; ${seen[0]}; through leaves ${seen[1]}`;
  },
};
