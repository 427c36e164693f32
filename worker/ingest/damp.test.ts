import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DAMPER_LIMIT, SITE_RATE_LIMIT } from "../../protocol/limits";
import { isFlood } from "./damp";

test.each([
  [1, SITE_RATE_LIMIT, false],
  [SITE_RATE_LIMIT, SITE_RATE_LIMIT, false],
  [SITE_RATE_LIMIT + 1, SITE_RATE_LIMIT, true],
  [2, 1, true],
  [201, 200, true],
  // The platform would stop what the site takes, or little more.
  [202, 201, false],
  [1_000_001, 1_000_000, false],
])("RATE-5 %i requests where the site takes %i are a flood: %s", (seenHere, limit, flood) => {
  expect(isFlood(seenHere, limit)).toBe(flood);
});

test("RATE-5 the platform is told the same limit", () => {
  const toml = readFileSync("wrangler.toml", "utf8");
  expect(toml).toContain(
    `[[ratelimits]]\nname = "DAMPER"\nnamespace_id = "1001"\nsimple = { limit = ${DAMPER_LIMIT}, period = 60 }\n`,
  );
});
