import { expect, test } from "vitest";
import { bundleTracker, sizeOf } from "./build";

/**
 * Bytes after brotli, per script. The aim for `t.js` is 1,638 (1.6 KB) and is missed by what a queue needs that loses
 * nothing: another try with growing delay, beacons on hiding, the limit on what is on its way. It may only go down.
 */
const BUDGET: Record<string, number> = {
  "t.js": 1_792,
  "t-errors.js": 650,
  "t-vitals.js": 3_200,
  "t-forms.js": 150,
  "t-rules.js": 1_500,
};

test("every script stays within its budget", async () => {
  const sizes = [...(await bundleTracker())].map(([file, text]) => sizeOf(file, text));
  console.table(sizes.map((size) => ({ ...size, budget: BUDGET[size.file] })));
  expect(sizes.map(({ file }) => file)).toEqual(Object.keys(BUDGET));
  for (const { file, brotli } of sizes) expect(brotli, file).toBeLessThanOrEqual(BUDGET[file] ?? 0);
});

test("nothing of zod is in it, and nothing a browser of 2020 cannot read", async () => {
  for (const [file, text] of await bundleTracker()) {
    expect(text, file).not.toMatch(/safeParse|\?\?=|\|\|=/);
  }
});
