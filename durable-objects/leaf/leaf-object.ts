import { DurableObject } from "cloudflare:workers";
import { type LeafNews, type LeafOrder, LeafSeat } from "../../protocol/counter";
import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import {
  COUNTER_STREAMS,
  LEAF_CALL_BATCHES,
  LEAF_CALL_BYTES,
  LEAF_WAITING_BATCHES,
  LEAF_WAITING_BYTES,
} from "../../protocol/limits";
import { UPGRADE_HEADER } from "../../protocol/viewer-request";
import type { Env } from "../../worker/env";
import { failureOf } from "../call-failure";
import { logError } from "../log-error";
import { COUNTER_LIMITS } from "../site/counter-leaves";
import { typedStub } from "../site/stub";
import { upgradeOf } from "../sockets/upgrade-of";
import { CounterLeaf } from "./counter-leaf";
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
  readonly #counter: CounterLeaf;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#counter = new CounterLeaf(
      {
        sockets: () => ctx.getWebSockets(),
        hibernate: (socket) => ctx.acceptWebSocket(socket),
        tell: (site_id, ...news) => typedStub(env.SITE.getByName(site_id)).counterLeaf(...news),
        log: (message) => logError("counter_not_told", message),
      },
      COUNTER_LIMITS.streams,
    );
    this.#gathering = new Gathering(
      {
        call: (batches) => this.#handOver(batches),
        failed: failureOf,
        full: () => ({ ...failureOf(new Error("Too many requests wait at this leaf.")), overloaded: true }),
        bytesOf,
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

  /** The upgrade of a counter's stream that the site's object sent here. */
  override async fetch(request: Request): Promise<Response> {
    const seat = upgradeOf(LeafSeat, request.headers.get(UPGRADE_HEADER));
    return seat
      ? this.#counter.accept(seat, Date.now())
      : new Response("Not an upgrade of this product.", { status: 400 });
  }

  /** What the site's object has to tell the counter's streams here. */
  counterOrder(order: LeafOrder): LeafNews | null {
    return this.#counter.obey(order, Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#counter.gone(socket, code, Date.now());
  }

  override webSocketError(socket: WebSocket): void {
    this.#counter.gone(socket, 1011, Date.now());
  }
}

/** What an event and a batch take beside free texts, about. */
const EVENT = 500;
const BATCH = 1_000;

/** About how large a batch is: measuring it in full would cost as much as handing it over. */
function bytesOf({ user_agent, events }: IngestBatch): number {
  return events.reduce(
    (sum, { detail }) => sum + EVENT + (detail === undefined ? 0 : JSON.stringify(detail).length),
    BATCH + user_agent.length,
  );
}
