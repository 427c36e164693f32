import { expect, test } from "vitest";
import { TrackRequest } from "../../protocol/beacon";
import type { Plan } from "./life";
import { makeVisits } from "./visits";

const plan: Plan = {
  workload: "pages",
  visits_an_hour: 60,
  hours: 2,
  start: Date.UTC(2026, 10, 20, 8),
  seed: 1,
  from: 0,
  to: 0,
};

test.each(["pages", "behaviour"] as const)("%s: beacons of the protocol, in the order of sending", (workload) => {
  const sent = makeVisits({ ...plan, workload });
  let before = plan.start;
  for (const { at, body } of sent) {
    TrackRequest.parse(body);
    expect(at).toBeGreaterThanOrEqual(before);
    before = at;
  }
  const visitors = new Set(sent.map(({ address }) => address));
  const page_views = sent.reduce((total, one) => total + one.page_views, 0);
  const events = sent.reduce((total, one) => total + one.events, 0);
  // About 60 visits an hour, by chance.
  expect(visitors.size).toBeGreaterThan(80);
  expect(page_views).toBe((workload === "pages" ? 3 : 5) * visitors.size);
  expect(events).toBe((workload === "pages" ? 2 : 20) * page_views);
  if (workload === "behaviour") expect(new Set(sent.map((one) => one.events))).toEqual(new Set([50]));
});

test("the same seed makes the same visits", () => {
  expect(makeVisits(plan)).toEqual(makeVisits(plan));
  expect(makeVisits({ ...plan, seed: 2 })).not.toEqual(makeVisits(plan));
});
