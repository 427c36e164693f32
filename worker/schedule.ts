import type { Env } from "./env";

const DAY = 86_400_000;

/** The cron: forgets what has expired. */
export async function runSchedule(env: Env, at: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("DELETE FROM one_time_tokens WHERE expires_at < ?").bind(at - DAY),
    env.DB.prepare("DELETE FROM user_sessions WHERE expires_at < ?").bind(at),
  ]);
}
