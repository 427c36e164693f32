import { drizzle } from "drizzle-orm/d1";
import type { Env } from "../env";

/** Typed queries over D1. Its errors repeat the bound values in their message: only their cause may be shown or logged. */
export const dbOf = (env: Env) => drizzle(env.DB);
