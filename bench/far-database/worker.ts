import type { Env } from "../../worker/env";
import product, { AlertDesk, LeafObject, OrgObject, SiteObject as Product } from "../../worker/index";

/**
 * The product with a database that is elsewhere, as D1 is on the platform: what an object writes there is made ready in
 * full, handed over, and answered at once. Locally D1 runs on the same core as the object and is most of what it costs.
 */

export { AlertDesk, LeafObject, OrgObject };

export class SiteObject extends Product {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: farDatabase(env.DB) });
  }
}

function farDatabase(near: D1Database): D1Database {
  return new Proxy(near, {
    get: (database, name) => {
      if (name === "batch") return async () => [];
      const value: unknown = Reflect.get(database, name);
      return typeof value === "function" ? value.bind(database) : value;
    },
  });
}

export default product;
