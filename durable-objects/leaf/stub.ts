import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import type { Env } from "../../worker/env";

/** What the Worker calls of a leaf. */
export interface LeafStub {
  ingest(batch: IngestBatch): Promise<GatheredResult>;
}

/** One of the leaves of a site, `index` from 0. The id comes from a site's row, never from a request. */
export function leafStub(env: Env, site_id: string, index: number): LeafStub {
  return env.LEAF.getByName(`${site_id}/${index}`);
}
