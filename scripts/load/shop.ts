import type { Weighted } from "./random.ts";

export interface ShopPage {
  /** Below the demo shop's address. */
  path: string;
  title: string;
  /** Mean time on the page, milliseconds. */
  stay: number;
  /** Where visitors go from here; null: away. */
  next: Weighted<PageName | null>;
  /** What some of them do here, as a custom event. */
  action?: { chance: number; name: string; data: Record<string, unknown> };
  /** Share of views with a script error. */
  errors?: number;
}

export type PageName = "home" | "coffee" | "blend" | "visit" | "cart" | "checkout" | "thanks";

/** The demo shop as its simulated visitors know it. */
export const SHOP: Record<PageName, ShopPage> = {
  home: {
    path: "",
    title: "Harbour Coffee",
    stay: 12_000,
    next: [
      [36, null],
      [34, "coffee"],
      [18, "blend"],
      [12, "visit"],
    ],
  },
  coffee: {
    path: "coffee/",
    title: "Our coffee",
    stay: 18_000,
    next: [
      [24, null],
      [56, "blend"],
      [12, "cart"],
      [8, "home"],
    ],
  },
  blend: {
    path: "coffee/harbour-blend/",
    title: "Harbour Blend",
    stay: 25_000,
    next: [
      [34, null],
      [36, "cart"],
      [22, "coffee"],
      [8, "visit"],
    ],
    action: { chance: 0.42, name: "add_to_cart", data: { product: "Harbour Blend", price: 14.5 } },
  },
  visit: {
    path: "visit/",
    title: "Visit us",
    stay: 22_000,
    next: [
      [70, null],
      [30, "home"],
    ],
    action: { chance: 0.15, name: "newsletter_signup", data: { place: "visit" } },
  },
  cart: {
    path: "cart/",
    title: "Your cart",
    stay: 10_000,
    next: [
      [38, null],
      [52, "checkout"],
      [10, "coffee"],
    ],
  },
  checkout: {
    path: "checkout/",
    title: "Checkout",
    stay: 30_000,
    next: [
      [40, null],
      [60, "thanks"],
    ],
    errors: 0.08,
  },
  thanks: {
    path: "thanks/",
    title: "Thank you",
    stay: 9_000,
    next: [
      [85, null],
      [15, "home"],
    ],
    action: { chance: 1, name: "purchase", data: { value: 29, currency: "EUR" } },
  },
};

export const ENTRIES: Weighted<PageName> = [
  [62, "home"],
  [16, "coffee"],
  [14, "blend"],
  [8, "visit"],
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
