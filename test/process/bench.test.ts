import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Audience } from "../../bench/audience.ts";
import { alternate, Contestant } from "../../bench/contest.ts";
import { probeOf } from "../../bench/probe.ts";
import { endHelpers, Helper } from "../../bench/processes/helper.ts";
import { floodOnce } from "../../bench/rows/ingest.ts";

let folder: string;
let footfall: Contestant;
let reference: Contestant;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-bench-test-"));
  [footfall, reference] = await Promise.all([
    Contestant.start("footfall", folder),
    Contestant.start("reference", folder),
  ]);
});
afterAll(async () => {
  await endHelpers();
  await rm(folder, { recursive: true, force: true });
});

test("both sides of the bench take every beacon", async () => {
  const load = new Helper("load");
  const rounds = await alternate([footfall, reference], 1, (contestant) =>
    floodOnce(load, contestant, { shape: "batch", warm_up_ms: 100, ms: 1_000 }),
  );
  for (const side of [rounds.footfall, rounds.reference]) {
    expect(side).toHaveLength(1);
    expect(side[0]?.requests_per_second).toBeGreaterThan(0);
  }
});

test("a probe is seen by every viewer", async () => {
  const audience = new Audience(footfall);
  await audience.open(3);
  const { request, path } = probeOf(footfall.url, 1);
  const { times, bytes } = await audience.probe(request, { needle: path });
  expect(times).toHaveLength(3);
  expect(bytes).toBeGreaterThan(path.length);
});
