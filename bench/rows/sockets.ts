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
  /** From connecting to the first picture, of one that comes alone: before there were many, and with all of them there. */
  setup_ms: number | null;
  setup_among_ms: number | null;
  /** The same while they come, 32 at a time. */
  rush_ms: number;
  /** Null when not all sockets were open in time, or the system does not tell. */
  kb_per_socket: number | null;
  p50_ms: number | null;
  all_ms: number | null;
  cpu_ms_per_frame: number | null;
}

const FEW = 1_000;
const MANY = 10_000;
/** What workerd opens for one socket, and for all else. */
const FILES_PER_SOCKET = 2;
const SPARE_FILES = 500;
const WARM_UP = 20;
const JOINS = 10;
const SETUP_MS = 50;
/** Frames of one object are at most half a second apart, and memory that is given back is given back by then. */
const REST_MS = 1_500;

/** Memory a socket, and the time until a frame is everywhere, with very many sockets on one object. */
export async function sockets(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  const many = Math.min(MANY, Math.floor((openFiles() - SPARE_FILES) / FILES_PER_SOCKET));
  if (many < MANY) bench.progress(`This system lets a process open ${openFiles()} files: ${many} sockets at most.`);
  for (const count of bench.short ? [200] : [FEW, many]) {
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
    const setup_ms = count > FEW ? null : await oneByOne(audience, bench);
    await contestant.settle();
    await sleep(REST_MS);
    const empty = residentBytes(contestant.pid);
    const { open: opened, setups } = await audience.openWhatFits(count);
    const round: Round = {
      opened,
      setup_ms,
      setup_among_ms: null,
      rush_ms: percentileOf(setups, 0.5),
      kb_per_socket: null,
      p50_ms: null,
      all_ms: null,
      cpu_ms_per_frame: null,
    };
    if (opened < count) return { round, frame: first.bytes };
    await contestant.settle();
    await sleep(REST_MS);
    const full = residentBytes(contestant.pid);
    if (empty !== null && full !== null) round.kb_per_socket = (full - empty) / 1_024 / count;
    round.setup_among_ms = await oneByOne(audience, bench);
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

/** The median of some that come one after the other. */
async function oneByOne(audience: Audience, { short }: Bench): Promise<number> {
  return percentileOf(await audience.join(short ? 3 : JOINS), 0.5);
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
  const target = (most: number) => (count > FEW ? ({ of: "ratio", most } as const) : undefined);
  return [
    {
      row: "sockets",
      what: `${of}: open within a minute`,
      unit: "",
      footfall: figureOf(results.footfall.map(({ opened }) => opened)),
      reference: figureOf(results.reference.map(({ opened }) => opened)),
      target: { of: "figure", least: count },
    },
    ...compare("first picture of one more, nobody there", "ms", (round) => round.setup_ms, {
      of: "figure",
      most: SETUP_MS,
    }),
    ...compare(`${of}: first picture of one more`, "ms", (round) => round.setup_among_ms, {
      of: "figure",
      most: SETUP_MS,
    }),
    ...compare(`${of}: first picture, 32 coming at a time`, "ms", (round) => round.rush_ms, {
      of: "figure",
      most: SETUP_MS,
    }),
    ...compare(`${of}: memory of workerd`, "KB/socket", (round) => round.kb_per_socket, target(1.15)),
    ...compare(`${of}: frame at half of them`, "ms", (round) => round.p50_ms),
    ...compare(`${of}: frame at all of them`, "ms", (round) => round.all_ms, target(1.25)),
    ...compare(`${of}: CPU of workerd`, "ms/frame", (round) => round.cpu_ms_per_frame),
  ];
}
