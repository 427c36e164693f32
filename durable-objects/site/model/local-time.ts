/** Calendar of a site: days and hours in its own time zone. */

export interface LocalHour {
  /** YYYYMMDD as a number. */
  day: number;
  /** 0 to 23. */
  hour: number;
}

const HOUR = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();
/** Answers by zone and quarter of an hour: offsets change at no other moments. */
const known = new Map<string, Map<number, LocalHour>>();
/** Quarters kept of a zone: today, yesterday and what comes late. */
const QUARTERS = 200;

/** The day and hour of `at` (milliseconds since 1970) in `timeZone`. An unknown zone is read as UTC. */
export function localHour(at: number, timeZone: string): LocalHour {
  const quarter = Math.floor(at / (HOUR / 4));
  let quarters = known.get(timeZone);
  if (!quarters) {
    quarters = new Map();
    known.set(timeZone, quarters);
  }
  const hit = quarters.get(quarter);
  if (hit) return hit;
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = value;
  const local = {
    day: Number(parts.year) * 10_000 + Number(parts.month) * 100 + Number(parts.day),
    hour: Number(parts.hour),
  };
  if (quarters.size >= QUARTERS) quarters.clear();
  quarters.set(quarter, local);
  return local;
}

/** `YYYY-MM-DD` of a YYYYMMDD number. */
export function dateOfDay(day: number): string {
  const text = String(day);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const had = formats.get(timeZone);
  if (had) return had;
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", hourCycle: "h23" } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { ...options, timeZone });
  } catch {
    // A zone that this runtime does not know must not stop counting.
    format = new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" });
  }
  formats.set(timeZone, format);
  return format;
}
