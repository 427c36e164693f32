import { Buffer } from "node:buffer";
import * as z from "zod";

/** A place in a list as opaque text, behind which the next page begins. */
export const cursorOf = <T>(place: z.ZodType<T>) =>
  z
    .string()
    .max(300)
    .transform((text, context): T => {
      const read = place.safeParse(jsonOf(text));
      if (read.success) return read.data;
      context.addIssue({ code: "custom", message: "Not a cursor." });
      return z.NEVER;
    });

export const writeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString("base64url");

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    // Not JSON: not one of ours.
    return undefined;
  }
}

/** A page of `limit` of the rows, of which one more was asked for; `last` is the one behind which there is another page. */
export function pageOf<T>(rows: readonly T[], limit: number): { page: T[]; last: T | null } {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? (page.at(-1) ?? null) : null };
}
