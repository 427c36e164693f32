import { WorkerEntrypoint } from "cloudflare:workers";
import type { Alert } from "../../protocol/alerts";
import type { Env } from "../env";
import { addToLog } from "../store/alert-log";
import { type Delivery, deliverDue, logFailure } from "./deliver";

/**
 * Where a site's object hands its alerts in: a part of the Worker, because an object that waited for somebody's webhook
 * would be kept awake by it.
 */
export function alertDesk(deliveryOf: (env: Env) => Delivery) {
  return class AlertDesk extends WorkerEntrypoint<Env> {
    /** Resolves when the log has them, each once however often they come; whoever is to be told is told after that. */
    async take(site_id: string, alerts: readonly Alert[]): Promise<void> {
      await addToLog(this.env.DB, site_id, alerts, Date.now());
      this.ctx.waitUntil(deliverDue(deliveryOf(this.env), site_id).catch(logFailure));
    }
  };
}
