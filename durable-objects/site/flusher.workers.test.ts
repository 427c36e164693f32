import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { batchOf, freshSites, view } from "./site.fixture";

const freshSite = freshSites(env);

test("COUNT-5 a flush ends while sessions keep opening: those that opened meanwhile go with the next", async () => {
  const { stub, object, facts, site_id } = freshSite();
  await stub.ingest(batchOf(facts, "first", [view(0)], "first"));
  let calls = 0;
  await runInDurableObject(object, async (site) => {
    const slow = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        // Bounded, so that a flush that goes on with them fails this test instead of never ending.
        if (++calls <= 10) await site.ingest(batchOf(facts, `t${calls}`, [view(0)], `v${calls}`));
        return env.DB.batch(statements);
      },
    };
    Reflect.set(site, "env", { ...env, DB: slow });
    await site.flush();
    Reflect.set(site, "env", env);
  });
  expect(calls).toBe(1);
  expect(await stub.unstoredSessions()).toHaveLength(1);
  await stub.flush();
  expect(await stub.unstoredSessions()).toEqual([]);
  const stored = env.DB.prepare("SELECT COUNT(*) AS n FROM sessions WHERE site_id = ?").bind(site_id);
  expect(await stored.first("n")).toBe(2);
});
