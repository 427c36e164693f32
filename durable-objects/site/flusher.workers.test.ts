import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, onTestFinished, test, vi } from "vitest";
import { SESSION_TIMEOUT } from "../../protocol/limits";
import { HOUR_GRACE } from "./live-site";
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

test("COUNT-7 the journal is given up with the flush of the run in which an hour closes, though something came just before", async () => {
  const { stub, object, facts } = freshSite();
  const start = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  onTestFinished(() => void vi.useRealTimers());
  const journal = () =>
    runInDurableObject(object, (_, { storage: { sql } }) =>
      sql.exec("SELECT (SELECT COUNT(*) FROM batches) + (SELECT COUNT(*) FROM batches_2) AS n").one(),
    );
  await stub.ingest(batchOf(facts, "t1", [view(0)], "ann"));
  await runDurableObjectAlarm(object);
  expect(await journal()).toEqual({ n: 1 });
  vi.setSystemTime(start + 3_600_000 + HOUR_GRACE + SESSION_TIMEOUT);
  await stub.ingest(batchOf(facts, "t2", [view(0)], "bob"));
  await runDurableObjectAlarm(object);
  expect(await journal()).toEqual({ n: 0 });
});
