import { shortNumber, wholeNumber } from "../pages/live/words";

export { countryName, percent, shortNumber, wholeNumber } from "../pages/live/words";

/** The script that a site's pages load. */
export function snippetOf(origin: string, siteId: string): string {
  return `<script defer src="${origin}/t.js" data-site="${siteId}"></script>`;
}

/** What a page carries that shows its site's public counter. */
export function counterSnippetOf(origin: string, siteId: string): string {
  return `<script async src="${origin}/counter.js" data-site="${siteId}"></script>\n<footfall-counter></footfall-counter>`;
}

/** A mean duration in milliseconds: 0 s, 45 s, 2 min 05 s, 1 h 02 min. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** A change against before as a share, 0.12 for +12 %; null where before was nothing. */
export function changeOf(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before;
}

/** +12 %, −4 %, 0 %; beyond tenfold as a factor. */
export function changeText(change: number): string {
  if (change >= 9) return `× ${shortNumber(Math.round(change + 1))}`;
  const rounded = Math.round(change * 100);
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : ""}${wholeNumber(Math.abs(rounded))} %`;
}

const day = new Intl.DateTimeFormat("en", { timeZone: "UTC", day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat("en", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

const utc = (date: string) => Date.parse(`${date}T00:00:00Z`);

/** `2026-11-21` as "Nov 21". */
export const shortDay = (date: string): string => day.format(utc(date));
/** `2026-11-21` as "Sat, Nov 21". */
export const namedDay = (date: string): string => weekday.format(utc(date));
/** Both ends with their year: "Nov 1 – 21, 2026". */
export const dayRange = (from: string, to: string): string => dayOfYear.formatRange(utc(from), utc(to));

/** An ISO time as a day in words. */
export const isoDay = (time: string): string => dayOfYear.format(Date.parse(time));
