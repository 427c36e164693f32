// First: what follows sees the shifted clock from its beginning.

import type { GatheredResult, IngestBatch, IngestResult, RateClaim } from "../../../protocol/ingest";
import type { Env } from "../../../worker/env";
import product, { LeafObject as Leaf, SiteObject as Product } from "../../../worker/index";
import { COMMAND_PATH, Command } from "../faults";
import { clock } from "./clock";
import { faultsOf, happens, setFaults } from "./fault-state";
import { databaseThatMayBeAway, lossyDatabase } from "./faulty-database";
import { faultyState } from "./faulty-state";

export { AlertDesk, OrgObject } from "../../../worker/index";

/** Places in the row of an event for D1. */
const TYPE = 3;
const TITLE = 6;

/** The product's object among faults. */
export class SiteObject extends Product {
  readonly #site: string;

  constructor(ctx: DurableObjectState, env: Env) {
    const site = ctx.id.name ?? "";
    super(faultyState(ctx, site), env);
    this.#site = site;
    this.env = { ...env, DB: lossyDatabase(env.DB, site, () => this.#reset()) };
  }

  override ingest(batch: IngestBatch): Promise<IngestResult> {
    return this.#amongFaults(() => super.ingest(batch));
  }

  override ingestAll(batches: IngestBatch[], rate?: RateClaim): Promise<GatheredResult[]> {
    return this.#amongFaults(() => super.ingestAll(batches, rate));
  }

  async #amongFaults<T>(take: () => Promise<T>): Promise<T> {
    const faults = faultsOf(this.#site);
    if (happens(faults.crash_before)) throw new Error("Made to fail before it took anything.");
    const taking = take();
    if (happens(faults.reset_after)) this.#reset();
    const result = await taking;
    if (happens(faults.crash_after)) throw new Error("Made to fail after it took everything.");
    return result;
  }

  override async alarm(): Promise<void> {
    const faults = faultsOf(this.#site);
    if (faults.alarm_throws) throw new Error("Made to fail in the alarm.");
    if (!faults.alarm_lost) await super.alarm();
  }

  async obey(command: Command): Promise<unknown> {
    const { sql } = this.ctx.storage;
    switch (command.do) {
      case "alarm":
        return this.ctx.storage.getAlarm();
      case "reset":
        return this.#reset();
      case "poison": {
        // The journal stands in two tables by turns.
        const { n, place, ...texts } = sql
          .exec<{ n: number; place: string; few: string; many: string }>(
            `SELECT * FROM (SELECT 'batches' AS place, n, few, many FROM batches
               UNION ALL SELECT 'batches_2', n, few, many FROM batches_2) ORDER BY n DESC LIMIT 1`,
          )
          .one();
        const few: unknown[][] = JSON.parse(`[${texts.few}]`);
        const many: unknown[][] = JSON.parse(`[${texts.many}]`);
        const titles = [...few, ...many].map((row) => row[TITLE]);
        // A column that may not be null.
        for (const row of [...few, ...many]) row[TYPE] = null;
        const [newFew, newMany] = [few, many].map((rows) => JSON.stringify(rows).slice(1, -1));
        sql.exec(`UPDATE ${place} SET few = ?, many = ? WHERE n = ?`, newFew, newMany, n);
        return titles;
      }
      default:
        throw new Error(`Not for an object: ${command.do}.`);
    }
  }

  #reset(): void {
    this.ctx.abort("Reset on purpose.");
  }
}

export class LeafObject extends Leaf {
  async obey(_command: Command): Promise<unknown> {
    return this.ctx.abort("Reset on purpose.");
  }
}

async function obey(request: Request, env: Env): Promise<Response> {
  const command = Command.parse(await request.json());
  if (command.do === "faults") {
    setFaults(command.site, command.faults);
    return Response.json(null);
  }
  if (command.do === "clock") {
    clock.set(command.ahead);
    return Response.json(null);
  }
  if (command.do === "release") return Response.json(Reflect.get(globalThis, "faultyRelease"));
  const leaf = command.do === "reset" ? command.leaf : undefined;
  const stub = leaf === undefined ? env.SITE.getByName(command.site) : env.LEAF.getByName(`${command.site}/${leaf}`);
  // The classes above, which the bindings' types do not know.
  const object = stub as unknown as { obey(command: Command): Promise<unknown> };
  try {
    return Response.json((await object.obey(command)) ?? null);
  } catch (error) {
    if (command.do === "reset") return Response.json(null);
    throw error;
  }
}

export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname === COMMAND_PATH) return obey(request, env);
    return product.fetch(request, { ...env, DB: databaseThatMayBeAway(env.DB) }, ctx);
  },
  scheduled: (controller, env) => product.scheduled(controller, env),
} satisfies ExportedHandler<Env>;
