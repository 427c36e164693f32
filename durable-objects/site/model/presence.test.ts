import { describe, expect, test } from "vitest";
import { PRESENCE_TTL } from "../../../protocol/limits";
import { boundTabs, CLOSE_GRACE, endTab, expireTabs, hold, LEAVE_GRACE, leave, release, touch } from "./presence";
import { Tabs } from "./tabs";

const T0 = 1_000_000;
const SEAT = { key: "t", visitor_id: "ann", session_id: "s" };

function open(tabs: Tabs, now: number): boolean {
  tabs.goOn(now);
  return tabs.open > 0;
}

/** A tab that sent something at T0, and has a socket. */
function held(): Tabs {
  const tabs = new Tabs();
  touch(tabs, "t", "ann", "s", T0, T0);
  hold(tabs, SEAT, T0);
  return tabs;
}

describe("LIVE-7 a tab with a socket", () => {
  test("is open for as long as the socket gives signs of life, and a leave changes nothing", () => {
    const tabs = held();
    hold(tabs, SEAT, T0 + 60_000);
    leave(tabs, "t", T0 + 61_000, T0 + 61_000);
    expect(open(tabs, T0 + 60_000 + PRESENCE_TTL - 1)).toBe(true);
    expect(expireTabs(tabs, T0 + 100_000)).toBe(T0 + 60_000 + PRESENCE_TTL);
    expect([...tabs.openSessions()]).toEqual([["s", 1]]);
    expect(open(tabs, T0 + 60_000 + PRESENCE_TTL)).toBe(false);
  });

  test("ends a moment after the close, and says that this has to be stored unless a leave was", () => {
    const tabs = held();
    expect(release(tabs, "t", T0, true, T0 + 10)).toBe(true);
    expect(open(tabs, T0 + 10 + CLOSE_GRACE - 1)).toBe(true);
    expect(open(tabs, T0 + 10 + CLOSE_GRACE)).toBe(false);

    for (const later of [0, 1, 299, LEAVE_GRACE]) {
      const leaving = held();
      leave(leaving, "t", T0 + 5, T0 + 5);
      expect(release(leaving, "t", T0, true, T0 + 5 + later), `${later} ms after the leave`).toBe(false);
      expect(open(leaving, T0 + 5 + later + CLOSE_GRACE)).toBe(false);
    }
  });

  test("is not opened again after a goodbye by what happened before, but by what happens after", () => {
    const tabs = held();
    release(tabs, "t", T0, true, T0 + 1_000);
    touch(tabs, "t", "ann", "s", T0 + 900, T0 + 1_100);
    expect(open(tabs, T0 + 1_000 + CLOSE_GRACE)).toBe(false);
    touch(tabs, "t", "ann", "s", T0 + 1_200, T0 + 1_200);
    expect(open(tabs, T0 + 60_000)).toBe(true);
  });

  test("of which the connection broke goes on by a beacon that came later, and only by one", () => {
    const tabs = held();
    touch(tabs, "t", "ann", "s", T0 + 5_000, T0 + 5_000);
    expect(release(tabs, "t", T0, false, T0 + 6_000)).toBe(false);
    expect(open(tabs, T0 + 60_000)).toBe(true);
    const alone = held();
    expect(release(alone, "t", T0, false, T0 + 6_000)).toBe(true);
    expect(open(alone, T0 + 6_000 + CLOSE_GRACE)).toBe(false);
  });

  test("of which nothing was heard for too long ends without delay", () => {
    const tabs = held();
    release(tabs, "t", T0, false, T0 + PRESENCE_TTL);
    expect(open(tabs, T0 + PRESENCE_TTL)).toBe(false);
  });

  test("is the same when the journal is read again", () => {
    const tabs = new Tabs();
    touch(tabs, "t", "ann", "s", T0, T0);
    endTab(tabs, "t", true, T0 + 10);
    expect(open(tabs, T0 + 10 + CLOSE_GRACE)).toBe(false);
    endTab(tabs, "unknown", true, T0);
    expect(tabs.size).toBe(1);
  });
});

test("of more tabs than are kept the longest silent are forgotten, none that a socket holds", () => {
  const tabs = new Tabs();
  hold(tabs, { key: "held", visitor_id: "v", session_id: "s" }, T0);
  for (let n = 0; n < 10; n++) touch(tabs, `tab ${n}`, "v", "s", T0 - 10_000 + n, T0);
  boundTabs(tabs, 4);
  expect([...tabs.keys()]).toEqual(["held", "tab 7", "tab 8", "tab 9"]);
  boundTabs(tabs, 4);
  expect(tabs.size).toBe(4);
});
