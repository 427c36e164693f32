import * as z from "zod";
import { EVENTS_A_REQUEST, type Shape } from "../beacons.ts";
import type { Bench } from "../bench.ts";
import { alternate, Contestant } from "../contest.ts";
import { figureOf, percentileOf, ratioOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { Helper } from "../processes/helper.ts";

const Flood = z.object({
  requests: z.number().positive(),
  all_requests: z.number(),
  ms: z.number(),
  client_cpu_ms: z.number(),
  latencies: z.array(z.number()),
});

/** One round of load on one server. */
export interface Round {
  requests_per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** CPU time of workerd, all that the requests caused, by when it was quiet again. */
  cpu_ms_per_request: number | null;
  /** Share of one core that the load itself took. */
  client_cores: number;
  /** How long it went on working after the last answer. */
  settle_ms: number;
}

export const CONNECTIONS = 16;

export interface FloodOptions {
  shape: Shape;
  warm_up_ms: number;
  ms: number;
}

export async function floodOnce(load: Helper, contestant: Contestant, options: FloodOptions): Promise<Round> {
  const cpuBefore = contestant.cpu();
  const args = { url: contestant.url, site: "demo", connections: CONNECTIONS, ...options };
  const flood = await load.call("flood", args, Flood);
  const settle_ms = await contestant.settle();
  const cpuAfter = contestant.cpu();
  return {
    requests_per_second: (flood.requests * 1_000) / flood.ms,
    p50_ms: percentileOf(flood.latencies, 0.5),
    p99_ms: percentileOf(flood.latencies, 0.99),
    cpu_ms_per_request: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / flood.all_requests,
    client_cores: flood.client_cpu_ms / flood.ms,
    settle_ms,
  };
}

const NAMES: Record<Shape, string> = { single: "1 event a request", batch: "50 events a request" };

/** Requests a second with a durable answer, nobody watching. */
export async function ingest(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const shape of ["single", "batch"] as const) {
    // Fresh ones for each shape: none starts with the other's data.
    const contestants = [
      await Contestant.start("footfall", bench.folder),
      await Contestant.start("reference", bench.folder),
      await Contestant.start("far", bench.folder),
    ];
    const load = new Helper("load");
    const options = { shape, warm_up_ms: bench.short ? 500 : 1_500, ms: bench.short ? 1_500 : 3_000 };
    const { footfall, reference, far } = await alternate(
      contestants,
      bench.short ? 1 : 4,
      async (contestant, index) => {
        const round = await floodOnce(load, contestant, options);
        bench.progress(`ingest, ${NAMES[shape]}, round ${index + 1}, ${contestant.side}: ${describe(round)}`);
        return round;
      },
    );
    await Promise.all([load.end(), ...contestants.map((contestant) => contestant.end())]);
    findings.push(...findingsOf(NAMES[shape], shape, footfall, reference));
    findings.push(
      ...findingsOf(`${NAMES[shape]}, D1 elsewhere`, shape, far, reference).filter(
        ({ what }) => !what.startsWith("answer"),
      ),
    );
  }
  return findings;
}

export function describe({
  requests_per_second,
  cpu_ms_per_request,
  p50_ms,
  p99_ms,
  client_cores,
  settle_ms,
}: Round): string {
  return [
    `${requests_per_second.toFixed(0)} req/s`,
    `${cpu_ms_per_request?.toFixed(3) ?? "?"} CPU-ms a request`,
    `p50 ${p50_ms.toFixed(1)} ms`,
    `p99 ${p99_ms.toFixed(1)} ms`,
    `load took ${client_cores.toFixed(2)} cores`,
    `quiet after ${settle_ms.toFixed(0)} ms`,
  ].join(", ");
}

function findingsOf(name: string, shape: Shape, footfall: Round[], reference: Round[]): Finding[] {
  const row = "ingest";
  const pair = (what: string, unit: string, read: (round: Round) => number | null): Finding | null => {
    const ours = footfall.map(read).filter((value) => value !== null);
    const theirs = reference.map(read).filter((value) => value !== null);
    if (ours.length === 0 || ours.length !== theirs.length) return null;
    return {
      row,
      what: `${what}, ${name}`,
      unit,
      footfall: figureOf(ours),
      reference: figureOf(theirs),
      ratio: ratioOf(ours, theirs),
    };
  };
  const rate = pair("requests", "/s", (round) => round.requests_per_second);
  if (rate) rate.target = { of: "ratio", least: 0.6 };
  return [
    rate,
    shape === "batch" ? pair("events", "/s", (round) => round.requests_per_second * EVENTS_A_REQUEST[shape]) : null,
    pair("CPU of workerd", "ms/request", (round) => round.cpu_ms_per_request),
    pair("answer, p50", "ms", (round) => round.p50_ms),
    pair("answer, p99", "ms", (round) => round.p99_ms),
    name === NAMES[shape] ? pair("CPU of the load", "cores", (round) => round.client_cores) : null,
  ].filter((finding) => finding !== null);
}
