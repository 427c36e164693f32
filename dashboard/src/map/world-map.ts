import { equalEarth } from "./equal-earth";
import { MIDDLES, ORIGIN, SCALE, SHAPES, SMALL } from "./world";

export { HEIGHT, WIDTH } from "./world";

export interface Shape {
  country: string;
  path: string;
}

export interface Spot {
  country: string;
  x: number;
  y: number;
}

/** Countries as SVG paths. */
export const SHAPE_LIST: readonly Shape[] = SHAPES.split("|").map((entry) => ({
  country: entry.slice(0, 2),
  path: entry.slice(3),
}));

const spots = (text: string): Spot[] =>
  text.split("|").map((entry) => {
    const [country = "", x, y] = entry.split(" ");
    return { country, x: Number(x), y: Number(y) };
  });

/** Countries drawn as a small circle. */
export const SPOT_LIST: readonly Spot[] = spots(SMALL);

const middles = new Map([...spots(MIDDLES), ...SPOT_LIST].map((spot) => [spot.country, spot]));

/** Where a place lies on the map, in its units; degrees in. */
export function placeOnMap(longitude: number, latitude: number): { x: number; y: number } {
  const [x, y] = equalEarth(longitude, latitude);
  return { x: ORIGIN.x + SCALE * x, y: ORIGIN.y - SCALE * y };
}

/** Where something happened: at its place if that is known, else in the middle of its country, else nowhere. */
export function spotOf(where: {
  latitude: number | null;
  longitude: number | null;
  country: string | null;
}): { x: number; y: number } | undefined {
  const { latitude, longitude, country } = where;
  if (latitude !== null && longitude !== null) return placeOnMap(longitude, latitude);
  const middle = middles.get(country ?? "");
  return middle && { x: middle.x, y: middle.y };
}
