/**
 * A round number at or above `most` and the step to it: two to four steps of at least `least`, fewer only where `least` is
 * that coarse.
 */
export function niceScale(most: number, least: number): { top: number; step: number } {
  if (most <= 0) return { top: 4 * least, step: 2 * least };
  const power = 10 ** Math.floor(Math.log10(most));
  for (const factor of [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10]) {
    const step = Number((factor * power).toPrecision(12));
    // 2.5 is no count of anything.
    if (step < least || !isMultiple(step, least)) continue;
    const steps = Math.ceil(most / step - 1e-9);
    if (steps <= 4) return { top: Number((steps * step).toPrecision(12)), step };
  }
  return { top: least, step: least };
}

const isMultiple = (value: number, of: number): boolean => Math.abs(value / of - Math.round(value / of)) < 1e-9;

/** Which of `count` places get a label, evenly, the first always among them. */
export function labelPlaces(count: number, most: number): number[] {
  if (count <= 0) return [];
  const every = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
