import { cleanText } from "./clean-text";

export { demoPlace } from "./demo-place";

export interface Place {
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  region: string | null;
  city: string | null;
  /** Degrees. */
  latitude: number | null;
  longitude: number | null;
  /** IANA name. */
  time_zone: string | null;
}

export const NO_PLACE: Place = {
  country: null,
  region: null,
  city: null,
  latitude: null,
  longitude: null,
  time_zone: null,
};

/** Cloudflare says `XX` for an unknown country and `T1` for the Tor network, neither of which is a place. */
const countryOf = (code: unknown): string | null =>
  typeof code === "string" && /^[A-Z]{2}$/.test(code) && code !== "XX" ? code : null;

const nameOf = (text: unknown): string | null => (typeof text === "string" && cleanText(text, 100)) || null;

/** Cloudflare writes degrees as text. */
function degreesOf(value: unknown, most: number): number | null {
  const isNumber = typeof value === "number" || (typeof value === "string" && /^-?\d{1,3}(?:\.\d+)?$/.test(value));
  return isNumber && Math.abs(Number(value)) <= most ? Number(value) : null;
}

const timeZoneOf = (zone: unknown): string | null =>
  typeof zone === "string" && /^[A-Za-z0-9_+\-/]{1,64}$/.test(zone) ? zone : null;

const FIELDS = ["country", "region", "city", "latitude", "longitude", "timezone"] as const;

/** As much of `request.cf` as `placeOfCf` reads. */
export function cfOfPlace(cf: unknown): Record<string, unknown> {
  if (typeof cf !== "object" || cf === null) return {};
  return Object.fromEntries(FIELDS.map((name) => [name, Reflect.get(cf, name)]));
}

/**
 * Where a request came from by Cloudflare's `request.cf`; whatever is missing or malformed there is null. Read without a
 * schema, which took an eighth of all that is done for an event here.
 * https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
 */
export function placeOfCf(cf: unknown): Place {
  if (typeof cf !== "object" || cf === null) return NO_PLACE;
  const of = (name: string): unknown => Reflect.get(cf, name);
  return {
    country: countryOf(of("country")),
    region: nameOf(of("region")),
    city: nameOf(of("city")),
    latitude: degreesOf(of("latitude"), 90),
    longitude: degreesOf(of("longitude"), 180),
    time_zone: timeZoneOf(of("timezone")),
  };
}
