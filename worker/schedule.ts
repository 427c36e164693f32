import { lt } from "drizzle-orm";
import { one_time_tokens, user_sessions } from "../migrations/schema";
import type { Env } from "./env";
import { dbOf } from "./store/db";

/** What is done every five minutes; `at` in milliseconds since 1970. Doing it twice changes nothing. */
export async function runSchedule(env: Env, at: number): Promise<void> {
  const db = dbOf(env);
  await db.batch([
    db.delete(one_time_tokens).where(lt(one_time_tokens.expires_at, at)),
    db.delete(user_sessions).where(lt(user_sessions.expires_at, at)),
  ]);
}
