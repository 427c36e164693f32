import { describe, expect, test } from "vitest";
import type { Sender } from "../../protocol/ingest";
import { leafOf } from "./leaf-of";

const from = (sender: Sender, address = "192.0.2.1", user_agent = "ua") => ({ sender, address, user_agent });
const visitor = (more: Omit<Sender & { kind: "visitor" }, "kind">): Sender => ({ kind: "visitor", ...more });

describe("LEAF-8 the leaf of a sender", () => {
  test.each([
    ["tab", visitor({ tab: "t", persistent_id: "p" })],
    ["session", visitor({ session_id: "s", user_id: "u" })],
    ["persistent id", visitor({ persistent_id: "p" })],
    ["user", visitor({ user_id: "u" })],
  ])("is that of its %s, wherever it is", (_, sender) => {
    const leaf = leafOf(from(sender), 32);
    for (let i = 0; i < 20; i++) expect(leafOf(from(sender, `198.51.100.${i}`, `other ${i}`), 32)).toBe(leaf);
  });

  test("is that of address and agent for a sender without a name, and for one that may not be known", () => {
    for (const sender of [visitor({}), { kind: "anonymous" } as const]) {
      const leaves = new Set(Array.from({ length: 200 }, (_, i) => leafOf(from(sender, `192.0.2.${i}`), 32)));
      expect(leaves.size).toBeGreaterThan(20);
      expect(leafOf(from(sender), 32)).toBe(leafOf(from(sender), 32));
    }
  });

  test("spreads senders evenly, over any number of leaves", () => {
    for (const leaves of [1, 2, 3, 8, 32]) {
      const counts = Array.from({ length: leaves }, () => 0);
      for (let i = 0; i < 10_000; i++) {
        const leaf = leafOf(from(visitor({ tab: `${i}-7f1c2a52-6a53-4e3f-9d6e-0c7a4a2c8f10` })), leaves);
        counts[leaf] = (counts[leaf] ?? 0) + 1;
      }
      for (const count of counts) expect(count / (10_000 / leaves)).toBeGreaterThan(0.7);
      expect(counts.length).toBe(leaves);
    }
  });
});
