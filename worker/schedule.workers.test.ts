import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { runSchedule } from "./schedule";
import { addOneTimeToken } from "./store/one-time-tokens";
import { harness } from "./workers.fixture";

const { makeTenant, signIn } = harness(env, createExecutionContext);

test("the schedule forgets sessions and one-time tokens that have ended, and no others", async () => {
  const tenant = await makeTenant();
  await signIn(tenant);
  const session = await env.DB.prepare("SELECT expires_at FROM user_sessions").first<{ expires_at: number }>();
  const ends = session?.expires_at ?? 0;
  await env.DB.prepare("DELETE FROM one_time_tokens").run();
  await addOneTimeToken(env, "ticket", tenant, 1_000);
  await addOneTimeToken(env, "ticket", tenant, 2_000);
  const left = async () => [
    await env.DB.prepare("SELECT COUNT(*) AS n FROM one_time_tokens").first("n"),
    await env.DB.prepare("SELECT COUNT(*) AS n FROM user_sessions").first("n"),
  ];
  await runSchedule(env, 1_500);
  expect(await left()).toEqual([1, 1]);
  await runSchedule(env, ends);
  expect(await left()).toEqual([0, 1]);
  await runSchedule(env, ends + 1);
  expect(await left()).toEqual([0, 0]);
});
