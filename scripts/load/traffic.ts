import { type Journey, makeJourney, type Step } from "./journey.ts";
import { type Random, seededRandom, waitingTime } from "./random.ts";

/** A simulated visitor on the way; `id` counts from 0. */
export interface Visitor extends Journey {
  id: number;
}

export interface Happening {
  visitor: Visitor;
  step: Step;
}

interface Waiting extends Happening {
  /** Milliseconds of the simulation. */
  at: number;
  /** Position in the visitor's steps. */
  index: number;
}

const SAMPLE = 400;
/** Hardly anybody stays longer, so that this far back nobody is missing at the beginning. Milliseconds. */
const WARM_UP = 180_000;

/**
 * An endless stream of what visitors do, in order of time, `rate` events a second on average. Visitors arrive as a Poisson
 * process. The stream begins when the shop is already busy: those who came earlier go on from their next page view.
 */
export function* traffic(seed: number, rate: number, shop: string): Generator<Happening> {
  const random = seededRandom(seed);
  const meanWait = (1_000 * meanEvents(seededRandom(seed ^ 0x5bd1e995), shop)) / rate;
  const queue = new TimeQueue();
  const seen = new Set<number>();
  let id = 0;
  let arrival = -WARM_UP + waitingTime(random, meanWait);
  for (;;) {
    const next = queue.first();
    if (next === undefined || arrival <= next.at) {
      const visitor = { id: id++, ...makeJourney(random, shop) };
      enqueue(queue, visitor, 0, arrival);
      arrival += waitingTime(random, meanWait);
      continue;
    }
    queue.removeFirst();
    const { visitor, step, at, index } = next;
    if (at >= 0) {
      const isFirst = !seen.has(visitor.id);
      if (isFirst && step.event_type === "pageview") {
        seen.add(visitor.id);
        yield { visitor, step: { ...step, referrer: visitor.referrer } };
      } else if (!isFirst) yield { visitor, step };
    }
    if (index + 1 === visitor.steps.length) seen.delete(visitor.id);
    else enqueue(queue, visitor, index + 1, at - step.after);
  }
}

function enqueue(queue: TimeQueue, visitor: Visitor, index: number, began: number): void {
  const step = visitor.steps[index];
  if (step !== undefined) queue.add({ visitor, step, index, at: began + step.after });
}

function meanEvents(random: Random, shop: string): number {
  let events = 0;
  for (let count = 0; count < SAMPLE; count++) events += makeJourney(random, shop).steps.length;
  return events / SAMPLE;
}

/** A binary heap by time. */
class TimeQueue {
  readonly #items: Waiting[] = [];

  first(): Waiting | undefined {
    return this.#items[0];
  }

  add(item: Waiting): void {
    const items = this.#items;
    let place = items.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = items[parent];
      if (above === undefined || above.at <= item.at) break;
      items[place] = above;
      place = parent;
    }
    items[place] = item;
  }

  removeFirst(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const child =
        (items[left + 1]?.at ?? Number.POSITIVE_INFINITY) < (items[left]?.at ?? Number.POSITIVE_INFINITY)
          ? left + 1
          : left;
      const below = items[child];
      if (below === undefined || below.at >= last.at) break;
      items[place] = below;
      place = child;
    }
    items[place] = last;
  }
}
