export const PERIODS = ["7d", "30d", "90d", "12mo", "all"] as const;
export type Period = (typeof PERIODS)[number];

/** Which days an overview is of. */
export type Days = { kind: "period"; period: Period } | { kind: "range"; from: string; to: string };

export const DEFAULT_DAYS: Days = { kind: "period", period: "30d" };

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const isDate = (value: unknown): value is string =>
  typeof value === "string" && DATE.test(value) && !Number.isNaN(Date.parse(value));

/** The days that an address asks for; anything unreadable becomes the last 30. */
export function daysOfQuery(query: { readonly [name: string]: unknown }): Days {
  const { from, to } = query;
  if (isDate(from) && isDate(to) && from <= to) return { kind: "range", from, to };
  const period = PERIODS.find((known) => known === query["period"]);
  return period ? { kind: "period", period } : DEFAULT_DAYS;
}

/** The same for an address or a call; null takes a name out of the address. */
export function queryOfDays(days: Days): { period: string | null; from: string | null; to: string | null } {
  return days.kind === "range"
    ? { period: null, from: days.from, to: days.to }
    : { period: days.period, from: null, to: null };
}

const DAY = 24 * 3_600_000;
const isoDate = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** As many days as the range has, right before it. */
export function daysBefore(from: string, to: string): { from: string; to: string } {
  const start = Date.parse(from);
  const length = Date.parse(to) - start + DAY;
  return { from: isoDate(start - length), to: isoDate(start - DAY) };
}
