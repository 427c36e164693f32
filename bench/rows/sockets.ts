import { setTimeout as sleep } from "node:timers/promises";
import { Audience, type Awaited } from "../audience.ts";
import type { Bench } from "../bench.ts";
import { compareSides } from "../compare-sides.ts";
import { Contestant, type Side } from "../contest.ts";
import { figureOf, percentileOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { probeOf } from "../probe.ts";
import { openFiles, residentBytes } from "../processes/proc-files.ts";

/** What one object did with this many sockets. */
interface Round {
  opened: number;
  /** Null when not all sockets were open in time, or the system does not tell. */
  kb_per_socket: number | null;
  p50_ms: number | null;
  all_ms: number | null;
  cpu_ms_per_frame: number | null;
}

const MANY = 10_000;
/** What workerd opens for one socket, and for all else. */
const FILES_PER_SOCKET = 2;
const SPARE_FILES = 500;
const WARM_UP = 20;
/** Frames of one object are at most half a second apart, and memory that is given back is given back by then. */
const REST_MS = 1_500;

/** Memory a socket, and the time until a frame is everywhere, with very many sockets on one object. */
export async function sockets(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  const many = Math.min(MANY, Math.floor((openFiles() - SPARE_FILES) / FILES_PER_SOCKET));
  if (many < MANY) bench.progress(`This system lets a process open ${openFiles()} files: ${many} sockets at most.`);
  for (const count of bench.short ? [200] : [1_000, many]) {
    const results: Record<Side, Round[]> = { footfall: [], reference: [], far: [] };
    for (let index = 0; index < (bench.short || count < many ? 1 : 2); index++) {
      let bytes = 0;
      for (const side of ["footfall", "reference"] as const) {
        const { round, frame } = await holdSockets(bench, side, count, bytes);
        bytes = frame;
        results[side].push(round);
        bench.progress(
          `${count} sockets, round ${index + 1}, ${side}: ${JSON.stringify(round)}, frame of ${frame} bytes`,
        );
      }
      // What could not even be opened is not tried again.
      if (results.footfall.some(({ opened }) => opened < count)) break;
    }
    findings.push(...findingsOf(count, results));
  }
  return findings;
}

/** A fresh server with `count` sockets. `bytes` is the size of the frame that the reference sends. */
async function holdSockets(bench: Bench, side: Side, count: number, bytes: number) {
  const contestant = await Contestant.start(side, bench.folder);
  const audience = new Audience(contestant);
  try {
    await audience.open(WARM_UP);
    const first = await tell(contestant, audience, bytes);
    await audience.close();
    await contestant.settle();
    await sleep(REST_MS);
    const empty = residentBytes(contestant.pid);
    const { open: opened } = await audience.openWhatFits(count);
    const round: Round = { opened, kb_per_socket: null, p50_ms: null, all_ms: null, cpu_ms_per_frame: null };
    if (opened < count) return { round, frame: first.bytes };
    await contestant.settle();
    await sleep(REST_MS);
    const full = residentBytes(contestant.pid);
    if (empty !== null && full !== null) round.kb_per_socket = (full - empty) / 1_024 / count;
    const frames: { bytes: number; times: number[] }[] = [];
    const before = contestant.cpu();
    for (let number = 0; number < (bench.short ? 2 : 5); number++) {
      frames.push(await tell(contestant, audience, bytes));
      await sleep(REST_MS);
    }
    const after = contestant.cpu();
    if (before !== null && after !== null) round.cpu_ms_per_frame = (after - before) / frames.length;
    const median = (share: number) => figureOf(frames.map(({ times }) => percentileOf(times, share))).median;
    round.p50_ms = median(0.5);
    round.all_ms = median(1);
    return { round, frame: frames.at(-1)?.bytes ?? first.bytes };
  } finally {
    await Promise.all([audience.end(), contestant.end()]);
  }
}

let told = 0;

/** Has one frame sent to every socket: by an event, or of the reference just so. */
function tell(contestant: Contestant, audience: Audience, bytes: number) {
  if (contestant.side === "footfall") {
    const { request, path } = probeOf(contestant.url, (told += 1));
    return audience.probe(request, { needle: path });
  }
  const awaited: Awaited = { start: "x" };
  const { host } = new URL(contestant.url);
  return audience.probe(`POST /frame?bytes=${bytes} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`, awaited);
}

function findingsOf(count: number, results: Record<Side, Round[]>): Finding[] {
  const compare = compareSides("sockets", results);
  const of = `${count} sockets`;
  const target = (most: number) => (count > 1_000 ? ({ of: "ratio", most } as const) : undefined);
  return [
    {
      row: "sockets",
      what: `${of}: open within a minute`,
      unit: "",
      footfall: figureOf(results.footfall.map(({ opened }) => opened)),
      reference: figureOf(results.reference.map(({ opened }) => opened)),
      target: { of: "figure", least: count },
    },
    ...compare(`${of}: memory of workerd`, "KB/socket", (round) => round.kb_per_socket, target(1.15)),
    ...compare(`${of}: frame at half of them`, "ms", (round) => round.p50_ms),
    ...compare(`${of}: frame at all of them`, "ms", (round) => round.all_ms, target(1.25)),
    ...compare(`${of}: CPU of workerd`, "ms/frame", (round) => round.cpu_ms_per_frame),
  ];
}
