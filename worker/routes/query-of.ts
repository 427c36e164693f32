import type { Context } from "hono";
import type { AppEnv } from "./route";

/** The query's parameters. One without a value (`?country=&page=/a`), as forms send them, is one that was not given. */
export function queryOf(c: Context<AppEnv>): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ""));
}
