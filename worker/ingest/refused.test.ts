import { expect, test } from "vitest";
import type { EventError } from "../../protocol/refusals";
import { refusedBody, refusedEvents, refusedFields } from "./refused";

test.each([
  ["too_large", { reason: "too_large", count: 1, example: "a request of more than 64 KB" }],
  ["unreadable", { reason: "unreadable", count: 1, example: "Why." }],
  ["timeout", { reason: "unreadable", count: 1, example: "Why." }],
  ["unsupported_media_type", { reason: "unreadable", count: 1, example: "Why." }],
] as const)("BEACON-9 a body that is %s", (code, told) => {
  expect(refusedBody(code, "Why.", 64 * 1_024)).toEqual(told);
});

test.each([
  [{ page_url: "Not an address of a page." }, "page_url: Not an address of a page"],
  [{ "metadata.ann@example.com": "Too long." }, "metadata: Too long"],
  [{ seq: "Invalid input: expected number, received string" }, "seq: expected number, received string"],
  [{ first: "A.", second: "B." }, "first: A"],
  [{}, ""],
])("BEACON-9 of wrong fields %j the owner sees “%s”", (fields: Record<string, string>, example) => {
  expect(refusedFields(fields)).toEqual({ reason: "invalid", count: 1, example });
});

test("BEACON-9 events of a batch are counted by reason, with the last example", () => {
  const error = (code: EventError["code"], name: string): EventError => ({
    index: 0,
    code,
    fields: { [name]: "Wrong." },
  });
  expect(refusedEvents([error("invalid", "a"), error("too_large", "event"), error("invalid", "b")])).toEqual([
    { reason: "too_large", count: 1, example: "an event of more than 16 KB" },
    { reason: "invalid", count: 2, example: "b: Wrong" },
  ]);
  expect(refusedEvents([])).toEqual([]);
});
