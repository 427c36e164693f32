import type { Context } from "hono";
import type * as z from "zod";
import { fieldsOf } from "../ingest/normalize-event";
import { fail } from "../reply";
import type { AppEnv } from "./route";

/** The query's parameters. One without a value (`?country=&page=/a`), as forms send them, is one that was not given. */
export function queryOf(c: Context<AppEnv>): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ""));
}

/** The query as the schema reads it, or the reply that says what is wrong with it. */
export function readQuery<T>(c: Context<AppEnv>, schema: z.ZodType<T>): T | Response {
  const parsed = schema.safeParse(queryOf(c));
  return parsed.success ? parsed.data : fail("invalid", "The query is wrong.", fieldsOf(parsed.error));
}
