import { expect, test } from "vitest";
import { type EventContext, normalizeEvent } from "./normalize-event";

const NOW = Date.UTC(2026, 10, 20, 12);
const context: EventContext = {
  received_at: NOW,
  sent_at: null,
  trusted: false,
  base: "https://shop.example",
  measure: true,
};
const view = { event_type: "pageview", page_url: "https://shop.example/a", timestamp: NOW };

const read = (over: object) => normalizeEvent({ ...view, ...over }, context);

test("a page view is kept with its page and path", () => {
  expect(read({ seq: 3, title: "A" })).toMatchObject({
    kind: "event",
    event: { at: NOW, type: "pageview", page_url: "https://shop.example/a", path: "/a", seq: 3, title: "A" },
  });
});

test.each([
  ["page_view", "pageview", undefined],
  ["PageView", "pageview", undefined],
  ["navigation", "pageview", undefined],
  ["mousemove", "move", undefined],
  ["signup", "custom", "signup"],
  ["__proto__", "custom", "__proto__"],
])("BEACON-4 the type %s is %s", (event_type, type, name) => {
  const got = read({ event_type });
  expect(got).toMatchObject({ kind: "event", event: name === undefined ? { type } : { type, name } });
});

test("a ping is no event", () => {
  expect(read({ event_type: "ping" })).toEqual({ kind: "ping" });
});

test.each([
  ["no page", { page_url: undefined }, "page_url"],
  ["no time", { timestamp: undefined }, "timestamp"],
  ["a time that is none", { timestamp: "yesterday" }, "timestamp"],
  ["an empty type", { event_type: "" }, "event_type"],
  ["a type of 51 characters", { event_type: "x".repeat(51) }, "event_type"],
  ["a page that is no page", { page_url: "javascript:alert(1)" }, "page_url"],
  ["a negative seq", { seq: -1 }, "seq"],
  ["an endless coordinate", { viewport_x: 1e300 }, "viewport_x"],
])("BEACON-1 %s is refused with its field", (_, over, field) => {
  const got = read(over);
  expect(got).toMatchObject({ kind: "refused", code: "invalid" });
  expect(got.kind === "refused" && Object.keys(got.fields)).toEqual([field]);
});

test.each([
  ["as they are, in whole numbers", 1_200.4, 49.6, { engaged_ms: 1_200, scroll_depth: 50 }],
  ["as the most there may be", 90_000_000, 133.3, { engaged_ms: 86_400_000, scroll_depth: 100 }],
  ["not at all where a window without height had no number", null, null, {}],
])("engaged time and scroll depth are taken %s", (_, engaged_ms, scroll_depth, taken) => {
  const got = read({ engaged_ms, scroll_depth });
  expect(got).toMatchObject({ kind: "event", event: taken });
  expect(got.kind === "event" && "scroll_depth" in got.event).toBe("scroll_depth" in taken);
});

test("an event over 16 KB is refused, also one that is only deep", () => {
  expect(read({ event_data: { text: "x".repeat(17_000) } })).toMatchObject({ kind: "refused", code: "too_large" });
  let deep: object = {};
  for (let i = 0; i < 20_000; i++) deep = { a: deep };
  expect(read({ event_data: deep })).toMatchObject({ kind: "refused", code: "too_large" });
});

test("free data keeps its shape, loses what cannot be stored and what lies too deep", () => {
  let deep: object = { bottom: 1 };
  for (let i = 0; i < 30; i++) deep = { a: deep };
  const got = read({ event_data: { text: "a\u0000b\ud800c", list: [1, "\u202e"], deep } });
  if (got.kind !== "event") throw new Error(got.kind);
  const data = got.event.detail?.event_data;
  expect(data?.text).toBe("ab\ufffdc");
  expect(data?.list).toEqual([1, ""]);
  expect(JSON.stringify(data)).not.toContain("bottom");
});

test("what was typed is masked, keys are never kept", () => {
  const got = read({ event_type: "input", input_value: "secret", input_masked: false, key_pressed: "s" });
  if (got.kind !== "event") throw new Error(got.kind);
  expect(got.event.detail).toEqual({ input_value: "***MASKED***", input_masked: true });
  expect(JSON.stringify(got)).not.toContain("secret");
});
