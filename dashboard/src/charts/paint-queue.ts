const waiting = new Set<() => void>();

/**
 * Runs `paint` in one of the next animation frames, one painting a frame: several charts that change together must not
 * hold up the page as one. Asked again before that, it runs once. Returns what takes it back.
 */
export function paintSoon(paint: () => void): () => void {
  if (waiting.size === 0) requestAnimationFrame(paintNext);
  waiting.add(paint);
  return () => waiting.delete(paint);
}

function paintNext(): void {
  const [first] = waiting;
  if (!first) return;
  waiting.delete(first);
  if (waiting.size > 0) requestAnimationFrame(paintNext);
  first();
}
