import { expect, test } from "vitest";
import { alternate, type Side } from "./contest";

test("sides take turns, and whoever is not measured is stopped", async () => {
  const running = new Set<Side>(["footfall", "reference"]);
  const player = (side: Side) => ({
    side,
    pause: () => running.delete(side),
    resume: () => running.add(side),
  });
  const seen: string[] = [];
  const results = await alternate([player("footfall"), player("reference")], 3, async ({ side }, index) => {
    seen.push(`${side} ${index}: ${[...running].join(" and ")}`);
    return index * 10;
  });
  expect(seen).toEqual([
    "footfall 0: footfall",
    "reference 0: reference",
    "footfall 1: footfall",
    "reference 1: reference",
    "footfall 2: footfall",
    "reference 2: reference",
  ]);
  expect(results).toEqual({ footfall: [0, 10, 20], reference: [0, 10, 20], far: [] });
  expect([...running].sort()).toEqual(["footfall", "reference"]);
});
