import type * as z from "zod";

/** What the Worker wrote into the upgrade request. */
export function upgradeOf<T>(schema: z.ZodType<T>, header: string | null): T | null {
  if (header === null) return null;
  return schema.safeParse(JSON.parse(header)).data ?? null;
}
