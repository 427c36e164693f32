import { leafStub } from "../../durable-objects/leaf/stub";
import type { CallFailure, GatheredResult, IngestBatch, IngestResult, RateClaim } from "../../protocol/ingest";
import type { Env } from "../env";
import { leafOf } from "./leaf-of";
import { siteStub, withTries } from "./site-stub";
import { ToldLeaves } from "./told-leaves";

const told = new ToldLeaves();

/** A batch to its site's object: directly, or by a leaf where the site is busy. Throws what the call throws at its end. */
export async function handOver(env: Env, batch: IngestBatch, now: number): Promise<IngestResult> {
  const { site_id, leaves: least } = batch.site;
  const leaves = Math.max(least, told.of(site_id, now));
  const index = leafOf(batch, leaves);
  const result = await withTries(async () => {
    if (leaves === 1) return siteStub(env, site_id).ingest(batch);
    const answer = await leafStub(env, site_id, index).ingest(batch);
    if (!answer.ok && answer.code === "failed") throw new FailedCall(answer);
    return answer;
  });
  told.note(site_id, result.leaves, now);
  return result;
}

/**
 * The batches of one request from several senders, which counts once, to their site's object in one call; their answers in
 * their order. What leaves would gather is gathered already, so it goes past them.
 */
export async function handOverAll(
  env: Env,
  batches: IngestBatch[],
  rate: RateClaim,
  now: number,
): Promise<GatheredResult[]> {
  const [first] = batches;
  if (!first) return [];
  const { site_id } = first.site;
  const counted = batches.map((batch) => ({ ...batch, rate: null }));
  const results = await withTries(() => siteStub(env, site_id).ingestAll(counted, rate));
  for (const result of results) if (result.ok) told.note(site_id, result.leaves, now);
  return results;
}

/** The error with which a leaf's call to the site's object ended, as good or bad as it was there. */
export class FailedCall extends Error {
  readonly retryable: boolean;
  readonly overloaded: boolean;

  constructor({ message, retryable, overloaded }: CallFailure) {
    super(message);
    this.retryable = retryable;
    this.overloaded = overloaded;
  }
}
