import * as z from "zod";
import type { Scenario } from "../scenario.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import { objectOf } from "../support/state-files.ts";
import { writersFor } from "../support/writer.ts";

export const poison: Scenario = {
  name: "poison",
  title: "COUNT-7 a row that D1 refuses for its data is set aside, and the rest flows",
  async run({ long, random, shared }) {
    const site = await shared.addSite("poison");
    const writers = writersFor(site, shared.key, 4, random);
    const set_aside: string[] = [];
    for (let round = 0; round < (long ? 4 : 1); round++) {
      // No flush takes the row before it is spoiled.
      await shared.faults(site, { d1_call_lost: 1 });
      // Each is known by what it sent before and after.
      for (const writer of [...writers, ...writers]) await writer.sendOne(shared.url);
      set_aside.push(...z.array(z.string()).parse(await shared.command({ do: "poison", site: site.id })));
      for (const writer of writers) await writer.sendOne(shared.url);
      await shared.faults(site, {});
      await checkSite(shared, site, { set_aside });
    }
    const rows = objectOf(shared.state, site.id)?.set_aside ?? 0;
    if (set_aside.length === 0 || rows !== (long ? 4 : 1)) throw new Violation(`${rows} rows were set aside.`);
    return `${set_aside.length} events set aside; ${await checkSite(shared, site, { set_aside })}`;
  },
};
