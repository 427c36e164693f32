/** Steps of this part of a whole leave no large gap, however many were taken and however far each one reaches. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * In which order sites are woken in the hour `turn`. How many of the first ones are reached is for the platform to say (it
 * allows an invocation so many calls), so each hour begins elsewhere.
 */
export function wakeOrder(ids: readonly string[], turn: number): string[] {
  const from = Math.floor(((turn * GOLDEN) % 1) * ids.length);
  return [...ids.slice(from), ...ids.slice(0, from)];
}
