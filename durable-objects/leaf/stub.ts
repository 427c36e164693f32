import type { LeafNews, LeafOrder } from "../../protocol/counter";
import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import type { Env } from "../../worker/env";

/** What is called of a leaf. */
export interface LeafStub {
  ingest(batch: IngestBatch): Promise<GatheredResult>;
  counterOrder(order: LeafOrder): Promise<LeafNews | null>;
  fetch(request: Request): Promise<Response>;
}

/** One of the leaves of a site, `index` from 0. The id comes from a site's row, never from a request. */
export function leafStub(env: Env, site_id: string, index: number): LeafStub {
  return env.LEAF.getByName(`${site_id}/${index}`);
}
