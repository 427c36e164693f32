import { between, pick, type Random, seededRandom, waitingTime } from "../../scripts/load/random";
import { COUNTRIES, DEVICES, ORIGINS, SHOP } from "../../scripts/load/shop";
import type { Plan } from "./life";

/** A beacon of a simulated visitor, and when it is sent. */
export interface Sent {
  at: number;
  country: string;
  address: string;
  user_agent: string;
  body: object;
  events: number;
  page_views: number;
}

const HOUR = 3_600_000;
const SHOP_URL = "https://shop.example/";
const PAGES_A_VISIT = 3;
/** With twenty events each, these fill two batches. */
const PAGES_WITH_BEHAVIOUR = 5;
const SIGN_OF_LIFE = 30_000;
/** Events of a page with behaviour capture, the page view and the leave included. */
const EVENTS_A_PAGE = 20;
const BATCH = 50;

type Fields = Record<string, unknown>;

/** All beacons of visits that begin within the plan's hours, in the order in which they are sent. */
export function makeVisits({ workload, visits_an_hour, hours, start, seed }: Plan): Sent[] {
  const random = seededRandom(seed);
  const sent: Sent[] = [];
  let number = 0;
  for (let at = start; ; number++) {
    at += waitingTime(random, HOUR / visits_an_hour);
    if (at >= start + hours * HOUR) break;
    sent.push(...(workload === "pages" ? pagesVisit : behaviourVisit)(random, Math.round(at), number));
  }
  return sent.sort((a, b) => a.at - b.at);
}

function visitor(random: Random, number: number) {
  const { user_agent, width, height } = pick(random, DEVICES);
  const context = {
    screen_width: width,
    screen_height: height,
    viewport_width: width,
    viewport_height: height - 120,
    language: "en-GB",
  };
  const address = `198.18.${Math.floor(number / 250) % 256}.${(number % 250) + 1}`;
  return { user_agent, address, country: pick(random, COUNTRIES), context, origin: pick(random, ORIGINS) };
}

function pages(random: Random, length: number) {
  return Array.from({ length }, (_, index) => {
    const name = pick(random, [
      [index === 0 ? 6 : 1, "home"],
      [3, "list"],
      [6, "product"],
      [1, "guide"],
      [1, "cart"],
    ] as const);
    return {
      ...pick(random, SHOP[name].places),
      stay: 5_000 + Math.min(120_000, waitingTime(random, SHOP[name].stay)),
    };
  });
}

/** As the tracker sends them by default: a page view at once, a sign of life every 30 s, a leave when the page goes. */
function pagesVisit(random: Random, start: number, number: number): Sent[] {
  const { context, origin, ...who } = visitor(random, number);
  const sent: Sent[] = [];
  let at = start;
  for (const [index, { path, title, stay }] of pages(random, PAGES_A_VISIT).entries()) {
    const page_url = SHOP_URL + path + (index === 0 ? origin.query : "");
    const tab = uuid(random);
    const send = (after: number, event: Fields, page_views: number) => {
      const time = Math.round(at + after);
      const isPing = event.event_type === "ping";
      const first = page_views === 1;
      const body = {
        events: [{ ...(!isPing && { seq: first ? 0 : 1 }), timestamp: time, page_url, ...event }],
        site: "demo",
        tab,
        ...(first && { context }),
        sent_at: time,
        visible: event.event_type !== "leave",
      };
      sent.push({ at: time, ...who, body, events: isPing ? 0 : 1, page_views });
    };
    send(0, { event_type: "pageview", title, referrer: index === 0 ? origin.referrer : SHOP_URL }, 1);
    for (let after = SIGN_OF_LIFE; after < stay; after += SIGN_OF_LIFE) send(after, { event_type: "ping" }, 0);
    const engaged_ms = Math.round(stay * between(random, 0.6, 1));
    send(stay, { event_type: "leave", engaged_ms, scroll_depth: Math.round(between(random, 20, 100)) }, 0);
    at += stay + 200;
  }
  return sent;
}

/** A single-page app with behaviour capture: twenty events a page, in batches of fifty. */
function behaviourVisit(random: Random, start: number, number: number): Sent[] {
  const { context, origin, ...who } = visitor(random, number);
  const tab = uuid(random);
  const events: (Fields & { timestamp: number })[] = [];
  let at = start;
  for (const [index, { path, title, stay }] of pages(random, PAGES_WITH_BEHAVIOUR).entries()) {
    const page_url = SHOP_URL + path + (index === 0 ? origin.query : "");
    const add = (after: number, fields: Fields) => {
      events.push({ seq: events.length, timestamp: Math.round(at + after), page_url, ...fields });
    };
    add(0, { event_type: "pageview", title, referrer: index === 0 ? origin.referrer : "" });
    for (let step = 1; step < EVENTS_A_PAGE - 1; step++) add((step * stay) / EVENTS_A_PAGE, actionOf(random, step));
    add(stay, {
      event_type: "leave",
      engaged_ms: Math.round(stay * between(random, 0.6, 1)),
      scroll_depth: Math.round(between(random, 20, 100)),
    });
    at += stay;
  }
  const sent: Sent[] = [];
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    const time = batch.at(-1)?.timestamp ?? at;
    const body = {
      events: batch,
      site: "demo",
      tab,
      ...(from === 0 && { context }),
      sent_at: time,
      visible: true,
    };
    const page_views = batch.filter(({ event_type }) => event_type === "pageview").length;
    sent.push({ at: time, ...who, body, events: batch.length, page_views });
  }
  return sent;
}

/** What is captured between a page view and its leave: mostly moves and scrolls, some clicks, vitals, a custom event. */
function actionOf(random: Random, step: number): Fields {
  const x = Math.round(between(random, 0, 1_400));
  const y = Math.round(between(random, 0, 800));
  if (step <= 3) {
    const [name, value] = (
      [
        ["TTFB", 84],
        ["FCP", 412],
        ["LCP", 980],
      ] as const
    )[step - 1] ?? ["INP", 48];
    return { event_type: "vital", name, event_data: { value, rating: "good" } };
  }
  if (step % 6 === 0) {
    return {
      event_type: "click",
      target_selector: "main > section.products > article:nth-of-type(3) > a.button",
      target_tag: "a",
      target_class: "button primary",
      viewport_x: x,
      viewport_y: y,
      scroll_x: 0,
      scroll_y: y,
      mouse_button: 0,
      click_count: 1,
    };
  }
  if (step === 17)
    return { event_type: "custom", name: "add_to_cart", event_data: { product: "first-light", price: 14.5 } };
  if (step % 3 === 1)
    return { event_type: "scroll", scroll_x: 0, scroll_y: 4 * y, scroll_depth: Math.min(100, 5 * step) };
  return { event_type: "move", viewport_x: x, viewport_y: y };
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
