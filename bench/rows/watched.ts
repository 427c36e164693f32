import { Audience } from "../audience.ts";
import { EVENTS_A_REQUEST } from "../beacons.ts";
import type { Bench } from "../bench.ts";
import { Contestant } from "../contest.ts";
import { figureOf, ratioOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { Helper } from "../processes/helper.ts";
import { describe, floodOnce, type Round } from "./ingest.ts";

/** The same load while dashboards watch, against Footfall's own rate without any. */
export async function watched(bench: Bench): Promise<Finding[]> {
  const audiences = bench.short ? [0, 100] : [0, 1_000];
  const findings: Finding[] = [];
  for (const shape of ["single", "batch"] as const) {
    const contestant = await Contestant.start("footfall", bench.folder);
    const load = new Helper("load");
    const audience = new Audience(contestant);
    const results = new Map<number, Round[]>(audiences.map((count) => [count, []]));
    const options = { shape, warm_up_ms: bench.short ? 500 : 1_500, ms: bench.short ? 1_500 : 3_000 };
    for (let index = 0; index < (bench.short ? 1 : 3); index++) {
      for (const [count, rounds] of results) {
        const { ms } = count === 0 ? { ms: 0 } : await audience.open(count);
        await contestant.settle();
        const round = await floodOnce(load, contestant, options);
        rounds.push(round);
        const { frames, bytes } = await audience.seen();
        const told = `${frames} frames, ${(bytes / 1e6).toFixed(0)} MB, opened in ${ms.toFixed(0)} ms`;
        bench.progress(`watched by ${count}, ${shape}, round ${index + 1}: ${describe(round)}; ${told}`);
        await audience.close();
        await contestant.settle();
      }
    }
    await Promise.all([load.end(), audience.end(), contestant.end()]);
    const alone = results.get(0)?.map((round) => round.requests_per_second) ?? [];
    for (const [count, rounds] of results) {
      if (count === 0) continue;
      const rates = rounds.map((round) => round.requests_per_second);
      findings.push({
        row: "watched",
        what: `requests of ${EVENTS_A_REQUEST[shape]} with ${count} viewers`,
        unit: "/s",
        footfall: figureOf(rates),
        against: `without viewers ${figureOf(alone).median.toFixed(0)} /s`,
        ratio: ratioOf(rates, alone),
        ...(count === 1_000 && { target: { of: "ratio", least: 0.6 } as const }),
      });
    }
  }
  return findings;
}
