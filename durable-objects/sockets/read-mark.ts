import * as z from "zod";

/** Characters of a mark, also of one that a program wrote anew with spaces between. */
const LONGEST = 200;

const Mark = z.object({ type: z.literal("mark"), data: z.object({ at: z.number() }) });

/** The number of a mark that comes back, in whatever way it is written; null for any other message, most of which are not parsed. */
export function readMark(message: string | ArrayBuffer): number | null {
  if (typeof message !== "string" || message.length > LONGEST || !message.includes('"mark"')) return null;
  try {
    return Mark.safeParse(JSON.parse(message)).data?.data.at ?? null;
  } catch {
    // Not JSON: whoever reads messages says so.
    return null;
  }
}
