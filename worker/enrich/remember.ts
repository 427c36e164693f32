/** Longer texts are worked out each time: they are rare, and memory is shared with everything else of the isolate. */
const LONGEST = 300;

/**
 * A pure function of a text that keeps up to `most` of its answers in this isolate. Whatever is kept lives as long as
 * the isolate, so `mayKeep` leaves out texts in which something personal had to be hidden.
 */
export function remember<T extends NonNullable<unknown> | null>(
  work: (text: string) => T,
  most: number,
  mayKeep: (text: string, answer: T) => boolean = () => true,
): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const had = known.get(text);
    if (had !== undefined) return had;
    const answer = work(text);
    if (text.length > LONGEST || !mayKeep(text, answer)) return answer;
    if (known.size >= most) known.clear();
    known.set(text, answer);
    return answer;
  };
}
