import { expect, test } from "vitest";
import { scrollDepth } from "./scroll-depth";

test.each([
  [0, 500, 2_000, 25],
  [1_500, 500, 2_000, 100],
  [1_499.6, 500, 2_000, 100],
  [0, 800, 600, 100],
  [0, 0, 0, 0],
  [0, 500, 0, 0],
])("scrolled %s, window %s, page %s: %s %%", (scrolled, windowHeight, pageHeight, depth) =>
  expect(scrollDepth(scrolled, windowHeight, pageHeight)).toBe(depth),
);
