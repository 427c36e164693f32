import type { Env } from "../../worker/env";
import product, { AlertDesk, LeafObject, OrgObject, SiteObject as Product } from "../../worker/index";
import { setClock } from "./clock";
import { Life, type Plan } from "./life";
import { meter, meterAlarm, meterD1, meterObject } from "./meter";
import { makeVisits } from "./visits";

/** The product with meters on what it writes, and with a clock that can be moved. */

export { AlertDesk, LeafObject, OrgObject };

type MeteredEnv = Omit<Env, "SITE"> & { SITE: DurableObjectNamespace<SiteObject> };

/** Alarms are kept here and run by the driver: the platform knows only the real time. */
let alarmAt: number | null = null;

export class SiteObject extends Product {
  constructor(ctx: DurableObjectState, env: Env) {
    meterObject(ctx.storage.sql);
    meterD1(env.DB);
    Object.assign(ctx.storage, {
      setAlarm: async (at: number) => {
        meterAlarm();
        alarmAt = at;
      },
      getAlarm: async () => alarmAt,
      deleteAlarm: async () => {
        alarmAt = null;
      },
    });
    super(ctx, env);
  }

  /** What the platform does when an alarm is due. */
  async ring(): Promise<void> {
    alarmAt = null;
    await this.alarm();
  }
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/api/bench/")) return product.fetch(request, env, ctx);
    meterD1(env.DB);
    const plan: Plan = await request.json();
    const object = env.SITE.getByName("demo");
    const life = new Life(
      { env, ctx, product },
      () => alarmAt,
      () => object.ring(),
    );
    try {
      const lived = pathname === "/api/bench/live" ? await life.live(makeVisits(plan), plan) : await life.age(plan);
      return Response.json({ ...lived, meter });
    } finally {
      setClock(null);
    }
  },
} satisfies ExportedHandler<MeteredEnv>;
