import type { Place } from "./place";

type City = readonly [
  weight: number,
  country: string,
  region: string,
  city: string,
  latitude: number,
  longitude: number,
  time_zone: string,
];

/** A spread a shop of the English-speaking web could see; weights add up to 100. */
const CITIES: readonly City[] = [
  [12, "US", "New York", "New York", 40.71, -74.01, "America/New_York"],
  [9, "US", "California", "San Francisco", 37.77, -122.42, "America/Los_Angeles"],
  [6, "US", "Illinois", "Chicago", 41.88, -87.63, "America/Chicago"],
  [5, "US", "Texas", "Austin", 30.27, -97.74, "America/Chicago"],
  [4, "CA", "Ontario", "Toronto", 43.65, -79.38, "America/Toronto"],
  [10, "GB", "England", "London", 51.51, -0.13, "Europe/London"],
  [2, "IE", "Leinster", "Dublin", 53.35, -6.26, "Europe/Dublin"],
  [7, "DE", "Berlin", "Berlin", 52.52, 13.41, "Europe/Berlin"],
  [2, "DE", "Bavaria", "Munich", 48.14, 11.58, "Europe/Berlin"],
  [5, "FR", "Île-de-France", "Paris", 48.86, 2.35, "Europe/Paris"],
  [3, "NL", "North Holland", "Amsterdam", 52.37, 4.9, "Europe/Amsterdam"],
  [2, "ES", "Madrid", "Madrid", 40.42, -3.7, "Europe/Madrid"],
  [2, "IT", "Lombardy", "Milan", 45.46, 9.19, "Europe/Rome"],
  [2, "SE", "Stockholm", "Stockholm", 59.33, 18.07, "Europe/Stockholm"],
  [2, "PL", "Mazovia", "Warsaw", 52.23, 21.01, "Europe/Warsaw"],
  [1, "TR", "Istanbul", "Istanbul", 41.01, 28.98, "Europe/Istanbul"],
  [7, "IN", "Karnataka", "Bengaluru", 12.97, 77.59, "Asia/Kolkata"],
  [4, "JP", "Tokyo", "Tokyo", 35.68, 139.69, "Asia/Tokyo"],
  [2, "SG", "Singapore", "Singapore", 1.35, 103.82, "Asia/Singapore"],
  [1, "KR", "Seoul", "Seoul", 37.57, 126.98, "Asia/Seoul"],
  [4, "BR", "São Paulo", "São Paulo", -23.55, -46.63, "America/Sao_Paulo"],
  [1, "MX", "Mexico City", "Mexico City", 19.43, -99.13, "America/Mexico_City"],
  [1, "NG", "Lagos", "Lagos", 6.52, 3.38, "Africa/Lagos"],
  [1, "ZA", "Western Cape", "Cape Town", -33.92, 18.42, "Africa/Johannesburg"],
  [4, "AU", "New South Wales", "Sydney", -33.87, 151.21, "Australia/Sydney"],
  [1, "NZ", "Auckland", "Auckland", -36.85, 174.76, "Pacific/Auckland"],
];
const TOTAL = CITIES.reduce((sum, [weight]) => sum + weight, 0);

/** FNV-1a, 32 bits, then the finalizer of MurmurHash3, without which short similar seeds stay close together. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A made-up place, always the same for the same seed: for a local server, where no edge knows one. */
export function demoPlace(seed: string): Place {
  let left = hash(seed) % TOTAL;
  for (const [weight, country, region, city, latitude, longitude, time_zone] of CITIES) {
    if (left < weight) return { country, region, city, latitude, longitude, time_zone };
    left -= weight;
  }
  throw new Error("the weights do not add up to their total");
}
