export interface Product {
  slug: string;
  name: string;
  place: string;
  /** Euro. */
  price: number;
  taste: string;
  text: string;
  roast: "light" | "medium" | "dark";
  /** Colours of the bag and of its label's motif. */
  bag: string;
  motif: string;
}

export const PRODUCTS: readonly Product[] = [
  {
    slug: "first-light",
    name: "First Light",
    place: "Guji, Ethiopia",
    price: 14.5,
    taste: "Apricot, jasmine, honey",
    text: "A washed heirloom that opens like the sky over the breakwater at five in the morning. Bright and floral; best as a filter.",
    roast: "light",
    bag: "#f2b8a0",
    motif: "#fff3e6",
  },
  {
    slug: "breakwater",
    name: "Breakwater",
    place: "Huila, Colombia",
    price: 12.9,
    taste: "Caramel, red apple, cocoa",
    text: "The coffee we drink all day ourselves. Sweet and steady, it forgives a hasty kettle and takes milk well.",
    roast: "medium",
    bag: "#2f6f73",
    motif: "#cfe8e2",
  },
  {
    slug: "lantern",
    name: "Lantern",
    place: "Antigua, Guatemala",
    price: 13.9,
    taste: "Orange, toffee, almond",
    text: "Grown on volcanic slopes and dried slowly. Round and warm, with a clean orange note at the end.",
    roast: "medium",
    bag: "#e0a13a",
    motif: "#5b2f12",
  },
  {
    slug: "night-ferry",
    name: "Night Ferry",
    place: "Sumatra and Brazil",
    price: 11.9,
    taste: "Dark chocolate, cedar, molasses",
    text: "Our espresso for late crossings. Heavy, low in acid, with a crema that stays until the cup is empty.",
    roast: "dark",
    bag: "#1e2a44",
    motif: "#e9c46a",
  },
  {
    slug: "salt-and-rope",
    name: "Salt & Rope",
    place: "Cerrado, Brazil",
    price: 10.9,
    taste: "Hazelnut, milk chocolate, biscuit",
    text: "A natural coffee that tastes of the bakery next door. The one to give to people who say they do not like coffee.",
    roast: "medium",
    bag: "#b9683f",
    motif: "#fbe3cf",
  },
  {
    slug: "low-tide",
    name: "Low Tide",
    place: "Nariño, Colombia",
    price: 13.5,
    taste: "Plum, brown sugar, black tea",
    text: "Freed of caffeine with sugar cane and still itself. For the second half of the evening.",
    roast: "medium",
    bag: "#7d8fa9",
    motif: "#f4f6f8",
  },
  {
    slug: "gull",
    name: "Gull",
    place: "Nyeri, Kenya",
    price: 16,
    taste: "Blackcurrant, grapefruit, tomato leaf",
    text: "Loud, sharp and impossible to ignore. Small lot, roasted on Tuesdays, usually gone on Thursdays.",
    roast: "light",
    bag: "#a63d40",
    motif: "#ffe9d6",
  },
];

export const price = (euro: number): string => `€${euro.toFixed(2)}`;
