import { beforeEach, describe, expect, test } from "vitest";
import { FLUSH_INTERVAL } from "../../protocol/limits";
import { Alarm } from "./alarm";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** The platform's alarm, and every change of it. */
let set: number | null;
let changes: (number | null)[];
let alarm: Alarm;
const change = async (at: number | null) => {
  set = at;
  changes.push(at);
};
beforeEach(() => {
  set = null;
  changes = [];
  alarm = new Alarm({
    getAlarm: async () => set,
    setAlarm: (at) => change(Number(at)),
    deleteAlarm: () => change(null),
  });
});

describe("armed", () => {
  test("is set once, and moved only to an earlier time: every change is a row written", async () => {
    await alarm.arm(NOW + 10_000, NOW);
    await alarm.arm(NOW + 10_000, NOW + 1);
    await alarm.arm(NOW + 20_000, NOW + 2);
    await alarm.arm(NOW + 5_000, NOW + 3);
    expect(changes).toEqual([NOW + 10_000, NOW + 5_000]);
  });

  test("after a start the one that was set before is not put off", async () => {
    set = NOW + 3_000;
    expect(await alarm.read()).toBe(NOW + 3_000);
    await alarm.arm(NOW + 10_000, NOW);
    expect(changes).toEqual([]);
  });

  test("COUNT-5 one that is long past was lost, and is set anew for now; one that is a little late is waited for", async () => {
    await alarm.arm(NOW, NOW);
    await alarm.arm(NOW + 20_000, NOW + 9_000);
    expect(changes).toEqual([NOW]);
    await alarm.arm(NOW, NOW + 10_001);
    expect(changes).toEqual([NOW, NOW + 10_001]);
    // Whatever it was set for is still to be done, however late the next thing is.
    await alarm.arm(NOW + 90_000, NOW + 30_000);
    expect(changes).toEqual([NOW, NOW + 10_001, NOW + 30_000]);
  });

  test("is set earlier where the clock was set back", async () => {
    await alarm.arm(NOW, NOW);
    await alarm.arm(NOW - 3_590_000, NOW - 3_600_000);
    expect(set).toBe(NOW - 3_590_000);
  });
});

describe("COUNT-5 a run that fails", () => {
  test("is tried again after pauses that grow to 30 s, whatever comes meanwhile", async () => {
    const pauses: number[] = [];
    for (let n = 0; n < 7; n++) {
      await alarm.failed(NOW);
      await alarm.arm(NOW + 1, NOW);
      pauses.push((set ?? 0) - NOW);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect([alarm.failures, alarm.notBefore]).toEqual([7, NOW + 30_000]);
  });

  test("begins with the next one set, so that a run that never ends is tried again too", async () => {
    await alarm.begun(NOW, FLUSH_INTERVAL);
    expect(set).toBe(NOW + FLUSH_INTERVAL);
    for (let n = 0; n < 5; n++) await alarm.failed(NOW);
    await alarm.begun(NOW, FLUSH_INTERVAL);
    expect(set).toBe(NOW + 30_000);
  });

  test("holds nothing back after one that succeeded", async () => {
    await alarm.failed(NOW);
    alarm.succeeded();
    await alarm.arm(NOW + 1_000, NOW);
    expect(set).toBe(NOW + 1_000);
    expect(alarm.failures).toBe(0);
  });

  test("holds nothing back for longer where the clock was set back", async () => {
    await alarm.failed(NOW);
    const back = NOW - 3_600_000;
    await alarm.arm(back + 1, back);
    expect(set).toBe(back + 2_000);
  });
});

describe("after a run", () => {
  test.each<[string, number, boolean, number]>([
    ["one that was set comes up to a second early", 9_000, false, 9_000],
    ["one that would wake the object for nothing is moved", 8_999, false, 10_000],
    ["one that comes before is good where something waits for D1", 2_000, true, 2_000],
    ["one that comes later is moved", 10_001, true, 10_000],
    ["one that is past was this very run", -1, true, 10_000],
  ])("%s", async (_name, had, waits, at) => {
    await alarm.arm(NOW + had, NOW - 1);
    await alarm.next(NOW + 10_000, waits, NOW);
    expect(set).toBe(NOW + at);
  });

  test("without anything to come there is none, and the next arms it again", async () => {
    await alarm.arm(NOW + 5_000, NOW);
    await alarm.next(null, false, NOW);
    expect(set).toBeNull();
    await alarm.arm(NOW + 20_000, NOW);
    expect(set).toBe(NOW + 20_000);
  });

  test("one that the platform does not have any more is set again, whatever memory says", async () => {
    await alarm.arm(NOW + 5_000, NOW);
    set = null;
    expect(await alarm.read()).toBeNull();
    await alarm.next(NOW + 10_000, true, NOW);
    expect(set).toBe(NOW + 10_000);
  });
});
