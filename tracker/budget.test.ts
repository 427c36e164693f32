import { expect, test } from "vitest";
import { bundleTracker, sizeOf } from "./build";

/**
 * Bytes after brotli, per script. The aim for `t.js` is 1,638 (1.6 KB) and is missed: sending again with a growing delay,
 * the limits on what is on its way, and loading the parts cost the difference. It may only go down.
 */
const BUDGET: Record<string, number> = {
  "t.js": 2_000,
  "t-errors.js": 800,
  "t-vitals.js": 3_400,
  "t-forms.js": 250,
  "t-rules.js": 1_750,
};

test("every script stays within its budget", async () => {
  const sizes = [...(await bundleTracker())].map(([file, text]) => sizeOf(file, text));
  console.table(sizes.map((size) => ({ ...size, budget: BUDGET[size.file] })));
  expect(sizes.map(({ file }) => file)).toEqual(Object.keys(BUDGET));
  for (const { file, brotli } of sizes) expect(brotli, file).toBeLessThanOrEqual(BUDGET[file] ?? 0);
});

test("nothing of zod is in it, and nothing a browser of 2019 cannot read", async () => {
  for (const [file, text] of await bundleTracker()) {
    expect(text, file).not.toMatch(/safeParse|\?\?=|\|\|=|\?\./);
  }
});
