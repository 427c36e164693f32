import fc from "fast-check";
import { expect, test } from "vitest";
import { BeaconEvent } from "../../protocol/beacon";
import { isPlainBeacon } from "./is-plain-beacon";

const SEED = 20_261_121;
const FIELDS = Object.keys(BeaconEvent.shape);

/** Values at and around every limit of the schema, and of every JSON type. */
const value = fc.oneof(
  fc.constantFrom(null, true, false, "", "x", -1, 0, -0, 1, 0.5, 31, 32, 100, 100.5, 1_000, 1_001, 10_000_000),
  fc.constantFrom(-100_000, -100_001, 86_400_000, 86_400_001, 2_147_483_647, 2_147_483_648, 8.64e15, 8.65e15, 1e300),
  fc.constantFrom(Number.POSITIVE_INFINITY, 2 ** 53, "2026-11-21T10:00:00Z", "yesterday", "https://shop.example/a"),
  fc.constantFrom(50, 51, 128, 129, 2_048, 2_049).map((length) => "x".repeat(length)),
  fc.constantFrom("😀".repeat(25), "😀".repeat(26)),
  fc.jsonValue(),
  fc.constantFrom<unknown>({}, [], { a: 1 }, JSON.parse('{"__proto__": 1}')),
);

const plain = {
  timestamp: 1_763_720_000_000,
  event_type: "click",
  page_url: "https://shop.example/",
};
/** Mostly right, so that many are taken; some fields changed, some without what is needed. */
const raw = fc
  .tuple(
    fc.constantFrom<object>(plain, plain, plain, {}),
    fc.array(fc.tuple(fc.constantFrom(...FIELDS, "constructor", "unknown"), value), { maxLength: 4 }),
  )
  .map(([base, fields]): unknown => ({ ...base, ...Object.fromEntries(fields) }));

test("what is taken as it is, the schema takes and leaves as it is", () => {
  let taken = 0;
  fc.assert(
    fc.property(raw, (event) => {
      if (!isPlainBeacon(event)) return;
      taken++;
      const known = Object.entries(event).filter(([key]) => FIELDS.includes(key));
      expect(BeaconEvent.parse(event)).toEqual(Object.fromEntries(known));
    }),
    { numRuns: 20_000, seed: SEED },
  );
  // A check that took nothing would hold everything above.
  expect(taken).toBeGreaterThan(2_000);
});

test("anything that is no object is left to the schema", () => {
  for (const event of [null, undefined, 1, "x", [], [plain]]) expect(isPlainBeacon(event)).toBe(false);
});

test("what the tracker sends is taken", () => {
  const events = [
    { seq: 0, ...plain, event_type: "pageview", title: "Shop", referrer: "https://www.google.com/" },
    { seq: 1, ...plain, target_selector: "main > a", viewport_x: 10.5, viewport_y: 2, click_count: 1, mouse_button: 0 },
    { seq: 2, ...plain, event_type: "leave", engaged_ms: 1_200.4, scroll_depth: 80 },
    { seq: 3, ...plain, event_type: "signup", event_data: { plan: "pro", seats: 3 } },
  ];
  for (const event of events) expect(isPlainBeacon(event)).toBe(true);
});
