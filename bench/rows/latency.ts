import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Audience } from "../audience.ts";
import type { Bench } from "../bench.ts";
import { Contestant } from "../contest.ts";
import { figureOf, percentileOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { shownAfter } from "../paced.ts";
import { probeOf } from "../probe.ts";
import { Helper } from "../processes/helper.ts";
import { CONNECTIONS } from "./ingest.ts";

const Paced = z.object({ batches: z.array(z.object({ due: z.number(), events: z.number() })) });

const RATE = 200;
const STREAM_MS = 20_000;
/** Longer than frames are apart, so that each probe meets an object at rest; uneven, so that it meets no rhythm. */
const restMs = () => 300 + Math.random() * 300;
/** For the last frames to arrive after the last answer. */
const LAST_FRAMES_MS = 1_500;

/** From the writing of a request until the frame that tells of it is there as a whole. */
export async function latency(bench: Bench): Promise<Finding[]> {
  const contestant = await Contestant.start("footfall", bench.folder);
  const audience = new Audience(contestant);
  const load = new Helper("load");
  const findings = [
    ...(await atRest(bench, contestant, audience)),
    ...(await byStream(bench, contestant)),
    ...(await underLoad(bench, contestant, audience, load)),
    ...(await manyViewers(bench, contestant, audience)),
  ];
  await Promise.all([load.end(), audience.end(), contestant.end()]);
  return findings;
}

interface Percentile {
  share: number;
  most: number;
}

/** One line a percentile, over the rounds. */
function findingsOf(what: string, rounds: readonly number[][], percentiles: readonly Percentile[]): Finding[] {
  return percentiles.map(({ share, most }) => ({
    row: "latency",
    what: `beacon to screen, ${what}, p${share * 100}`,
    unit: "ms",
    footfall: figureOf(rounds.map((times) => percentileOf(times, share))),
    target: { of: "figure", most },
  }));
}

async function atRest(bench: Bench, contestant: Contestant, audience: Audience): Promise<Finding[]> {
  await audience.open(1);
  const rounds: number[][] = [];
  for (let index = 0; index < (bench.short ? 1 : 2); index++) {
    const probes = await probeOften(contestant, audience, bench.short ? 6 : 20);
    rounds.push(probes.flat());
    bench.progress(`latency at rest, round ${index + 1}: ${told(probes.flat())}`);
  }
  await audience.close();
  const percentiles = [
    { share: 0.5, most: 50 },
    { share: 0.99, most: 150 },
  ];
  return findingsOf("at rest", rounds, percentiles);
}

/** The same of a member's stream, which the Worker holds. */
async function byStream(bench: Bench, { url, key }: Contestant): Promise<Finding[]> {
  const helper = new Helper("streams");
  const target = { url, path: "/api/realtime/stats?site=demo", headers: { Authorization: `Bearer ${key}` } };
  await helper.call("open", { ...target, count: 1, most_ms: STREAM_MS }, z.unknown());
  const times: number[] = [];
  for (let number = -3; number < (bench.short ? 4 : 20); number++) {
    const { request, path } = probeOf(url, (probed += 1));
    const took = await helper.call("probe", { url, request, needle: path, most_ms: STREAM_MS }, z.number());
    if (number >= 0) times.push(took);
    await sleep(restMs());
  }
  await helper.end();
  bench.progress(`latency at rest, by a stream: ${told(times)}`);
  return findingsOf("at rest, by a stream", [times], [{ share: 0.5, most: 100 }]);
}

/** Times of each probe at each socket, sorted within a probe. The first ones warm up. */
async function probeOften(contestant: Contestant, audience: Audience, count: number): Promise<number[][]> {
  const probes: number[][] = [];
  for (let number = -3; number < count; number++) {
    const { request, path } = probeOf(contestant.url, (probed += 1));
    const { times } = await audience.probe(request, { needle: path });
    if (number >= 0) probes.push(times);
    await sleep(restMs());
  }
  return probes;
}

let probed = 0;

async function underLoad(bench: Bench, contestant: Contestant, audience: Audience, load: Helper): Promise<Finding[]> {
  const rounds: number[][] = [];
  const args = { url: contestant.url, site: "demo", shape: "batch", connections: CONNECTIONS, rate: RATE };
  await load.call("pace", { ...args, ms: bench.short ? 500 : 2_000 }, Paced);
  for (let index = 0; index < (bench.short ? 1 : 3); index++) {
    await contestant.settle();
    await audience.open(1);
    await audience.startCounting();
    // A page view makes a frame, which tells how many events there were.
    await load.call("pace", { ...args, rate: 1, ms: 1_000 }, Paced);
    await sleep(LAST_FRAMES_MS);
    const before = (await audience.counted()).at(-1)?.events ?? 0;
    await audience.startCounting();
    const { batches } = await load.call("pace", { ...args, ms: bench.short ? 2_000 : 8_000 }, Paced);
    await sleep(LAST_FRAMES_MS);
    const times = shownAfter(batches, await audience.counted(), before);
    rounds.push(times);
    bench.progress(`latency at ${RATE} batches/s, round ${index + 1}: ${told(times)}`);
    await audience.close();
  }
  const percentiles = [
    { share: 0.5, most: 100 },
    { share: 0.99, most: 250 },
  ];
  return findingsOf(`${RATE} batches of 50 a second`, rounds, percentiles);
}

async function manyViewers(bench: Bench, contestant: Contestant, audience: Audience): Promise<Finding[]> {
  const count = bench.short ? 100 : 1_000;
  await contestant.settle();
  await audience.open(count);
  await contestant.settle();
  const medians: number[][] = [];
  const last: number[][] = [];
  for (let index = 0; index < (bench.short ? 1 : 3); index++) {
    const probes = await probeOften(contestant, audience, bench.short ? 4 : 15);
    medians.push(probes.map((times) => percentileOf(times, 0.5)));
    last.push(probes.map((times) => percentileOf(times, 1)));
    bench.progress(`latency with ${count} viewers, round ${index + 1}: ${told(probes.flat())}`);
  }
  await audience.close();
  const percentiles = [{ share: 0.5, most: 300 }];
  return [
    ...findingsOf(`${count} viewers, the median one`, medians, percentiles),
    ...findingsOf(`${count} viewers, the last one`, last, percentiles),
  ];
}

function told(times: readonly number[]): string {
  return [0.5, 0.99, 1].map((share) => `p${share * 100} ${percentileOf(times, share).toFixed(1)} ms`).join(", ");
}
