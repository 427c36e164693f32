import type { RefusalCode } from "../protocol/refusals";
import { isUnavailable } from "./ingest/site-stub";

/** What a caller is told of an error that was thrown: never its text. */
export interface Failure {
  code: Extract<RefusalCode, "internal" | "unavailable">;
  message: string;
  headers: Record<string, string>;
}

/** D1 says by text alone that it may be asked again. */
const PASSING =
  /overloaded|network connection lost|locked|SQLITE_BUSY|object to be reset|was reset|transient issue|timed out|exceeded/i;

/** The object's own storage is full or held up: nothing was stored, and later it may be. */
const STORAGE = /SQLITE_(FULL|BUSY|IOERR)/;

export function failureOf(error: unknown): Failure {
  const text = rootMessage(error);
  if (/no such (table|column)/.test(text)) {
    return {
      code: "unavailable",
      message: "The database is not up to date. Apply the migrations: npm run deploy does it.",
      headers: { "Retry-After": "60" },
    };
  }
  if (isUnavailable(error) || STORAGE.test(text) || (text.includes("D1_ERROR") && PASSING.test(text))) {
    return { code: "unavailable", message: "The server is busy. Try again.", headers: { "Retry-After": "5" } };
  }
  return { code: "internal", message: "Something went wrong here.", headers: {} };
}

/** The innermost cause's message: an outer one of drizzle repeats the values of the query. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? `${root.name}: ${root.message}` : String(root);
}
