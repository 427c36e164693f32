import type { LiveSession } from "../../../../protocol/live";

/** Cities with the most visitors now, most first. */
export function topCities(sessions: readonly LiveSession[], limit: number): [city: string, visitors: number][] {
  const visitors = new Map<string, Set<string>>();
  for (const session of sessions) {
    if (!session.now || session.city === null) continue;
    visitors.set(session.city, (visitors.get(session.city) ?? new Set()).add(session.visitor_id));
  }
  return [...visitors]
    .map(([city, seen]): [string, number] => [city, seen.size])
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, limit);
}
