import type { AlertChannel, AlertTry } from "../../protocol/alerts";
import type { Env } from "../env";
import { rootMessage } from "../failure";
import { claimAlert, type DueAlert, dueAlerts, noteTries } from "../store/alert-log";
import { callWebhook, type Mailer, sendEmail } from "./tell";
import { dueChannels } from "./tries";
import { refusedAddress } from "./webhook-address";

/** A try that is due within this is waited for; a later one is the cron's. */
const WAITED_FOR = 10_000;
/** Who took an alert and was stopped holds it for this long. */
const CLAIM = 120_000;
/**
 * The desk begins no alert after this: the platform stops what goes on for 30 s after a call was answered, and one alert takes 21 s
 * at a webhook that never answers. What was stopped would be in no log, and begin anew.
 */
const DESK_BEGINS = 8_000;
/** Alerts that one run tells of at most: each takes two of the 50 queries of an invocation on the free plan. */
const A_RUN = 10;
/** At the same time: an invocation has 6 connections, and one that waits for its turn would run into the time limit. */
const AT_ONCE = 5;

/** What telling needs of the world outside. */
export interface Delivery {
  db: D1Database;
  fetch: typeof fetch;
  mailer: Mailer | null;
  /** Why a webhook is not called, or null; `own` are the installation's origins. */
  refused: (url: string, own: readonly string[]) => string | null;
  now: () => number;
  wait: (ms: number) => Promise<unknown>;
}

export function mailerOf({ EMAIL, ALERT_FROM }: Pick<Env, "EMAIL" | "ALERT_FROM">): Mailer | null {
  return EMAIL && ALERT_FROM ? { from: ALERT_FROM, send: (message) => EMAIL.send(message) } : null;
}

export function deliveryOf(env: Env): Delivery {
  return {
    db: env.DB,
    fetch: (input, init) => fetch(input, init),
    mailer: mailerOf(env),
    refused: refusedAddress,
    now: () => Date.now(),
    wait: (ms) => scheduler.wait(ms),
  };
}

/**
 * Tells of alerts that are due, each by whoever takes it first; with `site_id`, for the desk, of that site's alone and no more
 * than it has time for: the others stay due.
 */
export async function deliverDue(delivery: Delivery, site_id: string | null = null): Promise<void> {
  const last = site_id === null ? Number.POSITIVE_INFINITY : delivery.now() + DESK_BEGINS;
  const queue = (await dueAlerts(delivery.db, delivery.now(), A_RUN, site_id)).values();
  const teller = async () => {
    // It stays due if it fails: who comes next tells it, under the same id.
    for (const one of queue) {
      if (delivery.now() > last) return;
      await deliverOne(delivery, one).catch(logFailure);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, teller));
}

async function deliverOne(delivery: Delivery, due: DueAlert): Promise<void> {
  if (!(await claimAlert(delivery.db, due, delivery.now() + CLAIM))) return;
  const tries = [...due.tries];
  for (;;) {
    const now = delivery.now();
    const channels = due.target === null ? new Map<AlertChannel, number>() : dueChannels(due.target, tries, now);
    const next = channels.size === 0 ? null : Math.min(...channels.values());
    if (next === null || next > now + WAITED_FOR) return noteTries(delivery.db, due, tries, next);
    if (next > now) await delivery.wait(next - now);
    const ready = [...channels].filter(([, at]) => at <= Math.max(now, next)).map(([channel]) => channel);
    tries.push(...(await Promise.all(ready.map((channel) => tryOnce(delivery, due, channel)))));
  }
}

async function tryOnce(
  delivery: Delivery,
  { alert, site, target }: DueAlert,
  channel: AlertChannel,
): Promise<AlertTry> {
  const now = delivery.now();
  const origin = target?.own_origin ?? "";
  const subject = { alert, site, origin };
  const outcome =
    channel === "webhook"
      ? await callWebhook(
          delivery.fetch,
          {
            url: target?.webhook_url ?? "",
            secret: target?.webhook_secret ?? "",
            refused: (url) => delivery.refused(url, [origin]),
          },
          subject,
          now,
        )
      : await sendEmail(delivery.mailer, target?.email ?? "", subject);
  return { channel, at: new Date(now).toISOString(), ...outcome };
}

/** One line for the owner's log. */
export function logFailure(error: unknown): void {
  console.error(JSON.stringify({ level: "error", event: "alert_delivery_failed", message: rootMessage(error) }));
}
