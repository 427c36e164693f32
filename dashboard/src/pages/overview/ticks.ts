/** A round number at or above `most` and the step to it, so that 0, step, … , top are two to four steps. */
export function niceScale(most: number): { top: number; step: number } {
  if (most <= 0) return { top: 4, step: 2 };
  const power = 10 ** Math.floor(Math.log10(most));
  for (const scale of [0.1, 1]) {
    for (const factor of [1, 2, 2.5, 5]) {
      const step = factor * scale * power;
      const steps = Math.ceil(most / step - 1e-9);
      if (steps <= 4) return { top: Number((steps * step).toPrecision(12)), step: Number(step.toPrecision(12)) };
    }
  }
  return { top: 10 * power, step: 5 * power };
}

/** Which of `count` places get a label, evenly, the first always among them. */
export function labelPlaces(count: number, most: number): number[] {
  if (count <= 0) return [];
  const every = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
