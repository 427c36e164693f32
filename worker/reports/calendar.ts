import { dateOfDay, localHour } from "../../durable-objects/site/model/local-time";

/** Calendar of reports. A date is `YYYY-MM-DD` in the site's time zone; as texts, dates compare like the days they name. */

export interface DateRange {
  /** First and last date, both included. */
  from: string;
  to: string;
}

/** One hour of the wall clock. An hour that a clock change repeats is one. */
export interface DateHour {
  date: string;
  /** 0 to 23. */
  hour: number;
}

const DAY = 24 * 3_600_000;
/** Clocks are changed by half an hour in places (Lord Howe Island). */
const STEP = 30 * 60_000;
/** No zone lies further from UTC, historical ones included. */
const FURTHEST_OFFSET = 16 * 3_600_000;

/** The hour in which `at` (milliseconds since 1970) lies. */
export function hourAt(at: number, timeZone: string): DateHour {
  const { day, hour } = localHour(at, timeZone);
  return { date: dateOfDay(day), hour };
}

/** A date as rollups store it: YYYYMMDD as a number. */
export function dayNumber(date: string): number {
  return Number(date.replaceAll("-", ""));
}

export function addDays(date: string, days: number): string {
  return dateOfUtc(utc(date) + days * DAY);
}

/** The same day of another month, or that month's last where it is shorter. */
export function addMonths(date: string, months: number): string {
  const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dateOfUtc(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
}

/** Days of a range, both ends included; 0 when it ends before it begins. */
export function dayCount({ from, to }: DateRange): number {
  return Math.max(0, Math.round((utc(to) - utc(from)) / DAY) + 1);
}

export function datesIn(range: DateRange): string[] {
  return Array.from({ length: dayCount(range) }, (_, i) => addDays(range.from, i));
}

/** The hours that the range's days have in that zone: a day on which clocks go forward lacks one. */
export function hoursIn({ from, to }: DateRange, timeZone: string): DateHour[] {
  const hours: DateHour[] = [];
  const seen = new Set<string>();
  for (let at = utc(from) - FURTHEST_OFFSET; at < utc(to) + DAY + FURTHEST_OFFSET; at += STEP) {
    const hour = hourAt(at, timeZone);
    if (hour.date < from || hour.date > to || seen.has(hourLabel(hour))) continue;
    seen.add(hourLabel(hour));
    hours.push(hour);
  }
  return hours;
}

/** `YYYY-MM-DDTHH:00`. */
export function hourLabel({ date, hour }: DateHour): string {
  return `${date}T${String(hour).padStart(2, "0")}:00`;
}

function utc(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function dateOfUtc(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
