/** The first `most` of `items` in the order of `compare`, without sorting all of them. */
export function firstOf<T>(items: readonly T[], most: number, compare: (a: T, b: T) => number): T[] {
  let first: T[] = [];
  let last: T | undefined;
  // From the end: what changed last often comes first, so that most of what was there before falls behind at once.
  for (const item of items.toReversed()) {
    if (last !== undefined && compare(item, last) > 0) continue;
    first.push(item);
    if (first.length < 2 * most) continue;
    first = first.sort(compare).slice(0, most);
    last = first.at(-1);
  }
  return first.sort(compare).slice(0, most);
}
