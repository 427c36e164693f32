import { DurableObject } from "cloudflare:workers";
import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import { LEAF_CALL_BATCHES, LEAF_CALL_BYTES, LEAF_WAITING_BATCHES, LEAF_WAITING_BYTES } from "../../protocol/limits";
import type { Env } from "../../worker/env";
import { failureOf } from "../call-failure";
import { typedStub } from "../site/stub";
import { Gathering } from "./gathering";

const LIMITS = {
  call: { batches: LEAF_CALL_BATCHES, bytes: LEAF_CALL_BYTES },
  waiting: { batches: LEAF_WAITING_BATCHES, bytes: LEAF_WAITING_BYTES },
};

/**
 * One of the objects in front of a busy site's own: many requests come here, and few calls go on to the site's object, which
 * alone decides and keeps. Nothing is stored here and nothing decided, so nobody is bound to a leaf.
 */
export class LeafObject extends DurableObject<Env> {
  readonly #gathering: Gathering<IngestBatch, GatheredResult>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#gathering = new Gathering(
      {
        call: (batches) => this.#handOver(batches),
        failed: failureOf,
        full: () => ({ ...failureOf(new Error("Too many requests wait at this leaf.")), overloaded: true }),
        bytesOf: (batch) => JSON.stringify(batch).length,
      },
      LIMITS,
    );
  }

  /** Resolves after the site's object has answered for this batch. */
  ingest(batch: IngestBatch): Promise<GatheredResult> {
    return this.#gathering.add(batch);
  }

  /** All of them are of one site: a leaf is named after it. */
  async #handOver(batches: IngestBatch[]): Promise<GatheredResult[]> {
    const [first] = batches;
    if (!first) return [];
    // A stub that has failed goes on failing.
    return typedStub(this.env.SITE.getByName(first.site.site_id)).ingestAll(batches);
  }
}
