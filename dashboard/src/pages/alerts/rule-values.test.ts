import { describe, expect, test } from "vitest";
import type { AlertRule } from "../../../../protocol/alerts";
import { AlertInput } from "../../../../protocol/alerts";
import { cooldownsWith, METRICS, metricOf, newValues, ruleOf, ruleText, valuesOf } from "./rule-values";

const RULES: [AlertRule, string][] = [
  [{ metric: "visitors", above: 50, window: "60s" }, "More than 50 visitors in the last minute"],
  [{ metric: "visitors", above: 1, window: "60s" }, "More than 1 visitor in the last minute"],
  [{ metric: "visitors", below: 5, window: "60s" }, "Fewer than 5 visitors in the last minute"],
  [{ metric: "events_per_second", above: 2.5, window: "1s" }, "More than 2.5 events a second in one second"],
  [{ metric: "events_per_second", below: 2, window: "5s" }, "Fewer than 2 events a second over 5 seconds"],
  [{ metric: "error_rate", above: 0.07, window: "60s" }, "More than 7 % errors over a minute"],
  [{ metric: "silence", above: 900 }, "No event for 15 minutes"],
  [{ metric: "silence", above: 30 }, "No event for 0.5 minutes"],
  [{ metric: "event", event: "signup" }, "“signup” happens"],
  [{ metric: "spike", above: 3 }, "3 times the page views of the same hour in other weeks"],
];

describe("a rule and the fields of its form", () => {
  test.each(RULES)("%o is what its fields say", (rule) => {
    expect(ruleOf(valuesOf(rule))).toEqual(rule);
  });

  test.each(RULES)("%o as a sentence", (rule, text) => {
    expect(ruleText(rule)).toBe(text);
  });

  test.each(Object.keys(METRICS))("a new rule of %s is taken as it begins, but for an event's name", (metric) => {
    const rule = ruleOf({ ...newValues(metricOf(metric)), event: "signup" });
    expect(AlertInput.safeParse({ site: "s", name: "n", rule }).success).toBe(true);
  });

  test("a number that is none is refused, not made one", () => {
    const rule = ruleOf({ ...newValues("visitors"), limit: "many" });
    expect(AlertInput.safeParse({ site: "s", name: "n", rule }).success).toBe(false);
  });
});

test("a pause that is not among those offered is offered too", () => {
  expect(cooldownsWith(900)).toHaveLength(6);
  expect(cooldownsWith(1_800)[3]).toEqual([1_800, "30 minutes"]);
  expect(cooldownsWith(10)[0]).toEqual([10, "10 seconds"]);
});
