import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, takeTokens } from "./token-bucket";

const full = (at = 0): Bucket => ({ used: 0, at });

test("SOCKET-4 fifty at once, then one every 20 ms", () => {
  const bucket = full();
  for (let i = 0; i < 50; i++) expect(takeTokens(bucket, 1, 50, 0)).toBe(0);
  expect(takeTokens(bucket, 1, 50, 0)).toBe(20);
  expect(takeTokens(bucket, 1, 50, 19)).toBe(1);
  expect(takeTokens(bucket, 1, 50, 20)).toBe(0);
  expect(takeTokens(bucket, 1, 50, 20)).toBe(20);
});

test("SOCKET-4 a batch of more than a second's worth is taken whole by a full bucket, and paid for afterwards", () => {
  const bucket = full();
  expect(takeTokens(bucket, 100, 50, 0)).toBe(0);
  expect(takeTokens(bucket, 1, 50, 0)).toBe(1_020);
  expect(takeTokens(bucket, 100, 50, 1_020)).toBe(980);
  expect(takeTokens(bucket, 100, 50, 2_000)).toBe(0);
});

test("a clock that is set back neither blocks nor pays", () => {
  const bucket = full(1_000_000);
  expect(takeTokens(bucket, 50, 50, 1_000_000)).toBe(0);
  expect(takeTokens(bucket, 1, 50, 0)).toBe(20);
  expect(takeTokens(bucket, 1, 50, 20)).toBe(0);
});

test("whatever is sent, no more than the rate and one message gets through; who waits as told gets through", () => {
  const messages = fc.array(fc.record({ after: fc.nat(500), cost: fc.integer({ min: 1, max: 100 }) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(messages, (sent) => {
      const bucket = full();
      let now = 0;
      let taken = 0;
      for (const { after, cost } of sent) {
        now += after;
        const wait = takeTokens(bucket, cost, 50, now);
        if (wait === 0) taken += cost;
        else expect(takeTokens({ ...bucket }, cost, 50, now + wait)).toBe(0);
      }
      expect(taken).toBeLessThanOrEqual(50 + (now * 50) / 1_000 + 100);
    }),
    { seed: 7 },
  );
});
