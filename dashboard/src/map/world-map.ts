import { equalEarth } from "./equal-earth";
import { ORIGIN, SCALE, SHAPES, SMALL } from "./world";

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

/** Countries drawn as a small circle. */
export const SPOT_LIST: readonly Spot[] = SMALL.split("|").map((entry) => {
  const [country = "", x, y] = entry.split(" ");
  return { country, x: Number(x), y: Number(y) };
});

/** Where a place lies on the map, in its units; degrees in. */
export function placeOnMap(longitude: number, latitude: number): { x: number; y: number } {
  const [x, y] = equalEarth(longitude, latitude);
  return { x: ORIGIN.x + SCALE * x, y: ORIGIN.y - SCALE * y };
}
