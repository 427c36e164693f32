import { lt } from "drizzle-orm";
import { one_time_tokens, user_sessions } from "../migrations/schema";
import { deliverDue, deliveryOf, logFailure } from "./alerts/deliver";
import { allSettled } from "./all-settled";
import type { Env } from "./env";
import { siteStub } from "./ingest/site-stub";
import { enforceRetention } from "./retention";
import { dbOf } from "./store/db";
import { wakeOrder } from "./wake-order";

const HOUR = 3_600_000;
const EVERY = 5 * 60_000;
/** Sites woken in one run; with more, each is woken every few hours. */
const WOKEN = 200;

/** What is done every five minutes; `at` in milliseconds since 1970. Doing it twice changes nothing. */
export async function runSchedule(env: Env, at: number): Promise<void> {
  const tasks = [forgetEnded(env, at), deliverDue(deliveryOf(env)).catch(logFailure)];
  // Once an hour is enough for the rest.
  if (at % HOUR < EVERY) tasks.push(enforceRetention(env.DB, at), wakeSites(env, Math.floor(at / HOUR)));
  // None of them holds up another: neither somebody's slow server nor a table that cannot be emptied.
  await allSettled(tasks);
}

/** Forgets sign-in sessions and one-time tokens that have ended. */
async function forgetEnded(env: Env, at: number): Promise<void> {
  const db = dbOf(env);
  await db.batch([
    db.delete(one_time_tokens).where(lt(one_time_tokens.expires_at, at)),
    db.delete(user_sessions).where(lt(user_sessions.expires_at, at)),
  ]);
}

/** The watchdog: an object whose alarm was lost would keep what it holds until somebody visits its site. */
async function wakeSites(env: Env, turn: number): Promise<void> {
  const { results } = await env.DB.prepare("SELECT id FROM sites WHERE deleted_at IS NULL ORDER BY id").all<{
    id: string;
  }>();
  const ids = results.map(({ id }) => id);
  const chosen = wakeOrder(ids, turn).slice(0, WOKEN);
  const woken = await Promise.allSettled(chosen.map((id) => siteStub(env, id).wake()));
  const failed = woken.filter((result) => result.status === "rejected").length;
  if (failed > 0) console.error(JSON.stringify({ level: "error", event: "wake_failed", sites: failed }));
}
