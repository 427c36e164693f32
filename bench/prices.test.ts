import { expect, test } from "vitest";
import { priceOfMillion } from "./prices";

test("a million events cost what a thousand of them use, a thousand times", () => {
  const price = priceOfMillion({
    events: 1_000,
    worker_requests: 1_000,
    object_requests: 2_000,
    object_rows_written: 100,
    d1_rows_written: 1_300,
    d1_rows_read: 5_000,
    d1_bytes: 250_000,
  });
  const rounded = Object.fromEntries(Object.entries(price).map(([name, value]) => [name, Number(value.toFixed(6))]));
  expect(rounded).toEqual({
    "Worker requests": 0.3,
    "object requests": 0.3,
    "object rows written": 0.1,
    "D1 rows written": 1.3,
    "D1 rows read": 0.005,
    "D1 storage for a month": 0.1875,
  });
});
