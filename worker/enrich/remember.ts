/** Longer texts are worked out each time: they are rare, and memory is shared with everything else of the isolate. */
export const LONGEST = 512;

/**
 * A pure function of a text that keeps up to `most` of its answers in this isolate, those asked for last: when half
 * that number is new, what nobody asked for meanwhile is forgotten. Answers are shared, so nobody may change one.
 * Whatever is kept lives as long as the isolate, so `mayKeep` leaves out texts in which something personal had to be
 * hidden.
 */
export function remember<T extends NonNullable<unknown> | null>(
  work: (text: string) => T,
  most: number,
  mayKeep: (text: string, answer: T) => boolean = () => true,
): (text: string) => T {
  let recent = new Map<string, T>();
  let earlier = new Map<string, T>();
  return (text) => {
    const had = recent.get(text);
    if (had !== undefined) return had;
    const hadEarlier = earlier.get(text);
    const answer = hadEarlier === undefined ? work(text) : hadEarlier;
    if (text.length > LONGEST || !mayKeep(text, answer)) return answer;
    if (recent.size >= most / 2) {
      earlier = recent;
      recent = new Map();
    }
    recent.set(text, answer);
    return answer;
  };
}
