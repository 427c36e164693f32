import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// What is counted by the hour or the day begins anew then: a test that begins is over before.
beforeEach(async () => {
  const left = 3_600_000 - (Date.now() % 3_600_000);
  if (left <= 20_000) await scheduler.wait(left + 1);
});
