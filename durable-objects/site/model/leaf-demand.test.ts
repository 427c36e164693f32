import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEAF_LINGER, LEAF_REQUESTS_PER_SECOND, LEAVES, OBJECT_REQUESTS_PER_SECOND } from "../../../protocol/limits";
import { LeafDemand } from "./leaf-demand";

const NOW = Date.UTC(2026, 10, 21, 12);

/** Seconds one after another with so many requests each; answers the leaves after each of them. */
function lived(demand: LeafDemand, rates: readonly number[], from = NOW): number[] {
  return rates.map((requests, i) => {
    const at = from + i * 1_000;
    for (let n = 0; n < 10; n++) demand.count(requests / 10, at + n * 100);
    return demand.leaves(at + 999);
  });
}

const seconds = (count: number, requests: number) => Array.from({ length: count }, () => requests);

describe("LEAF-7 the number of leaves", () => {
  test("is one where nothing or little comes", () => {
    expect(new LeafDemand().leaves(NOW)).toBe(1);
    expect(lived(new LeafDemand(), seconds(200, OBJECT_REQUESTS_PER_SECOND))).toEqual(seconds(200, 1));
  });

  test("is raised within the second in which more comes", () => {
    const demand = new LeafDemand();
    demand.count(OBJECT_REQUESTS_PER_SECOND, NOW);
    expect(demand.leaves(NOW)).toBe(1);
    demand.count(1, NOW + 10);
    expect(demand.leaves(NOW + 10)).toBe(3);
    demand.count(8 * LEAF_REQUESTS_PER_SECOND - OBJECT_REQUESTS_PER_SECOND - 1, NOW + 20);
    expect(demand.leaves(NOW + 20)).toBe(8);
  });

  test("is never above the most", () => {
    const demand = new LeafDemand();
    demand.count(1_000_000, NOW);
    expect(demand.leaves(NOW)).toBe(LEAVES);
  });

  test("is lowered after a while in which fewer would have done, to as many as were needed in it", () => {
    const demand = new LeafDemand();
    const while_ = LEAF_LINGER / 1_000;
    lived(demand, [8 * LEAF_REQUESTS_PER_SECOND]);
    const later = lived(demand, seconds(3 * while_, 2 * LEAF_REQUESTS_PER_SECOND), NOW + 1_000);
    expect(later.slice(0, while_ - 1)).toEqual(seconds(while_ - 1, 8));
    expect(later.at(-1)).toBe(3);
    expect(later.indexOf(3)).toBeLessThanOrEqual(2 * while_);
  });

  test("is one after a silence, whoever asks first", () => {
    const demand = new LeafDemand();
    lived(demand, [8 * LEAF_REQUESTS_PER_SECOND]);
    expect(demand.leaves(NOW + 3 * LEAF_LINGER)).toBe(1);
    lived(demand, [8 * LEAF_REQUESTS_PER_SECOND], NOW + 4 * LEAF_LINGER);
    demand.count(1, NOW + 7 * LEAF_LINGER);
    expect(demand.leaves(NOW + 7 * LEAF_LINGER)).toBe(1);
  });

  test("does not waver with a rate that wavers about the border", () => {
    const demand = new LeafDemand();
    const rates = Array.from({ length: 600 }, (_, i) => OBJECT_REQUESTS_PER_SECOND * (i % 40 < 20 ? 1.05 : 0.8));
    const seen = lived(demand, rates);
    expect(new Set(seen.slice(1))).toEqual(new Set([3]));
  });

  test("a clock that is set back keeps nothing up for ever", () => {
    const demand = new LeafDemand();
    lived(demand, [8 * LEAF_REQUESTS_PER_SECOND], NOW + 3_600_000);
    const later = lived(demand, seconds(130, 10));
    expect(later.at(-1)).toBe(1);
  });

  test("whatever comes, it is enough for what came, and one again after two whiles of little", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 300 }), (rates) => {
        const demand = new LeafDemand();
        const seen = lived(demand, rates);
        for (const [i, leaves] of seen.entries()) {
          const rate = rates[i] ?? 0;
          const least =
            rate <= OBJECT_REQUESTS_PER_SECOND ? 1 : Math.min(LEAVES, Math.ceil(rate / LEAF_REQUESTS_PER_SECOND));
          expect(leaves).toBeGreaterThanOrEqual(least);
        }
        const quiet = lived(demand, seconds((2 * LEAF_LINGER) / 1_000 + 1, 100), NOW + rates.length * 1_000);
        expect(quiet.at(-1)).toBe(1);
      }),
      { seed: 20_261_121, numRuns: 200 },
    );
  });
});
