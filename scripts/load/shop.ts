import { PRODUCTS } from "../../demo/products.ts";
import type { Weighted } from "./random.ts";

/** One address of the shop. */
export interface Place {
  /** Below the demo shop's address. */
  path: string;
  title: string;
  /** Goes into the custom event of the page. */
  data: Record<string, unknown>;
}

export interface ShopPage {
  places: Weighted<Place>;
  /** Mean time on the page, milliseconds. */
  stay: number;
  /** Where visitors go from here; null: away. */
  next: Weighted<PageName | null>;
  /** What some of them do here, as a custom event. */
  action?: { chance: number; name: string };
  /** Share of views with a script error. */
  errors?: number;
}

export type PageName = "home" | "list" | "product" | "guide" | "cart" | "checkout" | "thanks";

function place(path: string, title: string, data: Record<string, unknown> = {}): Weighted<Place> {
  return [[1, { path, title: `${title} · Harbour Coffee`, data }]];
}

/** The first product of the shop is asked for most. */
const products: Weighted<Place> = PRODUCTS.flatMap(({ slug, name, price }, index) =>
  place(`products/${slug}/`, name, { product: slug, price }).map(([, one]) => [1 / (index + 1), one] as const),
);

/** The demo shop as its simulated visitors know it. */
export const SHOP: Record<PageName, ShopPage> = {
  home: {
    places: place("", "Roasted by the water"),
    stay: 12_000,
    next: [
      [36, null],
      [34, "list"],
      [22, "product"],
      [8, "guide"],
    ],
    action: { chance: 0.04, name: "signup" },
  },
  list: {
    places: place("products/", "Coffee"),
    stay: 18_000,
    next: [
      [24, null],
      [58, "product"],
      [10, "cart"],
      [8, "home"],
    ],
  },
  product: {
    places: products,
    stay: 25_000,
    next: [
      [34, null],
      [34, "cart"],
      [16, "list"],
      [16, "product"],
    ],
    action: { chance: 0.42, name: "add_to_cart" },
  },
  guide: {
    places: place("app/", "Brew guide"),
    stay: 30_000,
    next: [
      [64, null],
      [36, "list"],
    ],
  },
  cart: {
    places: place("cart/", "Cart"),
    stay: 10_000,
    next: [
      [38, null],
      [52, "checkout"],
      [10, "list"],
    ],
  },
  checkout: {
    places: place("checkout/", "Checkout", { items: 2, total: 27.4 }),
    stay: 30_000,
    next: [
      [40, null],
      [60, "thanks"],
    ],
    action: { chance: 0.6, name: "checkout" },
    errors: 0.08,
  },
  thanks: {
    places: place("thanks/", "Thank you"),
    stay: 9_000,
    next: [
      [85, null],
      [15, "home"],
    ],
  },
};

export const ENTRIES: Weighted<PageName> = [
  [62, "home"],
  [14, "list"],
  [18, "product"],
  [6, "guide"],
];

/** Where visitors come from: the referring page, and what the landing address carries. */
export const ORIGINS: Weighted<{ referrer: string; query: string }> = [
  [34, { referrer: "", query: "" }],
  [26, { referrer: "https://www.google.com/", query: "" }],
  [6, { referrer: "https://www.bing.com/", query: "" }],
  [4, { referrer: "https://duckduckgo.com/", query: "" }],
  [5, { referrer: "https://chatgpt.com/", query: "" }],
  [9, { referrer: "https://www.instagram.com/", query: "?utm_source=instagram&utm_medium=social&utm_campaign=autumn" }],
  [7, { referrer: "", query: "?utm_source=newsletter&utm_medium=email&utm_campaign=november" }],
  [5, { referrer: "https://www.google.com/", query: "?utm_source=google&utm_medium=cpc&utm_campaign=beans" }],
  [4, { referrer: "https://www.reddit.com/r/Coffee/", query: "" }],
];

export const COUNTRIES: Weighted<string> = [
  [30, "US"],
  [14, "GB"],
  [12, "DE"],
  [7, "FR"],
  [6, "CA"],
  [6, "IN"],
  [5, "NL"],
  [4, "AU"],
  [4, "JP"],
  [4, "BR"],
  [3, "ES"],
  [3, "SE"],
  [2, "ZA"],
];

export interface Device {
  user_agent: string;
  width: number;
  height: number;
}

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const APPLE_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

export const DEVICES: Weighted<Device> = [
  [
    26,
    {
      user_agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
      width: 1536,
      height: 864,
    },
  ],
  [
    11,
    {
      user_agent: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE_WEBKIT} Version/26.0 Safari/605.1.15`,
      width: 1440,
      height: 900,
    },
  ],
  [
    7,
    {
      user_agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
      width: 1920,
      height: 1080,
    },
  ],
  [
    6,
    { user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", width: 1920, height: 1080 },
  ],
  [
    25,
    {
      user_agent: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${APPLE_WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1`,
      width: 393,
      height: 852,
    },
  ],
  [
    21,
    {
      user_agent: `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`,
      width: 412,
      height: 915,
    },
  ],
  [
    4,
    {
      user_agent: `Mozilla/5.0 (Linux; Android 15; SM-X710) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
      width: 800,
      height: 1280,
    },
  ],
];
