import type { BeaconEvent } from "../../protocol/beacon.ts";
import { between, pick, type Random, waitingTime } from "./random.ts";
import {
  COUNTRIES,
  DEVICES,
  type Device,
  ENTRIES,
  ORIGINS,
  type PageName,
  type Place,
  SHOP,
  type ShopPage,
} from "./shop.ts";

/** One event of a journey, without what only the sending knows: its time and number. */
export type Step = Omit<BeaconEvent, "timestamp" | "seq"> & {
  /** Milliseconds since the journey began; never falls. */
  after: number;
};

export interface Journey {
  device: Device;
  country: string;
  /** From the range for benchmarks (RFC 2544), which belongs to nobody. */
  ip: string;
  referrer: string;
  steps: Step[];
}

const MOST_PAGES = 12;
const LONGEST_STAY = 60_000;

/** A visitor's way through the demo shop at `shop` (an address that ends with a slash). */
export function makeJourney(random: Random, shop: string): Journey {
  const { referrer, query } = pick(random, ORIGINS);
  const device = pick(random, DEVICES);
  const steps: Step[] = [];
  let after = 0;
  let page: PageName | null = pick(random, ENTRIES);
  for (let views = 0; page !== null && views < MOST_PAGES; views++) {
    const stay = Math.min(1_000 + waitingTime(random, SHOP[page].stay), LONGEST_STAY);
    const from = views === 0 ? referrer : (steps.at(-1)?.page_url ?? "");
    const place = pick(random, SHOP[page].places);
    const page_url = shop + place.path + (views === 0 ? query : "");
    steps.push(...viewOf(random, SHOP[page], { place, page_url, referrer: from, after, stay, device }));
    after += stay;
    page = pick(random, SHOP[page].next);
  }
  const part = () => Math.floor(random() * 254) + 1;
  return {
    device,
    country: pick(random, COUNTRIES),
    ip: `198.${random() < 0.5 ? 18 : 19}.${part()}.${part()}`,
    referrer,
    steps,
  };
}

interface View {
  place: Place;
  page_url: string;
  referrer: string;
  after: number;
  stay: number;
  device: Device;
}

function viewOf(random: Random, { action, errors = 0 }: ShopPage, view: View): Step[] {
  const { place, page_url, referrer, after, stay, device } = view;
  const within = () => after + between(random, 0.1, 0.9) * stay;
  const middle: Step[] = [];
  const clicks = Math.floor(between(random, 0, 3));
  for (let count = 0; count < clicks; count++) middle.push(clickOf(random, page_url, within(), device));
  if (action !== undefined && random() < action.chance) {
    middle.push({ after: within(), event_type: "custom", name: action.name, page_url, event_data: place.data });
  }
  if (random() < errors) {
    const name = "TypeError: Cannot read properties of undefined (reading 'total')";
    const event_data = { kind: "error", source: `${page_url}shop.js`, line: 48, column: 17 };
    middle.push({ after: within(), event_type: "error", name, page_url, event_data });
  }
  return [
    { after, event_type: "pageview", page_url, title: place.title, referrer },
    ...middle.sort((a, b) => a.after - b.after),
    {
      after: after + stay,
      event_type: "leave",
      page_url,
      engaged_ms: Math.round(stay * between(random, 0.6, 1)),
      scroll_depth: Math.round(between(random, 20, 100)),
    },
  ];
}

function clickOf(random: Random, page_url: string, after: number, { width, height }: Device): Step {
  return {
    after,
    event_type: "click",
    page_url,
    target_selector: "main a",
    target_tag: "a",
    viewport_x: Math.round(between(random, 0.2, 0.8) * width),
    viewport_y: Math.round(between(random, 0.1, 0.9) * height),
    scroll_x: 0,
    scroll_y: Math.round(between(random, 0, 900)),
  };
}
