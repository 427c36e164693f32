import * as z from "zod";
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
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .refine((code) => code !== "XX")
  .nullable()
  .catch(null);
const name = z
  .string()
  .transform((text) => cleanText(text, 100) || null)
  .nullable()
  .catch(null);
/** Cloudflare writes degrees as text. */
const degrees = (most: number) =>
  z
    .union([z.number(), z.string().regex(/^-?\d{1,3}(?:\.\d+)?$/)])
    .transform(Number)
    .refine((value) => Math.abs(value) <= most)
    .nullable()
    .catch(null);
const timeZone = z
  .string()
  .regex(/^[A-Za-z0-9_+\-/]{1,64}$/)
  .nullable()
  .catch(null);

const RequestCf = z
  .object({
    country,
    region: name,
    city: name,
    latitude: degrees(90),
    longitude: degrees(180),
    timezone: timeZone,
  })
  .catch({ country: null, region: null, city: null, latitude: null, longitude: null, timezone: null });

/**
 * Where a request came from by Cloudflare's `request.cf`; whatever is missing or malformed there is null.
 * https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
 */
export function placeOfCf(cf: unknown): Place {
  const { timezone, ...place } = RequestCf.parse(cf);
  return { ...place, time_zone: timezone };
}
