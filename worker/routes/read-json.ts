import type { Context } from "hono";
import type * as z from "zod";
import { BODY_BYTES_BROWSER } from "../../protocol/limits";
import { readBody } from "../ingest/body";
import { fieldsOf } from "../ingest/normalize-event";
import { fail } from "../reply";
import type { AppEnv } from "./route";

/** The JSON body as the schema reads it, or the reply that says what is wrong with it. */
export async function readJson<T>(c: Context<AppEnv>, schema: z.ZodType<T>): Promise<T | Response> {
  const body = await readBody(c.req.raw, BODY_BYTES_BROWSER);
  if (!body.ok) return fail(body.code, body.message);
  let json: unknown;
  try {
    json = JSON.parse(body.text);
  } catch {
    // A SyntaxError is how the parser says that it is not JSON.
    return fail("unreadable", "The body is not JSON.");
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : fail("invalid", "Some fields are missing or wrong.", fieldsOf(parsed.error));
}
