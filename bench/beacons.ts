import { DEVICES } from "../scripts/load/shop.ts";

/** Beacons as the tracker sends them, as whole HTTP requests that are ready to be written to a socket. */

/** How visitors of a measurement send: each event at once, or 50 together. */
export type Shape = "single" | "batch";

/** Requests a visitor makes before another one comes in its place. */
export const REQUESTS_A_VISIT = 10;
export const EVENTS_A_REQUEST: Record<Shape, number> = { single: 1, batch: 50 };
/** Visitors that take turns. */
const VISITORS = 500;
const SHOP = "https://shop.example";
const TAB = "7f1c2a52-6a53-4e3f-9d6e-";
/** Numbers have as many digits for a whole visit, so that one template serves all of its requests. */
const FIRST_SEQ = 100_000;
const TYPING_MS = 5_000;

type Fields = Record<string, unknown>;

const PAGES = [
  "/",
  "/products/",
  "/products/harbour-blend/",
  "/products/night-ferry/",
  "/cart/",
  "/app/",
  "/checkout/",
];

function pageview(page: string): Fields {
  return {
    event_type: "pageview",
    page_url: SHOP + page,
    title: "Coffee · Harbour Coffee",
    referrer: "https://www.google.com/",
  };
}

function click(page: string, at: number): Fields {
  return {
    event_type: "click",
    page_url: SHOP + page,
    target_selector: "main > section.products > article:nth-of-type(3) > a.button",
    target_tag: "a",
    target_class: "button primary",
    viewport_x: 312 + at,
    viewport_y: 480 - at,
    scroll_x: 0,
    scroll_y: 640 + at,
    mouse_button: 0,
    click_count: 1,
  };
}

function scroll(page: string, at: number): Fields {
  return {
    event_type: "scroll",
    page_url: SHOP + page,
    scroll_x: 0,
    scroll_y: 120 * at,
    scroll_depth: Math.min(100, 20 + at),
  };
}

function move(page: string, at: number): Fields {
  return { event_type: "move", page_url: SHOP + page, viewport_x: 100 + 7 * at, viewport_y: 300 + 5 * at };
}

function vital(page: string, name: string, value: number): Fields {
  return { event_type: "vital", page_url: SHOP + page, name, event_data: { value, rating: "good" } };
}

function custom(page: string): Fields {
  return {
    event_type: "custom",
    page_url: SHOP + page,
    name: "add_to_cart",
    event_data: { product: "night-ferry", price: 13.7 },
  };
}

function leave(page: string): Fields {
  return { event_type: "leave", page_url: SHOP + page, engaged_ms: 18_400, scroll_depth: 80 };
}

const VITALS = [
  ["TTFB", 84],
  ["FCP", 412],
  ["LCP", 980],
  ["INP", 48],
] as const;

/** Fifty events of one tab: a page view, and what a visitor does on the page. */
export function behaviour(page: string): Fields[] {
  const many = (count: number, make: (at: number) => Fields) => Array.from({ length: count }, (_, at) => make(at));
  return [
    pageview(page),
    ...VITALS.map(([name, value]) => vital(page, name, value)),
    ...many(23, (at) => move(page, at)),
    ...many(12, (at) => scroll(page, at)),
    ...many(8, (at) => click(page, at)),
    custom(page),
    leave(page),
  ];
}

/** The events of a visit that sends each at once, in order. */
export function visit(page: string): Fields[] {
  return [
    pageview(page),
    vital(page, "LCP", 980),
    click(page, 1),
    scroll(page, 4),
    leave(page),
    pageview("/cart/"),
    click("/cart/", 2),
    custom("/cart/"),
    scroll("/cart/", 2),
    leave("/cart/"),
  ];
}

interface Template {
  bytes: Buffer;
  address: number;
  tab: number;
  seqs: number[];
}

const ADDRESS_HOLE = "198.18.100.100";
const TAB_HOLE = `${TAB}000000000000`;

/** A request in which address, tab and numbers can be replaced by others of the same length. */
function template(site: string, host: string, events: Fields[], userAgent: string, first: boolean): Template {
  const now = Date.now();
  const numbered = events.map((event, index) => ({
    seq: FIRST_SEQ + index,
    // The sending clock is told too, so the time between the two is all that counts.
    timestamp: now - TYPING_MS + Math.floor((index * TYPING_MS) / events.length),
    ...event,
  }));
  const context = {
    screen_width: 1536,
    screen_height: 864,
    viewport_width: 1536,
    viewport_height: 730,
    language: "en-GB",
  };
  const body = JSON.stringify({
    events: numbered,
    site,
    tab: TAB_HOLE,
    ...(first && { context }),
    sent_at: now,
    visible: true,
  });
  const head = [
    "POST /api/v1/track HTTP/1.1",
    `Host: ${host}`,
    `CF-Connecting-IP: ${ADDRESS_HOLE}`,
    "Connection: keep-alive",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `User-Agent: ${userAgent}`,
    "Content-Type: text/plain;charset=UTF-8",
    "Accept: */*",
    `Origin: ${SHOP}`,
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Mode: cors",
    "Sec-Fetch-Dest: empty",
    `Referer: ${SHOP}/`,
    // No Accept-Encoding: replies are compressed by the edge, outside of the Worker; here the runner would do it.
    "Accept-Language: en-GB,en;q=0.9",
  ].join("\r\n");
  const bytes = Buffer.from(`${head}\r\n\r\n${body}`);
  const seqs: number[] = [];
  const mark = '"seq":';
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) seqs.push(at + mark.length);
  return { bytes, address: bytes.indexOf(ADDRESS_HOLE), tab: bytes.indexOf(TAB_HOLE), seqs };
}

export interface Beacons {
  /** The next request; never the same twice. */
  next(): Buffer;
}

/**
 * Requests of visitors who take turns; `run` (below 256) keeps two makers apart. All text is laid out before, so that
 * making one costs a copy and a few digits.
 */
export function makeBeacons(site: string, host: string, shape: Shape, run: number): Beacons {
  const ways = DEVICES.map(([, { user_agent }], kind) => {
    const page = PAGES[kind % PAGES.length] ?? "/";
    if (shape === "batch") {
      const first = template(site, host, behaviour(page), user_agent, true);
      const later = template(site, host, behaviour(page), user_agent, false);
      return Array.from({ length: REQUESTS_A_VISIT }, (_, step) => (step === 0 ? first : later));
    }
    return visit(page).map((event, step) => template(site, host, [event], user_agent, step === 0));
  });
  const size = EVENTS_A_REQUEST[shape];
  let made = 0;
  return {
    next() {
      const turn = Math.floor(made / VISITORS);
      const visitor = Math.floor(turn / REQUESTS_A_VISIT) * VISITORS + (made % VISITORS);
      const step = turn % REQUESTS_A_VISIT;
      made++;
      const { bytes, address, tab, seqs } = at(at(ways, visitor % ways.length), step);
      const request = Buffer.from(bytes);
      const octet = (value: number) => 100 + (value % 100);
      request.write(`198.${18 + (run % 2)}.${octet(Math.floor(visitor / 100))}.${octet(visitor)}`, address, "latin1");
      request.write(
        run.toString(16).padStart(2, "0") + visitor.toString(16).padStart(10, "0"),
        tab + TAB.length,
        "latin1",
      );
      for (let index = 0; index < seqs.length; index++) {
        request.write(String(FIRST_SEQ + step * size + index), at(seqs, index), "latin1");
      }
      return request;
    },
  };
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`Nothing at ${index}.`);
  return value;
}
