import type { Env } from "../../worker/env";
import { setClock } from "./clock";
import { meter } from "./meter";
import { makeVisits, type Sent } from "./visits";

export interface Plan {
  workload: "pages" | "behaviour";
  visits_an_hour: number;
  hours: number;
  /** Milliseconds since 1970. */
  start: number;
  seed: number;
}

/** What of a Worker is driven. */
interface Product {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>;
  scheduled(controller: ScheduledController, env: Env): Promise<void>;
}

const HOUR = 3_600_000;
/** Sessions end 30 minutes after their last event, hours are written 30 minutes after their end. */
const QUIET = 3 * HOUR;
const DAY = 24 * HOUR;
/** One past the life of raw events. */
const OLD = 32 * DAY;

/** Drives the product through simulated time: beacons, alarms and the hourly cron, each at its moment. */
export class Life {
  readonly #env: Env;
  readonly #ctx: ExecutionContext;
  readonly #product: Product;
  readonly #alarmAt: () => number | null;

  constructor(env: Env, ctx: ExecutionContext, product: Product, alarmAt: () => number | null) {
    this.#env = env;
    this.#ctx = ctx;
    this.#product = product;
    this.#alarmAt = alarmAt;
  }

  /** Sends everything, then lets time pass until all sessions have ended and all hours are closed. */
  async live(sent: readonly Sent[], plan: Plan): Promise<{ events: number; page_views: number; visits: number }> {
    let events = 0;
    let page_views = 0;
    const visitors = new Set<string>();
    let cron = Math.ceil(plan.start / HOUR) * HOUR;
    const runCron = async (until: number) => {
      for (; cron <= until; cron += HOUR) await this.#runCron(cron);
    };
    for (const one of sent) {
      await this.#ringUntil(one.at);
      await runCron(one.at);
      await this.#send(one);
      events += one.events;
      page_views += one.page_views;
      visitors.add(`${one.address} ${one.user_agent}`);
    }
    const end = plan.start + plan.hours * HOUR + QUIET;
    await this.#ringUntil(end);
    await runCron(end);
    return { events, page_views, visits: visitors.size };
  }

  /** A later day's visit, after which marks of the first day are forgotten, and the end of the life of raw events. */
  async age(plan: Plan): Promise<object> {
    const next = plan.start + DAY + plan.hours * HOUR + QUIET;
    const [visit] = makeVisits({ ...plan, start: next, hours: 1, visits_an_hour: 5, seed: plan.seed + 1 });
    await this.#ringUntil(next);
    if (visit) await this.#send(visit);
    await this.#ringUntil(next + QUIET);
    await this.#runCron(Math.ceil((plan.start + OLD) / HOUR) * HOUR);
    return {};
  }

  async #send({ at, country, address, user_agent, body, events }: Sent): Promise<void> {
    setClock(at);
    meter.worker_requests++;
    meter.object_requests++;
    const init: RequestInit<IncomingRequestCfProperties> = {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "Content-Type": "text/plain;charset=UTF-8",
        Origin: "https://shop.example",
        "User-Agent": user_agent,
        "CF-Connecting-IP": address,
        "Accept-Language": "en-GB",
      },
      cf: {
        country,
        region: `${country} region`,
        city: `${country} city`,
        timezone: "UTC",
      } as IncomingRequestCfProperties,
    };
    const response = await this.#product.fetch(
      new Request("https://footfall.example/api/v1/track", init),
      this.#env,
      this.#ctx,
    );
    const text = await response.text();
    if (response.status !== 201 || !text.includes(`"count":${events},`)) {
      throw new Error(`A beacon was answered ${response.status}: ${text}`);
    }
  }

  /** Runs every alarm that is due before `until`, each at its time. */
  async #ringUntil(until: number): Promise<void> {
    for (let at = this.#alarmAt(); at !== null && at <= until; at = this.#alarmAt()) {
      setClock(at);
      meter.object_requests++;
      const stub = this.#env.SITE.getByName("demo") as unknown as { ring(): Promise<void> };
      await stub.ring();
    }
    setClock(until);
  }

  async #runCron(at: number): Promise<void> {
    setClock(at);
    await this.#product.scheduled({ scheduledTime: at, cron: "", noRetry: () => {} }, this.#env);
  }
}
