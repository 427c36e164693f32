import { sql } from "drizzle-orm";
import * as z from "zod";
import { FixedWindow } from "../../durable-objects/pure/fixed-window";
import { createSharedRead } from "../counter/shared-read";
import type { Env } from "../env";
import { dbOf } from "./db";

/** Looks for sites that are not there which this isolate makes one by one in a minute; then it reads the names of all. */
const MOST = 100;
const MINUTE = 60_000;

/** A site's pattern `d.value` as it is looked for: a page's origin is matched without the port. */
export const withoutPort = sql`iif(instr(d.value, ':') > 0, substr(d.value, 1, instr(d.value, ':') - 1), d.value)`;

const missed = new FixedWindow(MINUTE, 2);
const read = createSharedRead<ReadonlySet<string>>({ life: 5_000, size: 1 });

/** A site was looked for in D1 and is not there. */
export function noteMissing(now: number): void {
  missed.count("", now);
}

/**
 * Whether there is no use in looking in D1 for a site of one of these names, ids or patterns without port. In a flood of
 * names that no site has, all that it makes this isolate read is one list every 5 s; `version` is that of the sites.
 */
export async function isMissing(env: Env, names: readonly string[], version: number, now: number): Promise<boolean> {
  if (missed.count("", now, 0) < MOST) return false;
  try {
    const known = await read.get(String(version), () => readNames(env));
    return !names.some((name) => known.has(name));
  } catch {
    // The look itself tells how D1 is, or is answered from what is known.
    return false;
  }
}

async function readNames(env: Env): Promise<ReadonlySet<string>> {
  const rows = await dbOf(env).all<{ name: unknown }>(
    sql`SELECT id AS name FROM sites WHERE deleted_at IS NULL
        UNION SELECT ${withoutPort}
        FROM sites s, json_each(s.domains) d WHERE s.deleted_at IS NULL`,
  );
  return new Set(rows.map(({ name }) => z.string().parse(name)));
}
