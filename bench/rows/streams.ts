import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Bench } from "../bench.ts";
import { compareSides } from "../compare-sides.ts";
import { Contestant, type Side } from "../contest.ts";
import { figureOf, percentileOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { Helper } from "../processes/helper.ts";
import { residentBytes } from "../processes/proc-files.ts";

const Opened = z.object({ open: z.number(), setups: z.array(z.number()) });
const Joined = z.object({ times: z.array(z.number()).min(1) });

const COUNT = 5_000;
const JOINS = 3;
const ALONE = 3;
const SETUP_MS = 20;
const WARM_UP = 50;
const MOST_MS = 60_000;
/** Longer than messages to so many are apart, so that each join is the first change after a pause. */
const REST_MS = 1_700;

/** What one server did with this many streams. */
interface Round {
  opened: number;
  kb_per_stream: number | null;
  setup_ms: number;
  quiet_setup_ms: number;
  half_ms: number;
  all_ms: number;
}

/** Streams of the public counter, each held by the Worker and fed by a socket of the site's object. */
export async function streams(bench: Bench): Promise<Finding[]> {
  const count = bench.short ? 100 : COUNT;
  const results: Record<Side, Round[]> = { footfall: [], reference: [], far: [] };
  for (const side of ["footfall", "reference"] as const) {
    const round = await holdStreams(bench, side, count);
    results[side].push(round);
    bench.progress(`${count} streams, ${side}: ${JSON.stringify(round)}`);
  }
  return findingsOf(count, results);
}

async function holdStreams(bench: Bench, side: Side, count: number): Promise<Round> {
  const contestant = await Contestant.start(side, bench.folder);
  const helper = new Helper("streams");
  const target = {
    url: contestant.url,
    path: side === "footfall" ? "/events?site=demo" : "/stream",
    headers: {},
    most_ms: MOST_MS,
  };
  const joining = side === "footfall" ? target : { ...target, path: `${target.path}?tell` };
  try {
    await helper.call("open", { ...target, count: WARM_UP }, Opened);
    await helper.call("close", null, z.unknown());
    await contestant.settle();
    await sleep(REST_MS);
    const empty = residentBytes(contestant.pid);
    const { open, setups } = await helper.call("open", { ...target, count }, Opened);
    if (open < count) throw new Error(`After ${MOST_MS / 1_000} s ${open} of ${count} streams were open.`);
    await contestant.settle();
    await sleep(REST_MS);
    const full = residentBytes(contestant.pid);
    const joins: z.infer<typeof Joined>[] = [];
    for (let number = 0; number < (bench.short ? 2 : JOINS); number++) {
      joins.push(await helper.call("join", joining, Joined));
      await sleep(REST_MS);
    }
    // One that the others are not told of at the reference, where they come first.
    const alone = { ...target, count: bench.short ? 2 : ALONE, pause_ms: REST_MS };
    const quiet = await helper.call("alone", alone, z.array(z.number()).min(1));
    const median = (read: (join: z.infer<typeof Joined>) => number) => figureOf(joins.map(read)).median;
    return {
      opened: open,
      kb_per_stream: empty === null || full === null ? null : (full - empty) / 1_024 / count,
      setup_ms: percentileOf(setups, 0.5),
      quiet_setup_ms: percentileOf(quiet, 0.5),
      half_ms: median(({ times }) => percentileOf(times, 0.5)),
      all_ms: median(({ times }) => percentileOf(times, 1)),
    };
  } finally {
    await Promise.all([helper.end(), contestant.end()]);
  }
}

function findingsOf(count: number, results: Record<Side, Round[]>): Finding[] {
  const compare = compareSides("streams", results);
  const of = `${count} streams`;
  const setup = { of: "figure", most: SETUP_MS } as const;
  return [
    ...compare(`${of}: open`, "", (round) => round.opened),
    ...compare(`${of}: first message, 32 coming at a time`, "ms", (round) => round.setup_ms, setup),
    ...compare(`${of}: first message of one more, at rest`, "ms", (round) => round.quiet_setup_ms, setup),
    ...compare(`${of}: a change at half of them`, "ms", (round) => round.half_ms),
    ...compare(`${of}: a change at all of them`, "ms", (round) => round.all_ms),
    ...compare(`${of}: memory of workerd`, "KB/stream", (round) => round.kb_per_stream, { of: "figure", most: 30 }),
  ];
}
