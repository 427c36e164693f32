import { expect, test } from "vitest";
import { FLUSH_INTERVAL } from "../../protocol/limits";
import { type Due, nextAlarm } from "./next-alarm";

const NOW = Date.parse("2026-11-21T12:00:20Z");
const MINUTE = Date.parse("2026-11-21T12:01:00Z");
const NOTHING: Due = {
  waits: false,
  snapshot: null,
  session_row: null,
  session_end: null,
  hour_close: null,
  salt: null,
  frame: null,
  presence: null,
  rights: null,
  alerts: null,
  counter: null,
};

test.each<[string, Partial<Due>, number | null]>([
  ["nothing is due: the object sleeps for good", {}, null],
  ["what waits for D1 goes with the next flush", { waits: true }, NOW + FLUSH_INTERVAL],
  ["a snapshot, at its time", { snapshot: NOW + 7_000 }, NOW + 7_000],
  ["a session's row, at the full minute", { session_row: NOW + 7_000 }, MINUTE],
  [
    "a session that D1 does not have yet, with the flush of its events",
    { waits: true, session_row: 0 },
    NOW + FLUSH_INTERVAL,
  ],
  ["one without, after a pause", { session_row: 0 }, NOW + 1_000],
  ["a session's end, at the full minute", { session_end: NOW + 40_000 }, MINUTE],
  ["an hour", { hour_close: NOW + 90_000 }, NOW + 90_000],
  ["a salt", { salt: NOW + 90_000 }, NOW + 90_000],
  ["a frame", { frame: NOW + 3_000 }, NOW + 3_000],
  ["a count that falls for others", { presence: NOW + 3_000 }, NOW + 3_000],
  ["rights", { rights: NOW + 30_000 }, NOW + 30_000],
  ["alerts", { alerts: NOW + 4_000 }, NOW + 4_000],
  ["the counter's leaves", { counter: NOW + 9_000 }, NOW + 9_000],
  ["the earliest of many", { waits: true, rights: NOW + 30_000, alerts: NOW + 4_000 }, NOW + 4_000],
  ["what is past, after a pause", { alerts: NOW - 60_000, salt: 0 }, NOW + 1_000],
])("%s", (_name, due, at) => expect(nextAlarm({ ...NOTHING, ...due }, NOW)).toBe(at));
