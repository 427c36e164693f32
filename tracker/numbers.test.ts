import { expect, test } from "vitest";
import { BeaconEvent } from "../protocol/beacon";
import { QUEUE_FLUSH_INTERVAL, SIGN_OF_LIFE } from "../protocol/limits";
import { MOST_ENGAGED, TICKS } from "./numbers";

test("numbers that cannot be taken from the protocol agree with it", () => {
  expect(TICKS * QUEUE_FLUSH_INTERVAL).toBe(SIGN_OF_LIFE);
  const leave = { timestamp: 0, event_type: "leave", page_url: "/" };
  const taken = (engaged_ms: number) => BeaconEvent.safeParse({ ...leave, engaged_ms }).success;
  expect([taken(MOST_ENGAGED), taken(MOST_ENGAGED + 1)]).toEqual([true, false]);
});
