import type { StatsQuery } from "../../protocol/stats";
import { addDays, addMonths, type DateRange, dayCount } from "./calendar";

/** Ranges up to this many days have a timeseries by the hour. */
const MOST_DAYS_BY_HOUR = 7;
/** Rollups begin here: the storage refuses earlier days. */
const FIRST_DATE = "1970-01-01";
const DEFAULT_PERIOD = "30d";

/** What is wrong with a request, by field. */
export type Fields = Record<string, string>;
type Asked = Pick<StatsQuery, "period" | "from" | "to" | "interval">;
export type Resolved<T> = { ok: true; value: T } | { ok: false; fields: Fields };

/**
 * The dates that are meant. Periods end today; `from` without `to` does too. Neither given: the last 30 days.
 * `firstDate` is the first with data, null where there is none.
 */
export function resolveRange(asked: Asked, today: string, firstDate: string | null): Resolved<DateRange> {
  const { period, from, to } = asked;
  if (from === undefined && to === undefined) {
    return { ok: true, value: rangeOf(period ?? DEFAULT_PERIOD, today, firstDate) };
  }
  if (period !== undefined) return refuse("period", "Give either `period`, or `from` and `to`.");
  if (from === undefined) return refuse("from", "Give the first day too.");
  if (from < FIRST_DATE) return refuse("from", `Days begin with ${FIRST_DATE}.`);
  if (to === undefined && from > today) return refuse("from", "Lies after today.");
  return { ok: true, value: { from, to: to ?? today } };
}

/** Hours for a single day, else days, unless asked otherwise. */
export function resolveInterval(asked: Asked, range: DateRange): Resolved<"hour" | "day"> {
  const days = dayCount(range);
  const interval = asked.interval ?? (days <= 1 ? "hour" : "day");
  if (interval === "hour" && days > MOST_DAYS_BY_HOUR) {
    return refuse("interval", `Hours are given for up to ${MOST_DAYS_BY_HOUR} days.`);
  }
  return { ok: true, value: interval };
}

function rangeOf(period: NonNullable<Asked["period"]>, today: string, firstDate: string | null): DateRange {
  switch (period) {
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "7d":
      return { from: addDays(today, -6), to: today };
    case "30d":
      return { from: addDays(today, -29), to: today };
    case "90d":
      return { from: addDays(today, -89), to: today };
    case "12mo":
      return { from: addDays(addMonths(today, -12), 1), to: today };
    case "all":
      return { from: firstDate !== null && firstDate < today ? firstDate : today, to: today };
    default:
      return period satisfies never;
  }
}

function refuse(field: string, message: string): { ok: false; fields: Fields } {
  return { ok: false, fields: { [field]: message } };
}
