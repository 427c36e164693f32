import { type SiteStub, typedStub } from "../../durable-objects/site/stub";
import type { Env } from "../env";

/** The object of a site. The id comes from an authorized scope or a site row that was found, never from a request. */
export function siteStub(env: Env, site_id: string): SiteStub {
  return typedStub(env.SITE.getByName(site_id));
}

export type SiteCall<T> = (stub: SiteStub) => Promise<T>;

const TRIES = 3;

/** Calls the object, as often as `withTries` does. */
export function callSite<T>(env: Env, site_id: string, call: SiteCall<T>): Promise<T> {
  return withTries(() => call(siteStub(env, site_id)));
}

/**
 * What the platform says may be tried again is tried again, with the fresh stub that `call` makes, which is safe because
 * ingest counts a repeat once. Overload is not: more calls make it worse.
 */
export async function withTries<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= TRIES || !isRetryable(error)) throw error;
      await scheduler.wait(50 * attempt * (1 + Math.random()));
    }
  }
}

function isRetryable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const overloaded = "overloaded" in error && error.overloaded === true;
  return !overloaded && "retryable" in error && error.retryable === true;
}

/** The platform could not reach the object now; a sender should come again. */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return ("overloaded" in error && error.overloaded === true) || ("retryable" in error && error.retryable === true);
}
