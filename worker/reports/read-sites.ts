import { SITE_READ_TIMEOUT, SITES_AT_ONCE, SITES_PER_READ } from "../../protocol/limits";
import type { Site } from "../../protocol/management";
import { isUnavailable } from "../ingest/site-stub";

export interface ReadSite<T> {
  site: Site;
  value: T;
}

/** What several sites answered, and which did not. */
export interface SitesRead<T> {
  /** In the order of the sites. */
  read: ReadSite<T>[];
  failed: { site: string; reason: "unavailable" | "timed_out" }[];
  /** Sites beyond `SITES_PER_READ`, which were not asked. */
  left_out: number;
}

/**
 * Asks sites, `SITES_AT_ONCE` at a time. One that cannot be reached, also because the platform lets this request make no more
 * calls, or takes longer than `timeout` milliseconds is named in `failed`; any other error is thrown.
 */
export async function readSites<T>(
  sites: readonly Site[],
  read: (site: Site) => Promise<T>,
  timeout = SITE_READ_TIMEOUT,
): Promise<SitesRead<T>> {
  const asked = sites.slice(0, SITES_PER_READ);
  const answers: (ReadSite<T> | SitesRead<T>["failed"][number])[] = [];
  const queue = asked.entries();
  const worker = async () => {
    for (const [index, site] of queue) {
      const { promise: late, resolve } = Promise.withResolvers<SitesRead<T>["failed"][number]>();
      const timer = setTimeout(() => resolve({ site: site.id, reason: "timed_out" }), timeout);
      const answer = read(site).then((value) => ({ site, value }), unavailable(site));
      try {
        answers[index] = await Promise.race([answer, late]);
      } finally {
        clearTimeout(timer);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SITES_AT_ONCE, asked.length) }, worker));
  return {
    read: answers.filter((answer) => "value" in answer),
    failed: answers.filter((answer) => "reason" in answer),
    left_out: sites.length - asked.length,
  };
}

const unavailable = (site: Site) => (error: unknown) => {
  if (isUnavailable(error) || isOverCalls(error)) return { site: site.id, reason: "unavailable" as const };
  throw error;
};

/** What the platform says where an invocation made all the calls that the plan allows; there is nothing but its text to know it by. */
const isOverCalls = (error: unknown): boolean =>
  error instanceof Error && /^Too many (subrequests|API requests) by single worker/i.test(error.message);
