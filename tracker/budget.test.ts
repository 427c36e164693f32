import { expect, test } from "vitest";
import { bundleTracker, sizeOf } from "./build";

/** Bytes after brotli at its strongest level, per script. 1,638 is 1.6 KB. They may only go down. */
const BUDGET: Record<string, number> = {
  "t.js": 1_638,
  "t-errors.js": 650,
  "t-vitals.js": 3_200,
  "t-forms.js": 150,
  "t-rules.js": 1_500,
  "t-live.js": 1_000,
  "counter.js": 1_200,
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
