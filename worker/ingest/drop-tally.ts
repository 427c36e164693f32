import type { LeftOutReason } from "../../protocol/drop-reasons";
import type { DropNotice } from "../../protocol/ingest";
import type { Site } from "../../protocol/management";
import type { Env } from "../env";
import { siteFacts } from "./site-facts";
import { siteStub } from "./site-stub";

/** What is not counted, and what the site's owner needs to know about it; nothing of a visitor. */
export interface LeftOut {
  reason: LeftOutReason;
  count: number;
  example: string;
}

/** What waits to be told, by site and reason: a flood of bots must not become a flood of calls. */
const waiting = new Map<string, DropNotice>();
/** Milliseconds before each try to tell it; an object that is too busy to listen is asked again later. */
const WAITS = [300, 3_000, 15_000];

/** Tells the site's object, together with what else comes for the same reason within a third of a second. */
export function tellLeftOut(
  env: Env,
  context: { waitUntil(work: Promise<unknown>): void },
  site: Site,
  leftOut: readonly LeftOut[],
  at: number,
): void {
  for (const one of leftOut) {
    const key = `${site.id}\n${one.reason}`;
    if (!add(key, { ...one, site: siteFacts(env, site), at })) continue;
    context.waitUntil(tell(env, key));
  }
}

/** Adds to what waits under that key; true if nothing did. */
function add(key: string, notice: DropNotice): boolean {
  const had = waiting.get(key);
  if (!had) {
    waiting.set(key, notice);
    return true;
  }
  had.count += notice.count;
  had.example = notice.example;
  had.at = notice.at;
  return false;
}

async function tell(env: Env, key: string): Promise<void> {
  for (const wait of WAITS) {
    await scheduler.wait(wait);
    const sum = waiting.get(key);
    if (!sum) return;
    waiting.delete(key);
    try {
      return await siteStub(env, sum.site.site_id).dropped(sum);
    } catch {
      // The object is too busy or cannot be reached. What came meanwhile has its own wait, and takes this along.
      if (!add(key, sum)) return;
    }
  }
  const lost = waiting.get(key);
  waiting.delete(key);
  console.error(
    JSON.stringify({
      level: "error",
      event: "drops_untold",
      reason: lost?.reason,
      count: lost?.count,
      site: lost?.site.site_id,
    }),
  );
}
