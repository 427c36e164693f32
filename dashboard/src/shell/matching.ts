/** The items whose text holds every word of the query, those that begin with it first. */
export function matching<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0];
  if (first === undefined) return [...items];
  const found = items.filter((item) => words.every((word) => textOf(item).toLowerCase().includes(word)));
  const begins = (item: T) => (textOf(item).toLowerCase().startsWith(first) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
