import { expect, test } from "vitest";
import { makeJourney } from "./journey";
import { pick, seededRandom, waitingTime } from "./random";
import { type Happening, traffic } from "./traffic";

const SHOP = "http://localhost:1/demo/";

function take(seed: number, rate: number, count: number): Happening[] {
  const stream = traffic(seed, rate, SHOP);
  return Array.from({ length: count }, () => stream.next().value);
}

test("the same seed makes the same visitors, another seed others", () => {
  expect(take(7, 100, 300)).toEqual(take(7, 100, 300));
  expect(take(8, 100, 300)).not.toEqual(take(7, 100, 300));
});

test("every visitor begins with a page view that says where it came from, and keeps the order of its steps", () => {
  const byVisitor = Map.groupBy(take(1, 200, 5_000), ({ visitor }) => visitor.id);
  expect(byVisitor.size).toBeGreaterThan(300);
  for (const happenings of byVisitor.values()) {
    const [first] = happenings;
    expect(first?.step).toMatchObject({ event_type: "pageview", referrer: first?.visitor.referrer });
    const times = happenings.map(({ step }) => step.after);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});

test("there are errors, custom events, clicks and leaves with engaged time", () => {
  const steps = take(3, 200, 5_000).map(({ step }) => step);
  const types = new Set(steps.map(({ event_type }) => event_type));
  expect([...types].sort()).toEqual(["click", "custom", "error", "leave", "pageview"]);
  for (const step of steps) if (step.event_type === "leave") expect(step.engaged_ms).toBeGreaterThan(0);
});

test("a journey ends with leaving the page that it viewed last", () => {
  const random = seededRandom(5);
  for (let count = 0; count < 200; count++) {
    const { steps } = makeJourney(random, SHOP);
    const lastView = steps.findLast(({ event_type }) => event_type === "pageview");
    expect(steps.at(-1)).toMatchObject({ event_type: "leave", page_url: lastView?.page_url });
  }
});

test("waiting times have the mean that was asked for", () => {
  const random = seededRandom(2);
  const count = 20_000;
  let sum = 0;
  for (let left = count; left > 0; left--) sum += waitingTime(random, 50);
  expect(sum / count).toBeGreaterThan(48);
  expect(sum / count).toBeLessThan(52);
});

test("pick follows the weights and never takes one of weight 0", () => {
  const random = seededRandom(4);
  const taken = Array.from({ length: 4_000 }, () =>
    pick(random, [
      [3, "often"],
      [0, "never"],
      [1, "seldom"],
    ]),
  );
  const often = taken.filter((value) => value === "often").length;
  expect(taken).not.toContain("never");
  expect(often).toBeGreaterThan(2_850);
  expect(often).toBeLessThan(3_150);
});
