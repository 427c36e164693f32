import { expect, test } from "vitest";
import { SITES_AT_ONCE, SITES_PER_READ } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import { readSites } from "./read-sites";

const sites = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `s${i}` }) as Site);

test("asks a few at a time, and answers in the order of the sites", async () => {
  let open = 0;
  let most = 0;
  const turns: (() => void)[] = [];
  const reading = readSites(sites(30), async ({ id }) => {
    most = Math.max(most, ++open);
    await new Promise<void>((done) => turns.push(done));
    open--;
    return id;
  });
  while (open > 0) {
    // The last that was asked answers first.
    turns.pop()?.();
    await new Promise((done) => setImmediate(done));
  }
  const { read, failed, left_out } = await reading;
  expect(most).toBe(SITES_AT_ONCE);
  expect(read.map(({ value }) => value)).toEqual(sites(30).map(({ id }) => id));
  expect([failed, left_out]).toEqual([[], 0]);
});

test("names those that could not be reached, and that took too long", async () => {
  const answered = await readSites(
    sites(4),
    ({ id }) => {
      if (id === "s1") return Promise.reject(Object.assign(new Error("busy"), { overloaded: true }));
      return id === "s2" ? new Promise<string>(() => {}) : Promise.resolve(id);
    },
    20,
  );
  expect(answered.read.map(({ value }) => value)).toEqual(["s0", "s3"]);
  expect(answered.failed).toEqual([
    { site: "s1", reason: "unavailable" },
    { site: "s2", reason: "timed_out" },
  ]);
});

test.each([
  "Too many subrequests by single Worker invocation. To configure this limit, refer to the documentation.",
  "Too many API requests by single worker invocation.",
])("names those that the platform lets it ask no more: %s", async (message) => {
  const { read, failed } = await readSites(sites(5), ({ id }) =>
    id < "s3" ? Promise.resolve(id) : Promise.reject(new Error(message)),
  );
  expect(read.map(({ value }) => value)).toEqual(["s0", "s1", "s2"]);
  expect(failed).toEqual(["s3", "s4"].map((site) => ({ site, reason: "unavailable" })));
});

test("asks no more than it says, and says how many were left out", async () => {
  const { read, left_out } = await readSites(sites(SITES_PER_READ + 7), async ({ id }) => id);
  expect([read.length, left_out]).toEqual([SITES_PER_READ, 7]);
});

test("throws what is no matter of reach", async () => {
  await expect(readSites(sites(2), () => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
});
