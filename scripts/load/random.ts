/** A source of numbers in [0, 1). */
export type Random = () => number;

/** Numbers that repeat for the same seed. Mulberry32 by Tommy Ettinger, public domain: 32 bits of state, good enough for traffic. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Time to the next arrival of a Poisson process: exponential, by inversion. Same unit as `mean`. */
export function waitingTime(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

export type Weighted<T> = readonly (readonly [weight: number, value: T])[];

export function pick<T>(random: Random, choices: Weighted<T>): T {
  let rest = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    rest -= weight;
    if (rest < 0) return value;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError("Nothing to pick from.");
  return last[1];
}

export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}
