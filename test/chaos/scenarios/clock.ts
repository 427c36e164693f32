import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { startFaulty } from "../support/faulty-server.ts";
import { checkSite, checkTraces, drained, livePicture, Violation } from "../support/invariants.ts";
import { backwards, objectOf, storedRollups } from "../support/state-files.ts";
import { until, watch } from "../support/viewer.ts";
import { whileWriting, writersFor } from "../support/writer.ts";

const HOUR = 3_600_000;

export const clock: Scenario = {
  name: "clock",
  title: "LIVE-1 COUNT-9 VISITOR-2 the clock jumps forward and back, over hours and days, while answers of D1 are lost",
  async run({ long, random }) {
    await using server = await startFaulty();
    const site = await server.addSite("clock");
    // Its hours close beside those of the first, in the same tables.
    const other = await server.addSite("clock-other");
    let ahead = 0;
    const options = { pace: 50, ahead: () => ahead };
    const stays = writersFor(site, server.key, 2, random, { ...options, prefix: "stays" });
    const viewer = await watch(server, site);
    const visit = async (milliseconds = 700) => {
      const come = [site, other].flatMap((one) =>
        writersFor(one, server.key, one === site ? 4 : 1, random, { ...options, prefix: `${ahead / HOUR}h-` }),
      );
      await whileWriting([...stays, ...come], server.url, () => pause(milliseconds));
    };
    const jump = async (to: number) => {
      ahead = to;
      await server.command({ do: "clock", ahead });
    };
    try {
      // Closed hours are written with the flush, whose answer is lost.
      const loseAnswers = () => server.faults(site, { d1_answer_lost: 0.6 });
      const drainedWithout = async () => {
        await server.faults(site, {});
        await drained(server, site);
        await loseAnswers();
      };
      await loseAnswers();
      await visit();
      await jump(2 * HOUR);
      const { now } = await livePicture(server, site);
      if (now !== 0) throw new Violation(`${now} visitors are here two hours after the last came.`);
      await visit();
      await drainedWithout();
      await jump(HOUR);
      const frames = viewer.frames();
      await visit();
      await until(() => viewer.frames() > frames, "Viewers are told nothing since the clock went back.");
      const days = long ? [26, 25.5, 50, 49, 75] : [26, 50];
      for (const hours of days) {
        await jump(hours * HOUR);
        await visit();
        if (long) await drainedWithout();
      }
      await server.faults(site, {});
      const seen = await checkSite(server, site, { live: false });
      await checkSite(server, other, { live: false });
      const rollups = storedRollups(server.state, site.id, "total");
      if (rollups.events === 0) throw new Violation("No hour was closed, so its rollups were not put to the test.");
      const back = backwards(server.state);
      if (back.length > 0) throw new Violation(`Times run backwards: ${back.slice(0, 3).join(", ")}`);
      const late = (objectOf(server.state, site.id)?.salts ?? []).filter((at) => at <= Date.now() + ahead);
      if (late.length > 0) throw new Violation(`${late.length} salts outlived their time.`);
      await server.stop();
      checkTraces(server);
      return `${days.length + 2} jumps, ${rollups.events} events in closed hours; ${seen}`;
    } finally {
      viewer.close();
    }
  },
};
