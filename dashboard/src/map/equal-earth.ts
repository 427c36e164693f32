/** Polynomial of the Equal Earth projection: Šavrič, Patterson, Jenny, "The Equal Earth map projection", 2018. */
const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;

/** The meridian in the middle of the map; at 11° east the cut runs through the Bering Strait and splits no country. */
export const MIDDLE = 11;

/** Where a place lies on a globe of radius 1, x to the right, y upwards; degrees in. */
export function equalEarth(longitude: number, latitude: number): [x: number, y: number] {
  const lambda = ((((longitude - MIDDLE + 180) % 360) + 360) % 360) - 180;
  const l = Math.asin(M * Math.sin(latitude * RADIANS));
  const l2 = l * l;
  const l6 = l2 * l2 * l2;
  const x = (lambda * RADIANS * Math.cos(l)) / (M * (A1 + 3 * A2 * l2 + l6 * (7 * A3 + 9 * A4 * l2)));
  return [x, l * (A1 + A2 * l2 + l6 * (A3 + A4 * l2))];
}
