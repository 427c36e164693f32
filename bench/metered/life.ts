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
  /** Beacons to be sent in this request: from this one to before that one. */
  from: number;
  to: number;
}

export interface Lived {
  events: number;
  page_views: number;
  /** Beacons still to be sent. */
  left: number;
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
  readonly #ring: () => Promise<void>;

  constructor(
    { env, ctx, product }: { env: Env; ctx: ExecutionContext; product: Product },
    /** When the object's alarm is due. */
    alarmAt: () => number | null,
    ring: () => Promise<void>,
  ) {
    this.#env = env;
    this.#ctx = ctx;
    this.#product = product;
    this.#alarmAt = alarmAt;
    this.#ring = ring;
  }

  /**
   * Sends the beacons from the `from`th to before the `to`th; after the last one time passes until all sessions have
   * ended and all hours are closed. In slices, because the platform bounds what one request may set off.
   */
  async live(sent: readonly Sent[], plan: Plan): Promise<Lived> {
    const { from, to } = plan;
    const lived = { events: 0, page_views: 0, left: Math.max(0, sent.length - to) };
    let before = sent[from - 1]?.at ?? plan.start;
    for (const one of sent.slice(from, to)) {
      await this.#pass(before, one.at);
      await this.#send(one);
      lived.events += one.events;
      lived.page_views += one.page_views;
      before = one.at;
    }
    if (lived.left === 0) await this.#pass(before, plan.start + plan.hours * HOUR + QUIET);
    return lived;
  }

  /** Lets time pass: alarms when they are due, the cron at every full hour. */
  async #pass(from: number, to: number): Promise<void> {
    for (let hour = Math.floor(from / HOUR + 1) * HOUR; hour <= to; hour += HOUR) {
      await this.#ringUntil(hour);
      await this.#runCron(hour);
    }
    await this.#ringUntil(to);
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
      await this.#ring();
    }
    setClock(until);
  }

  async #runCron(at: number): Promise<void> {
    setClock(at);
    await this.#product.scheduled({ scheduledTime: at, cron: "", noRetry: () => {} }, this.#env);
  }
}
