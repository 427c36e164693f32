import type { Context } from "hono";
import { failureOf } from "../failure";
import { fail } from "../reply";
import type { AppEnv } from "./route";

/** The reply to an error that was thrown. The error itself is for the log, which whoever finishes the request writes. */
export function failed(c: Context<AppEnv>, error: unknown): Response {
  c.set("error", error);
  const { code, message, headers } = failureOf(error);
  return fail(code, message, undefined, headers);
}
