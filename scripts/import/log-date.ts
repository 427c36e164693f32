const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DATE = /^(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.\d+)? ([+-])(\d{2}):?(\d{2})$/;

/**
 * Reads a time such as `17/May/2015:10:05:03 +0000`: milliseconds since 1970, and the date in the log's own zone. Null
 * for what no calendar has; a leap second counts as the next one.
 */
export function parseLogDate(text: string): { at: number; date: string } | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const part = (i: number) => Number(parts[i]);
  const month = MONTHS.findIndex((name) => name.toLowerCase() === parts[2]?.toLowerCase());
  const day = part(1);
  const year = part(3);
  const hour = part(4);
  const minute = part(5);
  const second = part(6);
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return null;
  const offset = (part(8) * 60 + part(9)) * 60_000 * (parts[7] === "-" ? -1 : 1);
  const local = Date.UTC(year, month, day, hour, minute, second);
  return { at: local - offset, date: new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10) };
}

function isDate(year: number, month: number, day: number): boolean {
  // Date.UTC takes years below 100 for those of the last century.
  return month >= 0 && year >= 1000 && day >= 1 && new Date(Date.UTC(year, month, day)).getUTCDate() === day;
}
