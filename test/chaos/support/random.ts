import process from "node:process";

/** FOOTFALL_SEED repeats a run; printed with what fails. */
export const SEED = Number(process.env.FOOTFALL_SEED ?? 20_261_121);

/** mulberry32: small, seeded, good enough to choose moments. From 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
