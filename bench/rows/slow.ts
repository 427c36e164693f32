import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Audience } from "../audience.ts";
import type { Bench } from "../bench.ts";
import { Contestant } from "../contest.ts";
import { figureOf } from "../figures.ts";
import type { Finding } from "../findings.ts";
import { Helper } from "../processes/helper.ts";
import { residentBytes } from "../processes/proc-files.ts";

const VIEWERS = 50;
const STALLED = 10;
const TOO_SLOW = 4408;
/** Batches of fifty events a second, which make frames of some ten kilobytes. */
const RATE = 60;
/** A viewer's marks may stay away for 30 s. */
const STALL_MS = 45_000;
const LAST_WORDS_MS = 10_000;
const LOOK_MS = 500;

/** What becomes of viewers that stop reading, and of the memory they cost. Not in a short run: it takes two minutes. */
export async function slow(bench: Bench): Promise<Finding[]> {
  if (bench.short) return [];
  const contestant = await Contestant.start("footfall", bench.folder);
  const audience = new Audience(contestant);
  const load = new Helper("load");
  const target = { url: contestant.url, site: "demo", shape: "batch", connections: 16, rate: RATE };
  try {
    await audience.open(VIEWERS);
    await load.call("pace", { ...target, ms: 10_000 }, z.unknown());
    /** Bytes that the runtime holds more after as much load again. */
    const growth = async () => {
      await contestant.settle();
      const before = residentBytes(contestant.pid) ?? 0;
      await load.call("pace", { ...target, ms: STALL_MS }, z.unknown());
      return (residentBytes(contestant.pid) ?? 0) - before;
    };
    bench.progress(`slow readers: ${VIEWERS} viewers read for ${STALL_MS / 1_000} s`);
    // What a busy site needs anyway.
    const anyway = await growth();
    const had = await audience.seen();
    await audience.stall(STALLED);
    bench.progress(`slow readers: ${STALLED} of ${VIEWERS} viewers read nothing for ${STALL_MS / 1_000} s`);
    const held = await growth();
    const told = await audience.seen();
    const each = (told.bytes - had.bytes) / (VIEWERS - STALLED) / 1e6;
    bench.progress(
      `slow readers: each of the others was told ${each.toFixed(1)} MB, workerd grew by ${(anyway / 1e6).toFixed(0)} MB before`,
    );
    await audience.wake();
    let last = await audience.seen();
    for (let waited = 0; waited < LAST_WORDS_MS && last.closed.length < STALLED; waited += LOOK_MS) {
      await sleep(LOOK_MS);
      last = await audience.seen();
    }
    const { closed, open, largest } = last;
    bench.progress(
      `slow readers: closed with ${JSON.stringify(closed)}, ${open} open, workerd grew by ${(held / 1e6).toFixed(0)} MB, largest frame ${largest} bytes`,
    );
    const tooSlow = closed.filter((code) => code === TOO_SLOW).length;
    return [
      {
        row: "slow",
        what: `${STALLED} of ${VIEWERS} viewers stop reading: closed with ${TOO_SLOW}`,
        unit: "",
        footfall: figureOf([tooSlow]),
        target: { of: "figure", least: STALLED, most: STALLED },
      },
      {
        row: "slow",
        what: `workerd grew in the ${STALL_MS / 1_000} s before, while all read`,
        unit: "MB",
        footfall: figureOf([anyway / 1e6]),
      },
      {
        row: "slow",
        what: `workerd grew in the ${STALL_MS / 1_000} s meanwhile`,
        unit: "MB",
        footfall: figureOf([held / 1e6]),
      },
      {
        row: "slow",
        what: "the others are still open",
        unit: "",
        footfall: figureOf([open]),
        target: { of: "figure", least: VIEWERS - STALLED },
      },
    ];
  } finally {
    await Promise.all([load.end(), audience.end(), contestant.end()]);
  }
}
