import { EVENTS_A_REQUEST } from "../beacons.ts";
import type { Bench } from "../bench.ts";
import { alternate, Contestant } from "../contest.ts";
import { figureOf, ratioOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { Helper } from "../processes/helper.ts";
import { describe, floodOnce, type Round } from "./ingest.ts";

/**
 * What eight leaves in front of a site's object cost or gain. Here all nine run on one core, as they do nowhere else, so
 * this says what a request costs more, not how many more the platform takes.
 */
export async function leaves(bench: Bench): Promise<Finding[]> {
  const shape = "single";
  const contestants = [
    await Contestant.start("leaves", bench.folder),
    await Contestant.start("one-object", bench.folder),
  ];
  const load = new Helper("load");
  const options = { shape, warm_up_ms: 500, ms: bench.short ? 1_000 : 1_500 } as const;
  const rounds = await alternate(contestants, bench.short ? 1 : 3, async (contestant, index) => {
    const round = await floodOnce(load, contestant, options);
    const who = contestant.side === "footfall" ? "eight leaves" : "one object";
    bench.progress(`leaves, round ${index + 1}, ${who}: ${describe(round)}`);
    return round;
  });
  await Promise.all([load.end(), ...contestants.map((contestant) => contestant.end())]);
  const line = (what: string, unit: string, read: (round: Round) => number | null): Finding[] => {
    const ours = rounds.footfall.map(read).filter((value) => value !== null);
    const without = rounds.reference.map(read).filter((value) => value !== null);
    if (ours.length === 0 || ours.length !== without.length) return [];
    return [
      {
        row: "leaves",
        what: `${what}, ${EVENTS_A_REQUEST[shape]} event a request, 8 leaves`,
        unit,
        footfall: figureOf(ours),
        against: `without leaves ${figureOf(without).median.toFixed(unit === "/s" ? 0 : 2)} ${unit}`,
        ratio: ratioOf(ours, without),
      },
    ];
  };
  return [
    ...line("requests", "/s", (round) => round.requests_per_second),
    ...line("CPU of workerd", "ms/request", (round) => round.cpu_ms_per_request),
    ...line("answer, p99", "ms", (round) => round.p99_ms),
  ];
}
