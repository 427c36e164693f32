import { expect, test } from "vitest";
import { correctedTime, toMs } from "./clock";

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

test.each([
  ["no sent_at: the clock is taken as it is", NOW - 5_000, null, false, NOW - 5_000],
  ["a clock an hour ahead is set back", NOW + HOUR - 5_000, NOW + HOUR, false, NOW - 5_000],
  ["a clock an hour behind is set forward", NOW - HOUR - 5_000, NOW - HOUR, false, NOW - 5_000],
  ["older than a day is cut", NOW - 30 * HOUR, null, false, NOW - 24 * HOUR],
  ["the future is cut at five minutes", NOW + HOUR, null, false, NOW + 5 * 60_000],
  ["a key may speak of last year", NOW - 9_000 * HOUR, null, true, NOW - 9_000 * HOUR],
  ["a key may not speak of what was before 1970", -62_135_596_800_000, null, true, 86_400_000],
  ["a key may not speak of tomorrow", NOW + 24 * HOUR, null, true, NOW + 5 * 60_000],
])("BEACON-5 %s", (_, timestamp, sentAt, trusted, expected) => {
  expect(correctedTime(timestamp, sentAt, NOW, trusted)).toBe(expected);
});

test("times are ISO 8601 or milliseconds", () => {
  expect(toMs("2026-11-20T13:00:00+01:00")).toBe(NOW);
  expect(toMs(NOW)).toBe(NOW);
});
