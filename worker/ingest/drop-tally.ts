import type { DropNotice } from "../../protocol/ingest";
import type { Env } from "../env";
import { siteStub } from "./site-stub";

/** Drops that wait to be told, by site and reason: a flood of bots must not become a flood of calls. */
const waiting = new Map<string, DropNotice>();
const WAIT = 300;

/** Tells the site's object about a drop, together with others of the same kind within a third of a second. */
export function tellDrop(env: Env, context: { waitUntil(work: Promise<unknown>): void }, notice: DropNotice): void {
  const key = `${notice.site.site_id}\n${notice.reason}`;
  const had = waiting.get(key);
  if (had) {
    had.count += notice.count;
    had.example = notice.example;
    had.at = notice.at;
    return;
  }
  waiting.set(key, { ...notice });
  context.waitUntil(
    scheduler.wait(WAIT).then(async () => {
      const sum = waiting.get(key);
      waiting.delete(key);
      if (sum) await siteStub(env, sum.site.site_id).dropped(sum);
    }),
  );
}
