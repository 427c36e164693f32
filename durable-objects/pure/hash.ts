/** The two running lanes of `hash53` after some text. */
export interface HashLanes {
  a: number;
  b: number;
}

const START: HashLanes = { a: 0xdeadbeef, b: 0x41c6ce57 };

/** The lanes after `text`: many texts with the same beginning are hashed from there on. */
export function hashLanes(text: string, from: HashLanes = START): HashLanes {
  let { a, b } = from;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  return { a, b };
}

/**
 * 53-bit non-cryptographic hash of a text, for sets of things seen (two 32-bit FNV-like lanes, mixed).
 * `hash53(rest, hashLanes(begin))` is `hash53(begin + rest)`.
 */
export function hash53(text: string, from: HashLanes = START): number {
  let { a, b } = hashLanes(text, from);
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
