/** The little of d3-geo that the test compares with; the package brings no types. */
declare module "d3-geo" {
  interface Projection {
    (place: [longitude: number, latitude: number]): [x: number, y: number];
    rotate(angles: [number, number]): this;
    scale(scale: number): this;
    translate(origin: [x: number, y: number]): this;
  }
  export function geoEqualEarth(): Projection;
}
